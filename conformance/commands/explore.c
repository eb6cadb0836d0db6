/* SPDX-License-Identifier: MIT */
/* explore.c - `mctap explore ID`: every order in which the actors of a scenario can take their
 * turns, as a table. It is a run whose orders are told; play/interleave.c plays and tells them. */
#include "commands/commands.h"

#include "commands/option_takers.h"
#include "run/runner.h"

enum { ORDERS = 1000 /* of an interleave, if it is not said */ };

/* The first word is the scenario, the others are targets. False when there is none. */
static bool take_words(struct options *options) {
    struct settings *settings = &options->settings;
    for (size_t i = 0; i < settings->word_count; i++)
        if (i == 0)
            take_only(options, settings->words[i]);
        else
            options_append(options, &settings->targets, &settings->target_count,
                           settings->words[i]);
    return settings->word_count > 0;
}

/* Leaves out what has no orders; returns how many scenarios are left. */
static size_t keep_orders(struct options *options, const struct scenario *const *selected,
                          size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (selected[i]->interleave)
            kept++;
        else
            take_exclude(options, selected[i]->id);
    return kept;
}

static int explore(struct invocation *invocation, const struct catalog *catalog) {
    struct settings *settings = &invocation->options->settings;
    size_t count = 0;
    const struct scenario **selected = invocation_selected(invocation, catalog, &count);
    if (!selected)
        return EXIT_NOTHING_SELECTED;
    if (catalog->problem_count == 0 && keep_orders(invocation->options, selected, count) == 0) {
        fprintf(invocation->err, "mctap: no scenario that \"%s\" selects has an \"interleave\"\n",
                settings->words[0]);
        return EXIT_NOTHING_SELECTED;
    }
    settings->show_orders = true;
    if (settings->orders == 0)
        settings->orders = ORDERS;
    return (int)runner_run(settings, catalog, invocation->out, invocation->err);
}

int command_explore(struct invocation *invocation) {
    struct settings *settings = &invocation->options->settings;
    if (!take_words(invocation->options))
        return invocation_wrong(invocation, "mctap explore expects the id of a scenario with an "
                                            "\"interleave\"; \"mctap list --tag orders\" shows "
                                            "them");
    if (settings->spawn && settings->target_count > 0)
        return invocation_wrong(invocation,
                                "--spawn starts the target itself: give no TARGET beside it");
    if (!invocation_default_target(invocation))
        return EXIT_BAD_USAGE;
    struct catalog *catalog = invocation_catalog(invocation);
    if (!catalog)
        return EXIT_BAD_USAGE;
    int code = explore(invocation, catalog);
    catalog_free(catalog);
    return code;
}
