/* SPDX-License-Identifier: MIT */
/* steps.c - the table of verbs, made from steps.def. See steps.h. */
#include "language/steps.h"

/* Short names for the fields column. */
enum {
    EXCHANGE = STEP_GROUP_EXCHANGE,
    EXPECT = STEP_GROUP_EXPECT,
    TALLY = STEP_GROUP_TALLY,
    SENDS = STEP_GROUP_SEND,
    NOTE = STEP_GROUP_NOTE,
    RULE = STEP_GROUP_RULE,
    WITHIN = STEP_GROUP_WITHIN,
    BODY = STEP_GROUP_BODY,
    ON = STEP_GROUP_ON,
    IS = STEP_GROUP_IS,
    CLUSTER = STEP_GROUP_CLUSTER,
    JUDGES = STEP_GROUP_JUDGES,
};

static const struct step_row rows[STEP_VERB_COUNT] = {
#define STEP(verb, word, operand, fields, function)                                                \
    [STEP_##verb] = {word, OPERAND_##operand, fields},
#include "language/steps.def"
#undef STEP
};

const struct step_row *step_row(enum step_verb verb) {
    return &rows[verb];
}

bool step_judges(const struct step *step) {
    return step->expect != NULL || step->tally_count > 0 || step->closes ||
           step->fails != STEP_ANSWERED || (rows[step->verb].groups & STEP_GROUP_JUDGES) != 0;
}

bool steps_any(const struct step *steps, size_t count, step_test *test, const void *owner) {
    for (size_t i = 0; i < count; i++) {
        if (test(&steps[i], owner) || steps_any(steps[i].steps, steps[i].step_count, test, owner))
            return true;
        for (size_t k = 0; k < steps[i].role_count; k++)
            if (steps_any(steps[i].roles[k].steps, steps[i].roles[k].step_count, test, owner))
                return true;
    }
    return false;
}
