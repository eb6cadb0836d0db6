/* SPDX-License-Identifier: MIT */
/* scenario_order.c - what a scenario says about orders: the actors of an `interleave`, the
 * conditions under which they act, and the outcomes that are counted over all orders. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/order.h"
#include "language/relation.h"
#include "language/steps.h"

#include <inttypes.h>
#include <string.h>

/* ---- counts ---- */

static void counter_add(struct loading *loading, const char *name, const char ***counters) {
    *counters = arena_grow(loading->problems->arena, (void *)*counters, loading->counter_count,
                           sizeof **counters);
    (*counters)[loading->counter_count++] = name;
}

static void counters_collect(struct loading *loading, const struct json *value,
                             const char ***counters) {
    for (const struct json *child = value->first; child != NULL; child = child->next) {
        if (child->key != NULL && strcmp(child->key, "any_of") == 0)
            for (const struct json *choice = child->first; choice != NULL; choice = choice->next)
                if (choice->key != NULL && lexeme_is_name(choice->key))
                    counter_add(loading, choice->key, counters);
        counters_collect(loading, child, counters);
    }
}

void counters_find(struct loading *loading, const struct json *scenario) {
    const char **counters = NULL;
    counters_collect(loading, scenario, &counters);
    loading->counters = counters;
}

static bool is_captured(const struct loading *loading, const char *name) {
    for (size_t i = 0; i < loading->name_count; i++)
        if (loading->names[i].name != NULL && strcmp(loading->names[i].name, name) == 0)
            return true;
    return false;
}

static bool is_counter(const struct loading *loading, const char *name) {
    for (size_t i = 0; i < loading->counter_count; i++)
        if (strcmp(loading->counters[i], name) == 0)
            return true;
    return false;
}

bool step_relation_load(struct loading *loading, const struct json *value,
                        struct relation *relation) {
    if (!relation_parse(loading->problems, value, relation))
        return false;
    struct operand *sides[] = {&relation->left, &relation->right};
    bool known = true;
    for (size_t i = 0; i < 2; i++) {
        const char *name = sides[i]->name;
        if (name == NULL)
            continue;
        sides[i]->counts = is_counter(loading, name) && !is_captured(loading, name);
        if (!sides[i]->counts)
            known = names_check_capture(loading, value->at, sides[i]->session, name) && known;
    }
    return known;
}

/* ---- if ---- */

void conditions_load(struct loading *loading, const struct json *value, struct step *step) {
    const struct json *field = field_of(value, "if", JSON_STRING | JSON_LIST);
    if (field == NULL)
        return;
    size_t count = field->kind == JSON_LIST ? field->count : 1;
    struct relation *conditions =
        arena_alloc(loading->problems->arena, (count + 1) * sizeof *conditions);
    if (count == 0)
        problem_add(loading->problems, field->at, "the list of conditions is empty");
    const struct json *item = field->kind == JSON_LIST ? field->first : field;
    for (size_t i = 0; i < count; i++, item = item->next)
        if (item->kind != JSON_STRING)
            problem_add(loading->problems, item->at,
                        "a condition is a string like \"stock > 0\", but %s came",
                        json_kind_name(loading->problems->arena, item->kind));
        else if (step_relation_load(loading, item, &conditions[step->condition_count]))
            step->condition_count++;
    step->conditions = conditions;
}

/* ---- interleave ---- */

/* What an actor may do: exchange bytes and check; the rest would not be one turn. */
static void check_turns(struct loading *loading, const struct json *list, const struct step *steps,
                        size_t count) {
    const struct json *value = list->first;
    for (size_t i = 0; i < count; i++, value = value->next) {
        const struct step_row *row = step_row(steps[i].verb);
        if ((row->groups & (STEP_GROUP_EXCHANGE | STEP_GROUP_JUDGES)) == 0)
            problem_add(loading->problems, value->at,
                        "an actor of \"interleave\" takes turns with \"send\", \"expect\" and "
                        "\"check\"");
        if (json_member(value, "as") != NULL)
            problem_add(loading->problems, json_member(value, "as")->key_at,
                        "the actor is \"%s\": leave \"as\" away, or write its steps under its name",
                        list->key);
    }
}

static bool is_actor(const struct step *step, const char *name) {
    for (size_t i = 0; i < step->role_count; i++)
        if (strcmp(step->roles[i].name, name) == 0)
            return true;
    return false;
}

/* The same steps for another actor of the crowd. */
static const struct step *steps_for(struct loading *loading, const struct step *steps, size_t count,
                                    const char *actor) {
    struct step *own = arena_alloc(loading->problems->arena, (count + 1) * sizeof *own);
    for (size_t i = 0; i < count; i++) {
        own[i] = steps[i];
        own[i].as = actor;
        names_add(loading, &own[i]);
    }
    return own;
}

static void load_role(struct loading *loading, const struct json *list, struct step *step) {
    struct arena *arena = loading->problems->arena;
    const char *stem;
    unsigned first, last;
    if (list->kind != JSON_LIST) {
        problem_add(loading->problems, list->at, "an actor has a list of steps, but %s came",
                    json_kind_name(arena, list->kind));
        return;
    }
    if (!session_parse(loading, list->key, list->key_at, &stem, &first, &last))
        return;
    const struct step *steps;
    size_t count, before = loading->problems->count;
    loading->role = last > 0 ? arena_format(arena, "%s%u", stem, first) : stem;
    steps_load(loading, list, false, &steps, &count);
    loading->role = NULL;
    if (loading->problems->count == before)
        check_turns(loading, list, steps, count);
    struct role *roles = (struct role *)step->roles; /* made by interleave_load */
    for (unsigned i = first; i <= last; i++) {
        const char *name = last > 0 ? arena_format(arena, "%s%u", stem, i) : stem;
        if (is_actor(step, name))
            problem_add(loading->problems, list->key_at, "the actor \"%s\" stands twice", name);
        roles = arena_grow(arena, roles, step->role_count, sizeof *roles);
        step->roles = roles;
        roles[step->role_count++] =
            (struct role){name, list->key, steps_for(loading, steps, count, name), count};
    }
}

void interleave_load(struct loading *loading, const struct json *roles, struct step *step) {
    if (loading->scenario->interleave != NULL || loading->repeats > 0 || loading->role != NULL) {
        problem_add(loading->problems, roles->key_at,
                    "a scenario has one \"interleave\", and it stands in no other step");
        return;
    }
    loading->scenario->interleave = step;
    for (const struct json *list = roles->first; list != NULL; list = list->next)
        load_role(loading, list, step);
    if (step->role_count < 2 && loading->problems->count == 0)
        problem_add(loading->problems, roles->at, "\"interleave\" needs two actors at least");
}

/* ---- outcomes ---- */

static uint64_t orders_of(struct arena *arena, const struct step *interleave) {
    size_t *steps = arena_alloc(arena, (interleave->role_count + 1) * sizeof *steps);
    for (size_t i = 0; i < interleave->role_count; i++)
        steps[i] = interleave->roles[i].step_count;
    return order_count(steps, interleave->role_count);
}

/* "4 of 6" */
static bool parse_share(const char *written, uint64_t *orders, uint64_t *of) {
    static const char between[] = " of ";
    size_t length = lexeme_u64(written, orders);
    if (length == 0 || strncmp(written + length, between, strlen(between)) != 0)
        return false;
    written += length + strlen(between);
    length = lexeme_u64(written, of);
    return length > 0 && written[length] == '\0' && *orders <= *of;
}

static void load_share(struct loading *loading, const struct json *value, struct outcome *outcome) {
    const char *written = field_string(loading->problems, value, "orders");
    uint64_t count = orders_of(loading->problems->arena, loading->scenario->interleave);
    if (written == NULL)
        return;
    struct place at = json_member(value, "orders")->at;
    if (!parse_share(written, &outcome->orders, &outcome->of))
        problem_add(loading->problems, at,
                    "\"%s\" is not written as \"4 of 6\": in how many of all orders", written);
    else if (count == UINT64_MAX)
        problem_add(loading->problems, at,
                    "the actors have more orders than can be counted; give them fewer steps");
    else if (outcome->of != count)
        problem_add(loading->problems, at,
                    "the actors have %" PRIu64 " orders, but \"%s\" says %" PRIu64, count, written,
                    outcome->of);
}

static void load_outcome(struct loading *loading, const struct json *value,
                         struct outcome *outcome) {
    static const struct field fields[] = {{"when", JSON_STRING, true},
                                          {"orders", JSON_STRING, true}};
    outcome->name = value->key;
    outcome->line = value->at.line;
    if (*value->key == '\0')
        problem_add(loading->problems, value->key_at, "an outcome needs a name");
    if (!fields_check(loading->problems, value, "an outcome", fields, 2))
        return;
    step_relation_load(loading, field_of(value, "when", JSON_STRING), &outcome->when);
    load_share(loading, value, outcome);
}

void outcomes_load(struct loading *loading, const struct json *value) {
    const struct json *field = field_of(value, "outcomes", JSON_OBJECT);
    struct scenario *scenario = loading->scenario;
    if (field == NULL)
        return;
    if (scenario->interleave == NULL) {
        problem_add(loading->problems, field->key_at,
                    "\"outcomes\" are counted over the orders of an \"interleave\", and no step "
                    "is one");
        return;
    }
    struct outcome *outcomes =
        arena_alloc(loading->problems->arena, (field->count + 1) * sizeof *outcomes);
    if (field->count == 0)
        problem_add(loading->problems, field->at, "\"outcomes\" is empty");
    for (const struct json *item = field->first; item != NULL; item = item->next)
        load_outcome(loading, item, &outcomes[scenario->outcome_count++]);
    scenario->outcomes = outcomes;
}
