/* SPDX-License-Identifier: MIT */
/* invocation.c - what the commands share. See commands.h.
 *
 * Scenarios and mcref are looked for beside the program, as they lie in the source tree and in an
 * installed one, and then where `make install` puts them. */
#include "commands/commands.h"

#include "arena.h"
#include "commands/profile.h"
#include "run/runner.h"
#include "run/selection.h"
#include "shell.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int invocation_wrong(const struct invocation *invocation, const char *problem) {
    fprintf(invocation->err, "mctap: %s\n", problem);
    return EXIT_BAD_USAGE;
}

/* The folder of this program, or NULL. */
static const char *program_folder(const struct invocation *invocation) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0)
        path[length] = '\0';
    else if (!strchr(invocation->program, '/') || !realpath(invocation->program, path))
        return NULL;
    return arena_string(invocation->arena, dirname(path));
}

/* Where something is looked for, beside the folder of the program, and at last where `make install`
 * would put it. An installed tree can be moved as a whole. */
struct search {
    const char *const *beside;
    size_t count;
    const char *installed;
};

static const char *const scenario_places[] = {"../scenarios", "../../scenarios",
                                              "../share/mctap/scenarios"};
static const struct search scenario_search = {scenario_places, 3, MCTAP_SCENARIOS};

static const char *const mcref_places[] = {"mcref"};
static const struct search mcref_search = {mcref_places, 1, MCTAP_SCENARIOS "/../../../bin/mcref"};

/* The first place that can be read, or NULL. */
static const char *find(const struct invocation *invocation, const struct search *search) {
    const char *folder = program_folder(invocation);
    for (size_t i = 0; folder && i < search->count; i++) {
        const char *path = arena_format(invocation->arena, "%s/%s", folder, search->beside[i]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return access(search->installed, R_OK) == 0 ? search->installed : NULL;
}

struct catalog *invocation_catalog(struct invocation *invocation) {
    const struct settings *settings = &invocation->options->settings;
    const char *root = settings->root ? settings->root : find(invocation, &scenario_search);
    if (root && settings->profile && !profile_apply(invocation, root))
        return NULL;
    if (root)
        return catalog_load(root, settings->files, settings->file_count);
    invocation_wrong(invocation, "no scenarios are found beside mctap or in " MCTAP_SCENARIOS
                                 ": name their folder with --scenarios DIR");
    return NULL;
}

bool invocation_default_target(struct invocation *invocation) {
    struct settings *settings = &invocation->options->settings;
    if (settings->spawn || settings->target_count > 0)
        return true;
    const char *mcref = find(invocation, &mcref_search);
    if (!mcref) {
        invocation_wrong(invocation,
                         "mcref is not beside mctap: give a TARGET, or --spawn 'CMD {port}'");
        return false;
    }
    settings->knows_users = true;
    settings->spawn = arena_format(invocation->arena, "%s -l 127.0.0.1 -p {port} {options}",
                                   shell_quote(invocation->arena, mcref));
    return true;
}

/* Files with mistakes hide scenarios, so they come before the selection. */
const struct scenario **invocation_selected(struct invocation *invocation,
                                            const struct catalog *catalog, size_t *count) {
    const struct selection *selection = &invocation->options->settings.selection;
    const struct scenario **selected =
        arena_alloc(invocation->arena, catalog->scenario_count * sizeof(struct scenario *));
    const char *problem = selection_problem(invocation->arena, selection, catalog);
    if (problem && catalog->problem_count == 0) {
        fprintf(invocation->err, "mctap: %s\n", problem);
        return NULL;
    }
    *count = 0;
    for (size_t i = 0; i < catalog->scenario_count; i++)
        if (selection_holds(selection, catalog->scenarios[i]))
            selected[(*count)++] = catalog->scenarios[i];
    return selected;
}

int invocation_problems(const struct invocation *invocation, const struct catalog *catalog) {
    for (size_t i = 0; i < catalog->problem_count; i++)
        fprintf(invocation->err, "%s\n", catalog->problems[i]);
    return catalog->problem_count > 0 ? EXIT_BAD_USAGE : EXIT_AS_EXPECTED;
}

int invocation_with_selected(struct invocation *invocation, selected_teller *tell) {
    struct catalog *catalog = invocation_catalog(invocation);
    size_t count = 0;
    if (!catalog)
        return EXIT_BAD_USAGE;
    int code = EXIT_NOTHING_SELECTED;
    const struct scenario **selected = invocation_selected(invocation, catalog, &count);
    if (selected) {
        tell(invocation, catalog, selected, count);
        code = invocation_problems(invocation, catalog);
    }
    catalog_free(catalog);
    return code;
}
