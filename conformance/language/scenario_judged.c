/* SPDX-License-Identifier: MIT */
/* scenario_judged.c - whether a scenario can fail: it judges something, and no reply is left that
 * nobody looks at. scenario_load.c asks once for each scenario that is right otherwise. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/steps.h"

#include <string.h>

/* Requests whose replies no step has judged yet. */
struct pending {
    struct loading *loading;
    struct request {
        const struct step *step;
        struct place at;
    } * requests;
    size_t count;
    bool judges; /* some step so far */
};

static void pending_add(struct pending *pending, const struct step *step, struct place at) {
    pending->requests = arena_grow(pending->loading->problems->arena, pending->requests,
                                   pending->count, sizeof *pending->requests);
    pending->requests[pending->count++] = (struct request){step, at};
}

/* Drops the requests of the sessions that `step` uses. */
static void pending_drop(struct pending *pending, const struct step *step) {
    size_t kept = 0;
    for (size_t i = 0; i < pending->count; i++)
        if (!names_overlap(pending->requests[i].step, step))
            pending->requests[kept++] = pending->requests[i];
    pending->count = kept;
}

static void go_through(struct pending *pending, const struct json *list, const struct step *steps,
                       bool judged_outside);

/* The actors of a crowd play the same list, so one of them stands for all. */
static void go_through_roles(struct pending *pending, const struct json *roles,
                             const struct step *step) {
    size_t actor = 0;
    for (const struct json *role = roles->first; role != NULL; role = role->next) {
        go_through(pending, role, step->roles[actor].steps, false);
        while (actor < step->role_count && step->roles[actor].written == role->key)
            actor++;
    }
}

/* `judged_outside`: the step stands in a `together` with a tally. */
static void go_on(struct pending *pending, const struct json *value, const struct step *step,
                  bool judged_outside) {
    const struct step_row *row = step_row(step->verb);
    bool judges = step_judges(step) || judged_outside;
    pending->judges = pending->judges || judges;
    switch (row->operand) {
    case OPERAND_STEPS:
        go_through(pending, json_member(value, row->word), step->steps, step->tally_count > 0);
        break;
    case OPERAND_ROLES:
        go_through_roles(pending, json_member(value, row->word), step);
        break;
    case OPERAND_TIMES:
        go_through(pending, json_member(value, "steps"), step->steps, false);
        break;
    case OPERAND_SESSION: /* the client closes: whatever was under way is given up */
        pending_drop(pending, &(struct step){.as = step->name});
        break;
    case OPERAND_MEMBER: /* so is what was under way on a member that stops */
        pending->count = 0;
        break;
    case OPERAND_BYTES:
    case OPERAND_PATTERN:
        pending_drop(pending, step);
        if (!judges)
            pending_add(pending, step, value->at);
        break;
    case OPERAND_KEY:
    case OPERAND_RELATION:
    case OPERAND_MILLISECONDS:
    case OPERAND_NEW_SESSION:
    case OPERAND_COUNT:
        break;
    }
}

static void go_through(struct pending *pending, const struct json *list, const struct step *steps,
                       bool judged_outside) {
    for (const struct json *value = list->first; value != NULL; value = value->next)
        go_on(pending, value, steps++, judged_outside);
}

void judged_check(struct loading *loading, const struct json *value) {
    struct pending pending = {.loading = loading};
    const struct json *steps = json_member(value, "steps");
    go_through(&pending, steps, loading->scenario->steps, false);
    if (!pending.judges) {
        problem_add(loading->problems, steps->key_at,
                    "the scenario judges nothing, so it cannot fail: give a step \"expect\"");
        return;
    }
    for (size_t i = 0; i < pending.count; i++)
        problem_add(loading->problems, pending.requests[i].at,
                    "no step judges the reply to this: give it \"expect\", which is \"\" for "
                    "silence");
}
