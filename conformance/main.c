/* SPDX-License-Identifier: MIT */
/* main.c - mctap: reads the options and the scenarios and hands them to one command.
 *
 * The only file that ends the program. Scenarios and mcref are looked for beside the program, as
 * they lie in the source tree and in an installed one, and then where `make install` puts them. */
#include "arena.h"
#include "commands.h"
#include "language/catalog.h"
#include "options.h"
#include "run/runner.h"
#include "run/selection.h"
#include "shell.h"

#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The folder of this program. */
static const char *program_folder(struct arena *arena, const char *program) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0)
        path[length] = '\0';
    else if (!strchr(program, '/') || !realpath(program, path))
        return NULL;
    return arena_string(arena, dirname(path));
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
static const char *find(struct arena *arena, const char *folder, const struct search *search) {
    for (size_t i = 0; folder && i < search->count; i++) {
        const char *path = arena_format(arena, "%s/%s", folder, search->beside[i]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return access(search->installed, R_OK) == 0 ? search->installed : NULL;
}

static int wrong(const char *problem) {
    fprintf(stderr, "mctap: %s\n", problem);
    return EXIT_BAD_USAGE;
}

static int run(struct arena *arena, struct options *options, const struct catalog *catalog,
               const char *folder) {
    struct settings *settings = &options->settings;
    if (!settings->spawn && settings->target_count == 0) {
        const char *mcref = find(arena, folder, &mcref_search);
        if (!mcref)
            return wrong("mcref is not beside mctap: give a TARGET, or --spawn 'CMD {port}'");
        settings->spawn =
            arena_format(arena, "%s -l 127.0.0.1 -p {port}", shell_quote(arena, mcref));
    }
    return (int)runner_run(settings, catalog, stdout, stderr);
}

/* list, lint and show. Files with mistakes hide scenarios, so they come before the selection. */
static int read_only(const struct options *options, const struct catalog *catalog,
                     struct arena *arena) {
    const struct selection *selection = &options->settings.selection;
    const struct scenario **selected =
        arena_alloc(arena, catalog->scenario_count * sizeof(struct scenario *));
    size_t count = 0;
    if (options->command == OPTIONS_LINT)
        return command_lint(catalog, options->settings.file_count == 0, stdout, stderr);
    const char *problem = selection_problem(arena, selection, catalog);
    if (problem && catalog->problem_count == 0) {
        fprintf(stderr, "mctap: %s\n", problem);
        return EXIT_NOTHING_SELECTED;
    }
    for (size_t i = 0; i < catalog->scenario_count; i++)
        if (selection_holds(selection, catalog->scenarios[i]))
            selected[count++] = catalog->scenarios[i];
    if (options->command == OPTIONS_SHOW)
        return command_show(catalog, selected, count, stdout, stderr);
    if (options->list_rules)
        return command_list_rules(catalog, selected, count, stdout, stderr);
    return command_list(catalog, selected, count, stdout, stderr);
}

static int with_scenarios(struct arena *arena, struct options *options, const char *program) {
    const struct settings *settings = &options->settings;
    const char *folder = program_folder(arena, program);
    const char *root = settings->root ? settings->root : find(arena, folder, &scenario_search);
    if (!root)
        return wrong("no scenarios are found beside mctap or in " MCTAP_SCENARIOS
                     ": name their folder with --scenarios DIR");
    struct catalog *catalog = catalog_load(root, settings->files, settings->file_count);
    int code = options->command == OPTIONS_RUN ? run(arena, options, catalog, folder)
                                               : read_only(options, catalog, arena);
    catalog_free(catalog);
    return code;
}

/* Many scenarios overlap, and each may have many sessions. */
static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv) {
    struct arena *arena = arena_new();
    struct options options = options_read(arena, argc, argv);
    int code = EXIT_AS_EXPECTED;
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    switch (options.command) {
    case OPTIONS_HELP:
        options_help(stdout);
        break;
    case OPTIONS_VERSION:
        printf("mctap %s\n", MCTAP_VERSION);
        break;
    case OPTIONS_WRONG:
        code = wrong(options.problem);
        break;
    default:
        code = with_scenarios(arena, &options, argv[0]);
    }
    arena_free(arena);
    return code;
}
