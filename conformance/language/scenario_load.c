/* SPDX-License-Identifier: MIT */
/* scenario_load.c - reads a file of scenarios, and the fields of a scenario that are not steps. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/suggest.h"

#include <ctype.h>
#include <string.h>

static const struct field file_fields[] = {
    {"$schema", JSON_STRING, false},
    {"section", JSON_STRING, true},
    {"about", JSON_STRING, true},
    {"scenarios", JSON_LIST, true},
};

static const struct field scenario_fields[] = {
    {"name", JSON_STRING, true},     {"rules", JSON_LIST, true},
    {"why", JSON_STRING, true},      {"steps", JSON_LIST, true},
    {"tags", JSON_LIST, false},      {"needs", JSON_LIST, false},
    {"since", JSON_STRING, false},   {"until", JSON_STRING, false},
    {"alone", JSON_BOOL, false},     {"destructive", JSON_BOOL, false},
    {"cluster", JSON_OBJECT, false}, {"outcomes", JSON_OBJECT, false},
    {"options", JSON_STRING, false}, {"over", JSON_STRING, false},
    {"ends", JSON_BOOL, false},
};

/* What `needs` names, and what it does not: a scenario needs those commands that it sends. */
static const char *const capabilities[] = {
#define CAPABILITY(name, request, since, meaning) #name,
#define CORE(name, words, request, safe, meaning)
#include "language/capabilities.def"
#undef CORE
#undef CAPABILITY
};
static const char *const core[] = {
#define CAPABILITY(name, request, since, meaning)
#define CORE(name, words, request, safe, meaning) #name,
#include "language/capabilities.def"
#undef CORE
#undef CAPABILITY
};
enum {
    CAPABILITY_NAMES = sizeof capabilities / sizeof *capabilities,
    CORE_NAMES = sizeof core / sizeof *core
};

/* "add refuses a key (twice)" becomes add-refuses-a-key-twice. */
static char *slug(struct arena *arena, const char *name) {
    char *slug = arena_alloc(arena, strlen(name) + 1);
    size_t length = 0;
    for (; *name != '\0'; name++) {
        if (isalnum((unsigned char)*name))
            slug[length++] = (char)tolower((unsigned char)*name);
        else if (length > 0 && slug[length - 1] != '-')
            slug[length++] = '-';
    }
    if (length > 0 && slug[length - 1] == '-')
        slug[length - 1] = '\0';
    return slug;
}

static void load_name(struct loading *loading, const struct json *value, const char *prefix,
                      const struct scenario_list *scenarios) {
    struct problems *problems = loading->problems;
    struct scenario *scenario = loading->scenario;
    scenario->name = field_string(problems, value, "name");
    if (scenario->name == NULL)
        return;
    struct place at = json_member(value, "name")->at;
    const char *id = slug(problems->arena, scenario->name);
    if (*id == '\0') {
        problem_add(problems, at, "the name \"%s\" has no letters or digits", scenario->name);
        return;
    }
    scenario->id = arena_format(problems->arena, "%s/%s", prefix, id);
    const struct scenario *other = ids_find(&scenarios->ids, scenario->id);
    if (other != NULL)
        problem_add(problems, at, "the scenario \"%s\" stands already in %s:%d", scenario->id,
                    other->file, other->line);
}

/* Reads a list of strings, none empty or twice. `list` may be NULL. */
static const char **load_words(struct problems *problems, const struct json *list, const char *what,
                               size_t *count) {
    *count = 0;
    if (list == NULL)
        return NULL;
    if (list->count == 0)
        problem_add(problems, list->at, "the list of %s is empty", what);
    const char **words = arena_alloc(problems->arena, list->count * sizeof *words);
    for (const struct json *item = list->first; item != NULL; item = item->next) {
        if (item->kind != JSON_STRING || *item->string == '\0') {
            problem_add(problems, item->at, "one of the %s is %s; each is a word", what,
                        item->kind == JSON_STRING ? "empty"
                                                  : json_kind_name(problems->arena, item->kind));
            continue;
        }
        for (size_t i = 0; i < *count; i++)
            if (strcmp(words[i], item->string) == 0)
                problem_add(problems, item->at, "\"%s\" stands twice among the %s", item->string,
                            what);
        words[(*count)++] = item->string;
    }
    return words;
}

/* The item of the list that is this string. */
static struct place place_of(const struct json *list, const char *string) {
    const struct json *item = list->first;
    while (item->kind != JSON_STRING || strcmp(item->string, string) != 0)
        item = item->next;
    return item->at;
}

static void load_rules(struct loading *loading, const struct json *value) {
    struct problems *problems = loading->problems;
    const struct json *list = field_of(value, "rules", JSON_LIST);
    size_t count;
    const char **ids = load_words(problems, list, "rules", &count);
    const struct rule **rules = arena_alloc(problems->arena, (count + 1) * sizeof(struct rule *));
    struct scenario *scenario = loading->scenario;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rules_find(loading->rules, ids[i]);
        if (rule != NULL)
            rules[scenario->rule_count++] = rule;
        else
            problem_add(problems, place_of(list, ids[i]), "unknown rule \"%s\"%s", ids[i],
                        rules_hint(problems->arena, loading->rules, ids[i]));
    }
    scenario->rules = rules;
    loading->rule = rules[0];
}

static bool stands_among(const char *const *words, size_t count, const char *word) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static void load_needs(struct loading *loading, const struct json *value) {
    struct problems *problems = loading->problems;
    struct scenario *scenario = loading->scenario;
    const struct json *list = field_of(value, "needs", JSON_LIST);
    scenario->needs = load_words(problems, list, "needs", &scenario->need_count);
    for (size_t i = 0; i < scenario->need_count; i++) {
        const char *need = scenario->needs[i];
        if (stands_among(capabilities, CAPABILITY_NAMES, need))
            continue;
        bool is_core = stands_among(core, CORE_NAMES, need);
        problem_add(problems, place_of(list, need), "unknown capability \"%s\"%s", need,
                    is_core ? "; it is not written: what the scenario sends tells"
                            : suggest_hint(problems->arena, need, capabilities, CAPABILITY_NAMES));
    }
}

static void load_tags(struct loading *loading, const struct json *value) {
    struct problems *problems = loading->problems;
    struct scenario *scenario = loading->scenario;
    const struct json *list = field_of(value, "tags", JSON_LIST);
    scenario->tags = load_words(problems, list, "tags", &scenario->tag_count);
    for (size_t i = 0; i < scenario->tag_count; i++)
        if (strspn(scenario->tags[i], "abcdefghijklmnopqrstuvwxyz0123456789-_") !=
            strlen(scenario->tags[i]))
            problem_add(problems, place_of(list, scenario->tags[i]),
                        "\"%s\" cannot be a tag; a tag is a word of a-z, 0-9, - and _",
                        scenario->tags[i]);
}

static void load_isolation(struct loading *loading, const struct json *value) {
    struct scenario *scenario = loading->scenario;
    scenario->alone = field_truth(value, "alone");
    scenario->destructive = field_truth(value, "destructive");
    if (scenario->destructive && !scenario->alone)
        problem_add(
            loading->problems, json_member(value, "destructive")->key_at,
            "\"destructive\" needs \"alone\": true, as it destroys items of other scenarios");
}

static void load_scenario(struct loading *loading, const struct json *value, const char *prefix,
                          struct scenario_list *scenarios) {
    struct problems *problems = loading->problems;
    struct scenario *scenario = loading->scenario;
    size_t before = problems->count;
    fields_check(problems, value, "a scenario", scenario_fields,
                 sizeof scenario_fields / sizeof *scenario_fields);
    if (value->kind != JSON_OBJECT)
        return;
    scenario->file = problems->file;
    scenario->line = value->at.line;
    load_name(loading, value, prefix, scenarios);
    scenario->why = field_string(problems, value, "why");
    load_rules(loading, value);
    load_tags(loading, value);
    load_needs(loading, value);
    field_versions(problems, value, &scenario->since, &scenario->until);
    load_isolation(loading, value);
    start_load(loading, value);
    const struct json *cluster = field_of(value, "cluster", JSON_OBJECT);
    if (cluster != NULL)
        cluster_load(loading, cluster);
    const struct json *steps = field_of(value, "steps", JSON_LIST);
    counters_find(loading, value);
    if (steps != NULL)
        steps_load(loading, steps, false, &scenario->steps, &scenario->step_count);
    outcomes_load(loading, value);
    if (problems->count == before)
        judged_check(loading, value);
    if (problems->count > before)
        return;
    scenarios->list =
        arena_grow(problems->arena, scenarios->list, scenarios->count, sizeof(struct scenario *));
    scenarios->list[scenarios->count++] = scenario;
    ids_add(problems->arena, &scenarios->ids, scenario->id, scenario);
}

/* A file is about a heading of protocol.txt, and rules stand under the same headings. */
static void check_section(struct problems *problems, const struct rules *rules,
                          const struct json *root, const char *section) {
    if (section == NULL || rules->count == 0)
        return;
    const char **sections = arena_alloc(problems->arena, rules->count * sizeof *sections);
    size_t count = 0;
    for (size_t i = 0; i < rules->count; i++) {
        const char *known = rules->list[i]->section;
        if (known == NULL)
            continue;
        if (strcmp(known, section) == 0)
            return;
        bool is_new = true;
        for (size_t k = 0; k < count && is_new; k++)
            is_new = strcmp(sections[k], known) != 0;
        if (is_new)
            sections[count++] = known;
    }
    problem_add(problems, json_member(root, "section")->at, "no rule has the section \"%s\"%s",
                section, suggest_hint(problems->arena, section, sections, count));
}

void scenarios_load(struct problems *problems, const struct rules *rules, const char *prefix,
                    struct scenario_list *scenarios) {
    const struct json *root = json_read(problems);
    if (root == NULL)
        return;
    fields_check(problems, root, "a file of scenarios", file_fields,
                 sizeof file_fields / sizeof *file_fields);
    if (root->kind != JSON_OBJECT)
        return;
    const char *section = field_string(problems, root, "section");
    check_section(problems, rules, root, section);
    field_string(problems, root, "about");
    const struct json *list = field_of(root, "scenarios", JSON_LIST);
    if (list == NULL)
        return;
    if (list->count == 0)
        problem_add(problems, list->at, "the list of scenarios is empty");
    for (const struct json *value = list->first; value != NULL && !problems_enough(problems);
         value = value->next) {
        struct loading loading = {.problems = problems, .rules = rules};
        loading.scenario = arena_alloc(problems->arena, sizeof *loading.scenario);
        loading.scenario->section = section;
        load_scenario(&loading, value, prefix, scenarios);
    }
}
