/* SPDX-License-Identifier: MIT */
/* steps.h - the columns of steps.def, for whoever asks what a verb is instead of which it is. */
#pragma once

#include "language/scenario.h"

/* What stands behind the key of a verb, and which field of struct step holds it. */
enum step_operand {
    OPERAND_BYTES,        /* send */
    OPERAND_PATTERN,      /* expect */
    OPERAND_KEY,          /* where */
    OPERAND_RELATION,     /* check */
    OPERAND_MILLISECONDS, /* amount */
    OPERAND_TIMES,        /* amount: so often the steps are played */
    OPERAND_STEPS,        /* steps, which play at once */
    OPERAND_ROLES,        /* roles, whose steps take turns in every order */
    OPERAND_NEW_SESSION,  /* name */
    OPERAND_SESSION,      /* name, of one that a step has used */
    OPERAND_MEMBER,       /* name, of a member of the cluster */
    OPERAND_COUNT
};

/* Groups of fields that a step may carry, and what a verb is. */
enum step_group {
    STEP_GROUP_EXCHANGE = 1, /* it exchanges bytes on a session */
    STEP_GROUP_EXPECT = 2,
    STEP_GROUP_TALLY = 4,
    STEP_GROUP_SEND = 8, /* it sends bytes of its own: cuts, and what else only a sender can do */
    STEP_GROUP_NOTE = 16,
    STEP_GROUP_RULE = 32,
    STEP_GROUP_WITHIN = 64,
    STEP_GROUP_BODY = 128,
    STEP_GROUP_ON = 256,
    STEP_GROUP_IS = 512,
    STEP_GROUP_CLUSTER = 1024, /* only a cluster has what it is about */
    STEP_GROUP_JUDGES = 2048,  /* it judges whatever fields it has */
};

struct step_row {
    const char *word;
    enum step_operand operand;
    unsigned groups; /* enum step_group */
};

/* The row of a verb. Static storage. */
const struct step_row *step_row(enum step_verb verb);

/* Does the step itself (not one inside it) judge anything? */
bool step_judges(const struct step *step);

typedef bool step_test(const struct step *step, const void *owner);

/* Is the test true of one of the steps, or of one inside them, as deep as they go: in `together`,
 * `repeat`, or with an actor of an `interleave`? */
bool steps_any(const struct step *steps, size_t count, step_test *test, const void *owner);
