/* SPDX-License-Identifier: MIT */
/* checked.c - see checked.h. */
#include "commands/checked.h"

#include "arena.h"
#include "commands/option_takers.h"
#include "placement/placement.h"
#include "shell.h"

#include <stdlib.h>
#include <string.h>

enum { SERVERS_DEFAULT = 3, ANSWER_MS = 10000 };

bool take_expect(struct options *options, const char *value) {
    options->client.expect = value;
    return true;
}

bool take_rejoin(struct options *options, const char *value) {
    return options_take_number(options, "rejoin", value, 0, 3600, &options->client.rejoin_s);
}

/* A decimal number from min to max at the beginning of `text`, and what follows it; 0: none. */
static unsigned number_at(const char *text, unsigned min, unsigned max, const char **rest) {
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    *rest = end;
    return text[0] >= '0' && text[0] <= '9' && number >= min && number <= max ? (unsigned)number
                                                                              : 0;
}

static const char *read_servers(struct arena *arena, const struct settings *settings,
                                struct client_settings *client) {
    const char *rest = "";
    unsigned *weights = arena_alloc(arena, BACKENDS_MAX * sizeof *weights);
    client->weights = weights;
    client->servers = settings->weights ? (unsigned)settings->weight_count : SERVERS_DEFAULT;
    if (settings->servers)
        client->servers = number_at(settings->servers, 1, BACKENDS_MAX, &rest);
    if (client->servers == 0 || *rest != '\0')
        return arena_format(arena, "--servers expects a number from 1 to %d, not \"%s\"",
                            BACKENDS_MAX, settings->servers);
    if (settings->weights && settings->weight_count != client->servers)
        return arena_format(arena, "--weights has %s weights than there are servers (%u)",
                            settings->weight_count < client->servers ? "fewer" : "more",
                            client->servers);
    if (client->servers > BACKENDS_MAX)
        return arena_format(arena, "--weights: at most %d servers are started", BACKENDS_MAX);
    for (unsigned i = 0; i < client->servers; i++)
        weights[i] = settings->weights ? settings->weights[i] : 1;
    return NULL;
}

static const char *read_wishes(struct arena *arena, const struct options *options,
                               struct client_settings *client) {
    const struct settings *settings = &options->settings;
    const char *expected = options->client.expect;
    const char *problem = read_servers(arena, settings, client);
    if (problem)
        return problem;
    if (expected && !placement_find(expected))
        return options_unknown_placement(arena, expected);
    const char **command = arena_alloc(arena, (settings->word_count + 1) * sizeof *command);
    for (size_t i = 0; i < settings->word_count; i++)
        command[i] = settings->words[i];
    client->command = command;
    return NULL;
}

static const char *command_line(struct arena *arena, const struct settings *settings) {
    const char *line = "";
    for (size_t i = 0; i < settings->word_count; i++)
        line = arena_format(arena, "%s%s%s", line, i > 0 ? " " : "",
                            shell_quote(arena, settings->words[i]));
    return line;
}

const char *checked_read(const struct invocation *invocation, struct client_settings *client,
                         struct check_run *run) {
    struct arena *arena = invocation->arena;
    const struct settings *settings = &invocation->options->settings;
    const struct options_client *own = &invocation->options->client;
    const char *line = command_line(arena, settings);
    *client = (struct client_settings){.timeout_ms =
                                           own->timeout_given ? settings->timeout_ms : ANSWER_MS,
                                       .rejoin_ms = own->rejoin_s * 1000,
                                       .expected = own->expect};
    *run = (struct check_run){.selection = &settings->selection,
                              .report = report_find(settings->report),
                              .tap_version = settings->tap_version,
                              .strict = settings->strict,
                              .run_timeout_ms = settings->run_timeout_ms,
                              .subject = line,
                              .repeat = arena_format(arena, "%s --only ", settings->repeat),
                              .repeat_end = *line ? arena_format(arena, " -- %s", line) : "",
                              .out = invocation->out,
                              .err = invocation->err};
    return read_wishes(arena, invocation->options, client);
}
