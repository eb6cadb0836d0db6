/* SPDX-License-Identifier: MIT */
/* lint.c - `mctap lint`: what is wrong with the files. Finding it is the work of the loader
 * (catalog.h); only rules that no scenario names, or that one names though they are untestable, and
 * baselines that name no scenario are found here. */
#include "commands/commands.h"

#include "arena.h"
#include "language/problems.h"
#include "run/baseline.h"
#include "run/runner.h"

#include <glob.h>

static bool is_named(const struct catalog *catalog, const struct rule *rule) {
    for (size_t i = 0; i < catalog->scenario_count; i++)
        for (size_t k = 0; k < catalog->scenarios[i]->rule_count; k++)
            if (catalog->scenarios[i]->rules[k] == rule)
                return true;
    return false;
}

/* Only when all else is well: scenarios with mistakes are left out, and their rules look unused. */
static size_t tell_unused_rules(const struct catalog *catalog, FILE *err) {
    size_t unused = 0;
    for (size_t i = 0; i < catalog->rule_count; i++) {
        const struct rule *rule = catalog->rules[i];
        if (is_named(catalog, rule) != (rule->untestable != NULL))
            continue;
        fprintf(err,
                rule->untestable ? "%s:%d: the rule \"%s\" is untestable, but a scenario names it\n"
                                 : "%s:%d: no scenario names the rule \"%s\"\n",
                rule->file, rule->line, rule->id);
        unused++;
    }
    return unused;
}

/* The known failures of servers: their scenarios must be there. */
static size_t tell_baselines(const struct invocation *invocation, const struct catalog *catalog) {
    struct problems problems = {.arena = invocation->arena};
    glob_t found;
    if (glob(arena_format(invocation->arena, "%s/baselines/*.tsv", catalog->root), 0, NULL,
             &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = arena_string(invocation->arena, found.gl_pathv[i]);
        baseline_check(baseline_load(&problems, path, BASELINE_JUDGES), &problems, catalog);
    }
    globfree(&found);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(invocation->err, "%s\n", problems.list[i]);
    return problems.count;
}

/* The problems of the files, or one line that says that there are none. To have found nothing to
 * look at is not to be without problems. */
static int lint(const struct invocation *invocation, const struct catalog *catalog) {
    FILE *out = invocation->out, *err = invocation->err;
    bool whole = invocation->options->settings.file_count == 0;
    size_t problems = catalog->problem_count;
    invocation_problems(invocation, catalog);
    if (problems == 0 && whole)
        problems = tell_unused_rules(catalog, err) + tell_baselines(invocation, catalog);
    if (problems > 0) {
        fprintf(err, "%zu problem%s\n", problems, problems == 1 ? "" : "s");
        return EXIT_BAD_USAGE;
    }
    if (catalog->scenario_count == 0) {
        fprintf(err, "mctap: no scenario is found in %s: name a folder or a file that holds some\n",
                whole ? catalog->root : "the files that were named");
        return EXIT_NOTHING_SELECTED;
    }
    fprintf(out, "%zu scenario%s, %zu rule%s: no problems\n", catalog->scenario_count,
            catalog->scenario_count == 1 ? "" : "s", catalog->rule_count,
            catalog->rule_count == 1 ? "" : "s");
    return EXIT_AS_EXPECTED;
}

int command_lint(struct invocation *invocation) {
    struct catalog *catalog = invocation_catalog(invocation);
    if (!catalog)
        return EXIT_BAD_USAGE;
    int code = lint(invocation, catalog);
    catalog_free(catalog);
    return code;
}
