/* SPDX-License-Identifier: MIT */
/* scenario_step.c - the steps of a scenario: which verb an object is (steps.def) and which fields
 * go with it. What send and expect carry is read by scenario_exchange.c. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/relation.h"

#include <string.h>

enum { TIME_MAX_MS = 600000, REPEAT_MAX = 100000 };

/* The groups of fields that steps.def names. */
enum group {
    EXCHANGE = 1,
    EXPECT = 2,
    TALLY = 4,
    CUT = 8,
    NOTE = 16,
    RULE = 32,
    WITHIN = 64,
    BODY = 128,
    ON = 256,
    IS = 512,
};

/* One row a field: its kinds, and the groups that hold it. */
static const struct step_field {
    const char *name;
    unsigned kinds, groups;
} fields[] = {
    {"as", JSON_STRING, EXCHANGE},
    {"on", JSON_STRING, EXCHANGE | ON},
    {"via", TEXT_KINDS, EXCHANGE},
    {"expect", TEXT_KINDS, EXPECT},
    {"tally", JSON_OBJECT, TALLY},
    {"closes", JSON_BOOL, EXCHANGE},
    {"rule", JSON_STRING, EXCHANGE | RULE},
    {"cut", JSON_LIST | JSON_STRING, CUT},
    {"pause_ms", JSON_NUMBER, CUT},
    {"half_close", JSON_BOOL, CUT},
    {"within_ms", JSON_NUMBER, EXCHANGE | WITHIN},
    {"eventually_ms", JSON_NUMBER, EXPECT},
    {"note", JSON_STRING, EXCHANGE | NOTE},
    {"steps", JSON_LIST, BODY},
    {"is", JSON_STRING, IS},
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* What stands behind the key of a verb. */
enum value { TEXT, PATTERN, NUMBER, NAME, STEPS, RELATION };

static const unsigned value_kinds[] = {
    [TEXT] = TEXT_KINDS,  [PATTERN] = TEXT_KINDS, [NUMBER] = JSON_NUMBER,
    [NAME] = JSON_STRING, [STEPS] = JSON_LIST,    [RELATION] = JSON_STRING,
};

static const struct verb {
    const char *word;
    enum value value;
    unsigned groups;
} verbs[] = {
#define STEP(verb, word, value, fields, function) {word, value, fields},
#include "language/steps.def"
#undef STEP
};

static const struct step_field *field_find(const char *name) {
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

/* Unknown and mistyped fields, against all verbs and fields together. */
static void check_known(struct problems *problems, const struct json *value) {
    struct field known[STEP_VERB_COUNT + FIELD_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < STEP_VERB_COUNT; i++)
        known[count++] = (struct field){verbs[i].word, value_kinds[verbs[i].value], false};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].name, "expect") != 0) /* stands among the verbs */
            known[count++] = (struct field){fields[i].name, fields[i].kinds, false};
    fields_check(problems, value, "a step", known, count);
}

/* The verb of a step; a row higher up in steps.def wins. STEP_VERB_COUNT when there is none. */
static enum step_verb find_verb(const struct json *value) {
    size_t verb = 0;
    while (verb < STEP_VERB_COUNT && json_member(value, verbs[verb].word) == NULL)
        verb++;
    return (enum step_verb)verb;
}

static void tell_no_verb(struct problems *problems, const struct json *value) {
    const char *words = verbs[0].word;
    for (size_t i = 1; i < STEP_VERB_COUNT; i++)
        words = arena_format(problems->arena, "%s, %s", words, verbs[i].word);
    problem_add(problems, value->at, "a step needs a verb, one of: %s", words);
}

/* A second verb, or a field that does not go with the verb. */
static void check_fit(struct problems *problems, const struct json *value,
                      const struct verb *verb) {
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        const struct step_field *field = field_find(member->key);
        bool is_verb = false;
        for (size_t i = 0; i < STEP_VERB_COUNT; i++)
            is_verb = is_verb || strcmp(verbs[i].word, member->key) == 0;
        if (strcmp(member->key, verb->word) == 0 || (field == NULL && !is_verb) ||
            (field != NULL && (field->groups & verb->groups) != 0))
            continue;
        if (is_verb)
            problem_add(problems, member->key_at,
                        "a step has one verb, but \"%s\" and \"%s\" stand in one; make them two "
                        "steps",
                        verb->word, member->key);
        else
            problem_add(problems, member->key_at, "the field \"%s\" does not go with \"%s\"",
                        member->key, verb->word);
    }
}

/* stop, start: a member; open, close: a session. */
static void load_name(struct loading *loading, const struct json *value, struct step *step) {
    const char *word = verbs[step->verb].word;
    if (step->verb == STEP_STOP || step->verb == STEP_START) {
        step->name = member_load(loading, value, word, false);
        return;
    }
    const char *name = field_string(loading->problems, value, word);
    if (name == NULL)
        return;
    if (!lexeme_is_name(name))
        problem_add(loading->problems, json_member(value, word)->at,
                    "\"%s\" cannot name a session; a name has letters, digits and _", name);
    else if (step->verb == STEP_OPEN ||
             names_check_session(loading, json_member(value, word)->at, name))
        step->name = name;
}

static void load_relation(struct loading *loading, const struct json *value, struct step *step) {
    struct relation *relation = arena_alloc(loading->problems->arena, sizeof *relation);
    if (!relation_parse(loading->problems, value, relation))
        return;
    const struct operand *sides[] = {&relation->left, &relation->right};
    for (size_t i = 0; i < 2; i++)
        if (sides[i]->name != NULL)
            names_check_capture(loading, value->at, sides[i]->session, sides[i]->name);
    step->check = relation;
}

/* What stands behind the key of the verb. */
static void load_verb(struct loading *loading, const struct json *value, struct step *step) {
    const struct verb *verb = &verbs[step->verb];
    const struct json *operand = field_of(value, verb->word, value_kinds[verb->value]);
    if (operand == NULL)
        return; /* of a wrong kind, which was told */
    switch (verb->value) {
    case TEXT:
        *(step->verb == STEP_SEND ? &step->send : &step->where) =
            step_text_load(loading, operand, TEXT_SENT);
        break;
    case NUMBER:
        step->amount = field_number(loading->problems, value, verb->word, 1,
                                    step->verb == STEP_WAIT ? TIME_MAX_MS : REPEAT_MAX);
        break;
    case NAME:
        load_name(loading, value, step);
        break;
    case STEPS:
        steps_load(loading, operand, true, &step->steps, &step->step_count);
        break;
    case RELATION:
        load_relation(loading, operand, step);
        break;
    case PATTERN: /* a field as well: exchange_load() reads it */
        break;
    }
}

/* The rule that the step judges: its own, or that of what it stands in. */
static const struct rule *load_rule(struct loading *loading, const struct json *value) {
    const struct scenario *scenario = loading->scenario;
    const char *id = field_string(loading->problems, value, "rule");
    if (id == NULL)
        return loading->rule;
    for (size_t i = 0; i < scenario->rule_count; i++)
        if (scenario->rules[i] != NULL && strcmp(scenario->rules[i]->id, id) == 0)
            return scenario->rules[i];
    struct place at = json_member(value, "rule")->at;
    if (rules_find(loading->rules, id) == NULL)
        problem_add(loading->problems, at, "unknown rule \"%s\"%s", id,
                    rules_hint(loading->problems->arena, loading->rules, id));
    else
        problem_add(loading->problems, at,
                    "the rule \"%s\" is not among the scenario's \"rules\"; add it there", id);
    return loading->rule;
}

static void load_body(struct loading *loading, const struct json *value, struct step *step) {
    const struct json *body = field_of(value, "steps", JSON_LIST);
    if (body != NULL)
        steps_load(loading, body, false, &step->steps, &step->step_count);
    else if (json_member(value, "steps") == NULL)
        problem_add(loading->problems, value->at, "\"repeat\" needs the field \"steps\"");
}

static void load_step(struct loading *loading, const struct json *value, bool together,
                      struct step *step) {
    struct problems *problems = loading->problems;
    size_t before = problems->count;
    step->line = value->at.line;
    step->rule = loading->rule;
    check_known(problems, value);
    if (value->kind != JSON_OBJECT)
        return;
    step->verb = find_verb(value);
    if (step->verb == STEP_VERB_COUNT) {
        step->verb = STEP_WAIT; /* any one: the scenario is left out */
        if (problems->count == before)
            tell_no_verb(problems, value);
        return;
    }
    const struct verb *verb = &verbs[step->verb];
    check_fit(problems, value, verb);
    const struct rule *outer = loading->rule;
    step->rule = loading->rule = load_rule(loading, value);
    step->on = member_load(loading, value, "on", false);
    load_verb(loading, value, step);
    if ((verb->groups & EXCHANGE) != 0)
        exchange_load(loading, value, step);
    else if ((verb->groups & TALLY) != 0)
        tally_load(loading, value, step);
    if ((verb->groups & BODY) != 0)
        load_body(loading, value, step);
    if ((verb->groups & IS) != 0)
        step->name = member_load(loading, value, "is", true);
    step->within_ms = field_number(problems, value, "within_ms", 1, TIME_MAX_MS);
    step->note = field_string(problems, value, "note");
    loading->rule = outer;
    step_check(loading, value, step, together);
}

void steps_load(struct loading *loading, const struct json *list, bool together,
                const struct step **steps, size_t *count) {
    struct step *loaded = arena_alloc(loading->problems->arena, list->count * sizeof *loaded);
    *steps = loaded;
    *count = 0;
    if (list->count == 0)
        problem_add(loading->problems, list->at, "the list of steps is empty");
    for (const struct json *value = list->first; value != NULL; value = value->next) {
        struct step *step = &loaded[(*count)++];
        step->number = (unsigned)*count;
        load_step(loading, value, together, step);
        if (!together) /* those are sent before any reply is read */
            names_add(loading, step);
    }
}
