/* SPDX-License-Identifier: MIT */
/* rules.c - reads the files of the ledger of rules and finds rules by their id.
 * The language is documented in scenarios/README.md, section Rules; catalog.c calls this. */
#include "language/rules.h"

#include "arena.h"
#include "language/fields.h"
#include "language/suggest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct field file_fields[] = {
    {"$schema", JSON_STRING, false},
    {"section", JSON_STRING, true},
    {"document", JSON_STRING, false},
    {"rules", JSON_LIST, true},
};

static const struct field rule_fields[] = {
    {"id", JSON_STRING, true},     {"level", JSON_STRING, true},
    {"text", JSON_STRING, true},   {"since", JSON_STRING, false},
    {"until", JSON_STRING, false}, {"untestable", JSON_STRING, false},
};

static const char *const level_names[] = {
    [VERDICT_MUST] = "must",
    [VERDICT_OBSERVED] = "observed",
    [VERDICT_OPTIONAL] = "optional",
};
enum { LEVEL_COUNT = sizeof level_names / sizeof *level_names };

const char *rule_level_name(enum verdict_level level) {
    return level_names[level];
}

/* Two or more words with dots between them. */
static bool is_id(const char *id) {
    size_t dots = 0;
    for (size_t i = 0; id[i] != '\0'; i++) {
        if (id[i] == '.') {
            if (i == 0 || id[i - 1] == '.' || id[i + 1] == '\0')
                return false;
            dots++;
        } else if (!islower((unsigned char)id[i]) && !isdigit((unsigned char)id[i]) &&
                   id[i] != '_' && id[i] != '-') {
            return false;
        }
    }
    return dots > 0;
}

static void load_id(struct problems *problems, const struct json *value, struct rule *rule) {
    rule->id = field_string(problems, value, "id");
    if (rule->id != NULL && !is_id(rule->id))
        problem_add(problems, json_member(value, "id")->at,
                    "\"%s\" cannot be the id of a rule; it is words with dots, "
                    "\"storage.add.exists\", of a-z, 0-9, _ and -",
                    rule->id);
}

static void refuse_twice(struct problems *problems, const struct json *value, const char *id,
                         const struct rules *rules) {
    const struct rule *other = ids_find(&rules->ids, id);
    if (other != NULL)
        problem_add(problems, json_member(value, "id")->at,
                    "the rule \"%s\" stands already in %s:%d", id, other->file, other->line);
}

static void load_level(struct problems *problems, const struct json *value, struct rule *rule) {
    const char *name = field_string(problems, value, "level");
    for (size_t i = 0; name != NULL && i < LEVEL_COUNT; i++)
        if (strcmp(name, level_names[i]) == 0) {
            rule->level = (enum verdict_level)i;
            return;
        }
    if (name != NULL)
        problem_add(problems, json_member(value, "level")->at, "unknown level \"%s\"%s", name,
                    suggest_hint(problems->arena, name, level_names, LEVEL_COUNT));
}

/* Where rules stand: a heading, and the document that has it. */
struct source {
    const char *section, *document;
};

static void load_rule(struct problems *problems, const struct json *value,
                      const struct source *source, struct rules *rules) {
    size_t before = problems->count;
    if (!fields_check(problems, value, "a rule", rule_fields,
                      sizeof rule_fields / sizeof *rule_fields) &&
        value->kind != JSON_OBJECT)
        return;
    struct rule *rule = arena_alloc(problems->arena, sizeof *rule);
    rule->section = source->section;
    rule->document = source->document;
    rule->file = problems->file;
    rule->line = value->at.line;
    load_id(problems, value, rule);
    load_level(problems, value, rule);
    rule->text = field_string(problems, value, "text");
    field_versions(problems, value, &rule->since, &rule->until);
    rule->untestable = field_string(problems, value, "untestable");
    if (problems->count == before)
        refuse_twice(problems, value, rule->id, rules);
    if (problems->count > before)
        return;
    rules->list = arena_grow(problems->arena, rules->list, rules->count, sizeof(struct rule *));
    rules->list[rules->count++] = rule;
    ids_add(problems->arena, &rules->ids, rule->id, rule);
}

void rules_load(struct problems *problems, struct rules *rules) {
    const struct json *root = json_read(problems);
    if (root == NULL)
        return;
    fields_check(problems, root, "a file of rules", file_fields,
                 sizeof file_fields / sizeof *file_fields);
    if (root->kind != JSON_OBJECT)
        return;
    struct source source = {field_string(problems, root, "section"),
                            field_string(problems, root, "document")};
    if (source.document == NULL)
        source.document = "protocol.txt";
    const struct json *list = field_of(root, "rules", JSON_LIST);
    if (list == NULL)
        return;
    if (list->count == 0)
        problem_add(problems, list->at, "the list of rules is empty");
    for (const struct json *value = list->first; value != NULL && !problems_enough(problems);
         value = value->next)
        load_rule(problems, value, &source, rules);
}

static int compare_rules(const void *left, const void *right) {
    const struct rule *a = *(const struct rule *const *)left;
    const struct rule *b = *(const struct rule *const *)right;
    return strcmp(a->id, b->id);
}

void rules_sort(struct rules *rules) {
    if (rules->count > 0)
        qsort(rules->list, rules->count, sizeof(struct rule *), compare_rules);
}

const struct rule *rules_find(const struct rules *rules, const char *id) {
    return ids_find(&rules->ids, id);
}

const char *rules_hint(struct arena *arena, const struct rules *rules, const char *id) {
    const char **ids = arena_alloc(arena, rules->count * sizeof *ids);
    for (size_t i = 0; i < rules->count; i++)
        ids[i] = rules->list[i]->id;
    return suggest_hint(arena, id, ids, rules->count);
}
