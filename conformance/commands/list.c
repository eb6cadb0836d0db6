/* SPDX-License-Identifier: MIT */
/* list.c - `mctap list`: what scenarios and rules there are, one a line. */
#include "commands/commands.h"

#include "language/rules.h"

#include <string.h>

/* A column is not made wider for ids beyond this. */
enum { COLUMN_MAX = 70 };

static void widen(int *width, const char *word) {
    size_t length = strlen(word);
    if (length <= COLUMN_MAX && (int)length > *width)
        *width = (int)length;
}

/* A line for each scenario: id and name. */
static void list_scenarios(const struct scenario *const *selected, size_t count, FILE *out) {
    int width = 0;
    for (size_t i = 0; i < count; i++)
        widen(&width, selected[i]->id);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%-*s  %s\n", width, selected[i]->id, selected[i]->name);
}

static unsigned count_scenarios(const struct scenario *const *scenarios, size_t count,
                                const struct rule *rule) {
    unsigned naming = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < scenarios[i]->rule_count; k++)
            naming += scenarios[i]->rules[k] == rule;
    return naming;
}

/* A line for each rule that a selected scenario names: id, level, number of those scenarios,
 * sentence. When all are selected, also the rules that none names. */
static void list_rules(const struct catalog *catalog, const struct scenario *const *selected,
                       size_t count, FILE *out) {
    int width = 0;
    for (size_t i = 0; i < catalog->rule_count; i++)
        widen(&width, catalog->rules[i]->id);
    for (size_t i = 0; i < catalog->rule_count; i++) {
        const struct rule *rule = catalog->rules[i];
        unsigned naming = count_scenarios(selected, count, rule);
        if (naming > 0 || count == catalog->scenario_count)
            fprintf(out, "%-*s  %-8s  %2u  %s\n", width, rule->id, rule_level_name(rule->level),
                    naming, rule->text);
    }
}

static void list(struct invocation *invocation, const struct catalog *catalog,
                 const struct scenario *const *selected, size_t count) {
    if (invocation->options->list_rules)
        list_rules(catalog, selected, count, invocation->out);
    else
        list_scenarios(selected, count, invocation->out);
}

int command_list(struct invocation *invocation) {
    return invocation_with_selected(invocation, list);
}
