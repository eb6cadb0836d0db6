/* SPDX-License-Identifier: MIT */
/* scenario_step.c - the steps of a scenario: which verb an object is (steps.def) and which fields
 * go with it. What send and expect carry is read by scenario_exchange.c. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/steps.h"

#include <string.h>

enum { TIME_MAX_MS = 600000, REPEAT_MAX = 100000 };

/* One row a field: its kinds, and the groups that hold it. */
static const struct step_field {
    const char *name;
    unsigned kinds, groups;
} fields[] = {
    {"as", JSON_STRING, STEP_GROUP_EXCHANGE},
    {"on", JSON_STRING, STEP_GROUP_EXCHANGE | STEP_GROUP_ON},
    {"over", JSON_STRING, STEP_GROUP_EXCHANGE | STEP_GROUP_ON},
    {"via", TEXT_KINDS, STEP_GROUP_EXCHANGE},
    {"by", JSON_STRING, STEP_GROUP_EXCHANGE | STEP_GROUP_IS},
    {"expect", TEXT_KINDS, STEP_GROUP_EXPECT},
    {"tally", JSON_OBJECT, STEP_GROUP_TALLY},
    {"closes", JSON_BOOL, STEP_GROUP_EXCHANGE},
    {"fails", JSON_STRING, STEP_GROUP_SEND},
    {"rule", JSON_STRING, STEP_GROUP_EXCHANGE | STEP_GROUP_RULE},
    {"cut", JSON_LIST | JSON_STRING, STEP_GROUP_SEND},
    {"pause_ms", JSON_NUMBER, STEP_GROUP_SEND},
    {"half_close", JSON_BOOL, STEP_GROUP_SEND},
    {"unread", JSON_BOOL, STEP_GROUP_SEND},
    {"within_ms", JSON_NUMBER, STEP_GROUP_EXCHANGE | STEP_GROUP_WITHIN},
    {"eventually_ms", JSON_NUMBER, STEP_GROUP_EXPECT},
    {"if", JSON_STRING | JSON_LIST, STEP_GROUP_EXCHANGE},
    {"note", JSON_STRING, STEP_GROUP_EXCHANGE | STEP_GROUP_NOTE},
    {"steps", JSON_LIST, STEP_GROUP_BODY},
    {"is", JSON_STRING, STEP_GROUP_IS},
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static const char *word_of(size_t verb) {
    return step_row((enum step_verb)verb)->word;
}

static unsigned operand_kinds(size_t verb);

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
        known[count++] = (struct field){word_of(i), operand_kinds(i), false};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].name, "expect") != 0) /* stands among the verbs */
            known[count++] = (struct field){fields[i].name, fields[i].kinds, false};
    fields_check(problems, value, "a step", known, count);
}

/* The verb of a step; a row higher up in steps.def wins. STEP_VERB_COUNT when there is none. */
static enum step_verb find_verb(const struct json *value) {
    size_t verb = 0;
    while (verb < STEP_VERB_COUNT && json_member(value, word_of(verb)) == NULL)
        verb++;
    return (enum step_verb)verb;
}

static void tell_no_verb(struct problems *problems, const struct json *value) {
    const char *words = word_of(0);
    for (size_t i = 1; i < STEP_VERB_COUNT; i++)
        words = arena_format(problems->arena, "%s, %s", words, word_of(i));
    problem_add(problems, value->at, "a step needs a verb, one of: %s", words);
}

/* A second verb, or a field that does not go with the verb. */
static void check_fit(struct problems *problems, const struct json *value,
                      const struct step_row *verb) {
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        const struct step_field *field = field_find(member->key);
        bool is_verb = false;
        for (size_t i = 0; i < STEP_VERB_COUNT; i++)
            is_verb = is_verb || strcmp(word_of(i), member->key) == 0;
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

/* ---- operands: each reads what stands behind the key of a verb ---- */

static void load_bytes(struct loading *loading, const struct json *operand, struct step *step) {
    step->send = step_text_load(loading, operand, TEXT_SENT);
}

static void load_key(struct loading *loading, const struct json *operand, struct step *step) {
    step->where = step_text_load(loading, operand, TEXT_FIELD);
}

/* `expect` is a field as well: exchange_load() reads it. */
static void load_pattern(struct loading *loading, const struct json *operand, struct step *step) {
    (void)loading;
    (void)operand;
    (void)step;
}

static void load_amount(struct loading *loading, const struct json *operand, struct step *step,
                        unsigned max) {
    const char *what = arena_format(loading->problems->arena, "\"%s\"", operand->key);
    step->amount = number_of(loading->problems, operand, what, 1, max);
}

static void load_milliseconds(struct loading *loading, const struct json *operand,
                              struct step *step) {
    load_amount(loading, operand, step, TIME_MAX_MS);
}

static void load_times(struct loading *loading, const struct json *operand, struct step *step) {
    load_amount(loading, operand, step, REPEAT_MAX);
}

static void load_steps(struct loading *loading, const struct json *operand, struct step *step) {
    steps_load(loading, operand, true, &step->steps, &step->step_count);
}

/* The name of a session, or NULL after telling what is wrong with it. */
static const char *session_name(struct loading *loading, const struct json *operand) {
    if (lexeme_is_name(operand->string))
        return operand->string;
    problem_add(loading->problems, operand->at,
                "\"%s\" cannot name a session; a name has letters, digits and _", operand->string);
    return NULL;
}

static void load_new_session(struct loading *loading, const struct json *operand,
                             struct step *step) {
    step->name = session_name(loading, operand);
}

static void load_session(struct loading *loading, const struct json *operand, struct step *step) {
    const char *name = session_name(loading, operand);
    if (name != NULL && names_check_session(loading, operand->at, name))
        step->name = name;
}

static void load_member(struct loading *loading, const struct json *operand, struct step *step) {
    step->name = member_find(loading, operand, false);
}

static void load_relation(struct loading *loading, const struct json *operand, struct step *step) {
    struct relation *relation = arena_alloc(loading->problems->arena, sizeof *relation);
    if (step_relation_load(loading, operand, relation))
        step->check = relation;
}

static const struct {
    unsigned kinds;
    void (*load)(struct loading *loading, const struct json *operand, struct step *step);
} operands[OPERAND_COUNT] = {
    [OPERAND_BYTES] = {TEXT_KINDS, load_bytes},
    [OPERAND_PATTERN] = {TEXT_KINDS, load_pattern},
    [OPERAND_KEY] = {TEXT_KINDS, load_key},
    [OPERAND_RELATION] = {JSON_STRING, load_relation},
    [OPERAND_MILLISECONDS] = {JSON_NUMBER, load_milliseconds},
    [OPERAND_TIMES] = {JSON_NUMBER, load_times},
    [OPERAND_STEPS] = {JSON_LIST, load_steps},
    [OPERAND_ROLES] = {JSON_OBJECT, interleave_load},
    [OPERAND_NEW_SESSION] = {JSON_STRING, load_new_session},
    [OPERAND_SESSION] = {JSON_STRING, load_session},
    [OPERAND_MEMBER] = {JSON_STRING, load_member},
};

static unsigned operand_kinds(size_t verb) {
    return operands[step_row((enum step_verb)verb)->operand].kinds;
}

/* An operand of a wrong kind was told before. */
static void load_operand(struct loading *loading, const struct json *value, struct step *step) {
    const struct step_row *verb = step_row(step->verb);
    const struct json *operand = field_of(value, verb->word, operand_kinds(step->verb));
    if (operand != NULL)
        operands[verb->operand].load(loading, operand, step);
}

/* ---- steps ---- */

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
    if (++loading->repeats > REPEATS_DEEP_MAX)
        problem_add(loading->problems, value->at, "repeats are nested more than %d deep",
                    REPEATS_DEEP_MAX);
    else if (body != NULL)
        steps_load(loading, body, false, &step->steps, &step->step_count);
    else if (json_member(value, "steps") == NULL)
        problem_add(loading->problems, value->at, "\"repeat\" needs the field \"steps\"");
    loading->repeats--;
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
    const struct step_row *verb = step_row(step->verb);
    check_fit(problems, value, verb);
    const struct rule *outer = loading->rule;
    step->rule = loading->rule = load_rule(loading, value);
    step->on = member_load(loading, value, "on", false);
    step->by = placement_load(loading, value, "by");
    step->over = over_load(loading, value, loading->scenario->over);
    load_operand(loading, value, step);
    if ((verb->groups & STEP_GROUP_EXCHANGE) != 0)
        exchange_load(loading, value, step);
    else if ((verb->groups & STEP_GROUP_TALLY) != 0)
        tally_load(loading, value, step);
    if ((verb->groups & STEP_GROUP_BODY) != 0)
        load_body(loading, value, step);
    if ((verb->groups & STEP_GROUP_IS) != 0)
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
    for (const struct json *value = list->first;
         value != NULL && !problems_enough(loading->problems); value = value->next) {
        struct step *step = &loaded[(*count)++];
        step->number = (unsigned)*count;
        load_step(loading, value, together, step);
        if (!together) /* those are sent before any reply is read */
            names_add(loading, step);
    }
}
