/* SPDX-License-Identifier: MIT */
/* rules.c - `mctap rules`: how well the rules are covered. A line a rule: the scenarios that cite
 * it, the bugs of the reference server that break it, and how many of those a scenario that cites
 * it notices. With ids of rules (or their beginnings) the scenarios and bugs are named, too.
 *
 * A rule has a scenario or a reason why none can show it; a must rule is broken by a bug, or nobody
 * knows that its scenarios can fail; and every bug is noticed. Else the exit status is 1. */
#include "commands/commands.h"

#include "arena.h"
#include "commands/bug_table.h"
#include "commands/option_takers.h"
#include "language/rules.h"
#include "run/runner.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS = VERDICT_OPTIONAL + 1, COLUMN_MAX = 60 };

/* What is known of one rule. */
struct cover {
    unsigned scenarios, bugs, noticed;
};

/* The sums of a level. */
struct total {
    unsigned rules, with_scenario, untestable, with_bug, bugs, noticed, faults;
};

struct report {
    struct invocation *invocation;
    const struct catalog *catalog;
    const struct bug_table *bugs; /* NULL: nothing is known of bugs */
    const char *unbroken;         /* "no bug in docs/bugs.tsv breaks it" */
    struct total totals[LEVELS];
    int width;
};

bool take_bugs(struct options *options, const char *value) {
    options->bugs = value;
    return true;
}

static bool cites(const struct scenario *scenario, const struct rule *rule) {
    for (size_t i = 0; i < scenario->rule_count; i++)
        if (scenario->rules[i] == rule)
            return true;
    return false;
}

static struct cover cover_of(const struct report *report, const struct rule *rule) {
    struct cover cover = {0};
    for (size_t i = 0; i < report->catalog->scenario_count; i++)
        cover.scenarios += cites(report->catalog->scenarios[i], rule);
    for (size_t i = 0; report->bugs && i < report->bugs->count; i++) {
        const struct bug *bug = &report->bugs->bugs[i];
        if (strcmp(bug->rule, rule->id) != 0)
            continue;
        cover.bugs++;
        cover.noticed += *bug->noticed_by != '\0';
    }
    return cover;
}

/* What is missing, or NULL. */
static const char *fault_of(const struct report *report, const struct rule *rule,
                            const struct cover *cover) {
    if (cover->scenarios == 0 && !rule->untestable)
        return "no scenario";
    if (cover->noticed < cover->bugs)
        return "a bug survives";
    if (report->bugs && cover->bugs == 0 && rule->level == VERDICT_MUST && !rule->untestable)
        return report->unbroken;
    return NULL;
}

static void count(struct report *report, const struct rule *rule, const struct cover *cover,
                  bool fault) {
    struct total *total = &report->totals[rule->level];
    total->rules++;
    total->with_scenario += cover->scenarios > 0;
    total->untestable += rule->untestable != NULL;
    total->with_bug += cover->bugs > 0;
    total->bugs += cover->bugs;
    total->noticed += cover->noticed;
    total->faults += fault;
}

/* The ids of the table, which have commas between them, to be read. */
static void tell_noticed(FILE *out, const char *ids) {
    for (const char *id = ids; *id; id++)
        fprintf(out, "%c%s", *id, *id == ',' ? " " : "");
    fprintf(out, "%s\n", *ids ? "" : "nobody");
}

static void tell_details(const struct report *report, const struct rule *rule) {
    FILE *out = report->invocation->out;
    fprintf(out, "    %s\n    %s: %s\n", rule->text, rule->document, rule->section);
    if (rule->untestable)
        fprintf(out, "    untestable  %s\n", rule->untestable);
    for (size_t i = 0; i < report->catalog->scenario_count; i++)
        if (cites(report->catalog->scenarios[i], rule))
            fprintf(out, "    scenario    %s\n", report->catalog->scenarios[i]->id);
    for (size_t i = 0; report->bugs && i < report->bugs->count; i++) {
        const struct bug *bug = &report->bugs->bugs[i];
        if (strcmp(bug->rule, rule->id) != 0)
            continue;
        fprintf(out, "    bug         %s, noticed by ", bug->name);
        tell_noticed(out, bug->noticed_by);
    }
}

static void tell_rule(struct report *report, const struct rule *rule, bool details) {
    FILE *out = report->invocation->out;
    struct cover cover = cover_of(report, rule);
    const char *fault = fault_of(report, rule, &cover);
    count(report, rule, &cover, fault != NULL);
    fprintf(out, "%-*s  %-8s  %9u", report->width, rule->id, rule_level_name(rule->level),
            cover.scenarios);
    if (report->bugs)
        fprintf(out, "  %4u  %7u", cover.bugs, cover.noticed);
    fprintf(out, "%s%s\n",
            fault              ? "  "
            : rule->untestable ? "  untestable"
                               : "",
            fault ? fault : "");
    if (details)
        tell_details(report, rule);
}

static void tell_totals(const struct report *report) {
    FILE *out = report->invocation->out;
    for (int i = 0; i < LEVELS; i++) {
        const struct total *total = &report->totals[i];
        fprintf(out, "# %-8s  %u rule%s: %u with scenarios, %u untestable",
                rule_level_name((enum verdict_level)i), total->rules, total->rules == 1 ? "" : "s",
                total->with_scenario, total->untestable);
        if (report->bugs)
            fprintf(out, "; %u broken by %u bug%s, %u of them noticed", total->with_bug,
                    total->bugs, total->bugs == 1 ? "" : "s", total->noticed);
        fprintf(out, "\n");
    }
    if (!report->bugs)
        fprintf(out, "# bugs      not asked: there is no table; --bugs FILE names one, such as "
                     "docs/bugs.tsv\n");
}

/* Does the word mean the rule: by its id, or by the beginning of it up to a dot? */
static bool means(const char *word, const char *id) {
    size_t length = strlen(word);
    return strncmp(id, word, length) == 0 && (id[length] == '\0' || id[length] == '.');
}

static bool is_meant(const struct settings *settings, const char *id) {
    for (size_t i = 0; i < settings->word_count; i++)
        if (means(settings->words[i], id))
            return true;
    return settings->word_count == 0;
}

/* The first word that means no rule; NULL: there is none. */
static const char *unknown_word(const struct settings *settings, const struct catalog *catalog) {
    for (size_t i = 0; i < settings->word_count; i++) {
        size_t k = 0;
        while (k < catalog->rule_count && !means(settings->words[i], catalog->rules[k]->id))
            k++;
        if (k == catalog->rule_count)
            return settings->words[i];
    }
    return NULL;
}

static int tell(struct report *report) {
    const struct settings *settings = &report->invocation->options->settings;
    const struct catalog *catalog = report->catalog;
    FILE *out = report->invocation->out;
    unsigned faults = 0;
    for (size_t i = 0; i < catalog->rule_count; i++) {
        size_t length = strlen(catalog->rules[i]->id);
        if (length <= COLUMN_MAX && (int)length > report->width)
            report->width = (int)length;
    }
    fprintf(out, "%-*s  %-8s  scenarios%s\n", report->width, "rule", "level",
            report->bugs ? "  bugs  noticed" : "");
    for (size_t i = 0; i < catalog->rule_count; i++)
        if (is_meant(settings, catalog->rules[i]->id))
            tell_rule(report, catalog->rules[i], settings->word_count > 0);
    tell_totals(report);
    for (int i = 0; i < LEVELS; i++)
        faults += report->totals[i].faults;
    return faults > 0 ? EXIT_FAILURES : EXIT_AS_EXPECTED;
}

/* The table beside the scenarios, in the source tree or an installed one; NULL: there is none. */
static const char *find_bugs(struct arena *arena, const char *root) {
    static const char *const places[] = {"../docs/bugs.tsv", "../../doc/mctap/docs/bugs.tsv"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = realpath(arena_format(arena, "%s/%s", root, places[i]), NULL);
        const char *found = path ? arena_string(arena, path) : NULL;
        free(path);
        if (found)
            return found;
    }
    return NULL;
}

/* The table that --bugs names, or the one beside the scenarios. False after telling what is wrong
 * with it. */
static bool read_bugs(struct report *report) {
    struct arena *arena = report->invocation->arena;
    const char *path = report->invocation->options->bugs, *problem;
    if (!path)
        path = find_bugs(arena, report->catalog->root);
    if (!path)
        return true;
    report->bugs = bug_table_read(arena, path, &problem);
    report->unbroken = arena_format(arena, "no bug in %s breaks it", path);
    if (!report->bugs)
        invocation_wrong(report->invocation, problem);
    return report->bugs != NULL;
}

static int rules(struct report *report) {
    const struct invocation *invocation = report->invocation;
    int code = invocation_problems(invocation, report->catalog);
    if (code != 0)
        return code;
    const char *unknown = unknown_word(&invocation->options->settings, report->catalog);
    if (unknown) {
        fprintf(invocation->err,
                "mctap: no rule has the id \"%s\", or begins with it and a dot; \"mctap rules\" "
                "shows all\n",
                unknown);
        return EXIT_NOTHING_SELECTED;
    }
    return read_bugs(report) ? tell(report) : EXIT_BAD_USAGE;
}

int command_rules(struct invocation *invocation) {
    struct catalog *catalog = invocation_catalog(invocation);
    if (!catalog)
        return EXIT_BAD_USAGE;
    struct report report = {.invocation = invocation, .catalog = catalog};
    int code = rules(&report);
    catalog_free(catalog);
    return code;
}
