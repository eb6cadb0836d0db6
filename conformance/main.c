/* SPDX-License-Identifier: MIT */
/* main.c - mctap: reads the options and the scenarios and hands them to one command.
 *
 * The only file that ends the program. Scenarios and mcref are looked for beside the program, as
 * they lie in the source tree, and then where `make install` puts them. */
#include "arena.h"
#include "commands.h"
#include "language/catalog.h"
#include "options.h"
#include "run/plan.h"
#include "run/runner.h"

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

/* The first of the two that can be read, or NULL. */
static const char *find(struct arena *arena, const char *folder, const char *beside,
                        const char *installed) {
    const char *path = folder ? arena_format(arena, "%s/%s", folder, beside) : installed;
    if (access(path, R_OK) == 0)
        return path;
    return access(installed, R_OK) == 0 ? installed : NULL;
}

static int wrong(const char *problem) {
    fprintf(stderr, "mctap: %s\n", problem);
    return EXIT_BAD_USAGE;
}

static int run(struct arena *arena, struct options *options, const struct catalog *catalog,
               const char *folder) {
    struct settings *settings = &options->settings;
    if (catalog->problem_count > 0) {
        command_status(catalog, 1, stderr);
        return EXIT_BAD_USAGE;
    }
    if (!settings->spawn && settings->target_count == 0) {
        const char *mcref = find(arena, folder, "mcref", MCTAP_SCENARIOS "/../../../bin/mcref");
        if (!mcref)
            return wrong("mcref is not beside mctap: give a TARGET, or --spawn 'CMD {port}'");
        settings->spawn = arena_format(arena, "'%s' -l 127.0.0.1 -p {port}", mcref);
    }
    return (int)runner_run(settings, catalog, stdout, stderr);
}

static int read_only(const struct options *options, const struct catalog *catalog,
                     struct arena *arena) {
    const struct scenario **selected =
        arena_alloc(arena, catalog->scenario_count * sizeof(struct scenario *));
    size_t count = 0;
    for (size_t i = 0; i < catalog->scenario_count; i++)
        if (plan_selects(&options->settings.selection, catalog->scenarios[i]))
            selected[count++] = catalog->scenarios[i];
    if (options->command == OPTIONS_SHOW)
        return command_show(catalog, selected, count, stdout, stderr);
    if (options->command == OPTIONS_LINT)
        return command_lint(catalog, options->settings.file_count == 0, stdout, stderr);
    if (options->list_rules)
        return command_list_rules(catalog, stdout, stderr);
    return command_list(catalog, selected, count, stdout, stderr);
}

static int with_scenarios(struct arena *arena, struct options *options, const char *program) {
    struct settings *settings = &options->settings;
    const char *folder = program_folder(arena, program);
    if (!settings->root)
        settings->root = find(arena, folder, "../scenarios", MCTAP_SCENARIOS);
    if (!settings->root && folder) /* a build folder below build/, such as build/asan */
        settings->root = find(arena, folder, "../../scenarios", MCTAP_SCENARIOS);
    if (!settings->root)
        return wrong("no scenarios are found beside mctap or in " MCTAP_SCENARIOS
                     ": name their folder with --scenarios DIR");
    struct catalog *catalog = catalog_load(settings->root, settings->files, settings->file_count);
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
