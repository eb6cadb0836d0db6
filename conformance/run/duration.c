/* SPDX-License-Identifier: MIT */
/* duration.c - see duration.h. */
#include "run/duration.h"

#include "language/order.h"
#include "language/steps.h"

enum {
    CUT_PAUSE_MS = 5,   /* between the pieces of a request whose step does not say how long */
    EXCHANGES_A_MS = 4, /* requests that are answered in a millisecond */
    WILD_BYTES = 24,    /* for a part whose length shows only when it is played */
    ROLES_COUNTED = 16, /* with more actors there are more orders than are ever played */
};

static unsigned waits(const struct step *steps, size_t count) {
    unsigned ms = 0;
    for (size_t i = 0; i < count; i++) {
        enum step_operand operand = step_row(steps[i].verb)->operand;
        if (steps[i].fails == STEP_UNANSWERED)
            ms += steps[i].within_ms;
        else if (operand == OPERAND_MILLISECONDS)
            ms += steps[i].amount;
        else if (operand == OPERAND_TIMES)
            ms += steps[i].amount * waits(steps[i].steps, steps[i].step_count);
    }
    return ms;
}

unsigned scenario_waits_ms(const struct scenario *scenario) {
    return waits(scenario->steps, scenario->step_count);
}

static unsigned bytes_of(const struct text *text) {
    size_t length = 0;
    for (size_t i = 0; text && i < text->count; i++)
        length += text->atoms[i].kind == ATOM_LITERAL ? text->atoms[i].length : WILD_BYTES;
    return (unsigned)length;
}

/* What the pauses inside one request, and its repetition until the reply is right, may take. */
static unsigned slowness_ms(const struct step *step) {
    unsigned pieces = step->cut_bytes ? bytes_of(step->send) : (unsigned)step->cut_count;
    return step->eventually_ms + pieces * (step->pause_ms ? step->pause_ms : CUT_PAUSE_MS);
}

struct effort {
    unsigned slowness_ms, exchanges;
};

/* How many orders of an interleave are played. */
static unsigned orders_of(const struct step *interleave, unsigned orders_max) {
    size_t steps[ROLES_COUNTED];
    if (interleave->role_count > ROLES_COUNTED)
        return orders_max;
    for (size_t i = 0; i < interleave->role_count; i++)
        steps[i] = interleave->roles[i].step_count;
    uint64_t orders = order_count(steps, interleave->role_count);
    return orders < orders_max ? (unsigned)orders : orders_max;
}

static void add(struct effort *effort, struct effort other, unsigned times) {
    effort->slowness_ms += other.slowness_ms * times;
    effort->exchanges += other.exchanges * times;
}

static struct effort effort_of(const struct step *steps, size_t count) {
    struct effort sum = {0, (unsigned)count};
    for (size_t i = 0; i < count; i++) {
        unsigned times = step_row(steps[i].verb)->operand == OPERAND_TIMES ? steps[i].amount : 1;
        sum.slowness_ms += slowness_ms(&steps[i]);
        add(&sum, effort_of(steps[i].steps, steps[i].step_count), times);
        for (size_t k = 0; k < steps[i].role_count; k++)
            add(&sum, effort_of(steps[i].roles[k].steps, steps[i].roles[k].step_count), 1);
    }
    return sum;
}

/* With an interleave the whole scenario is played once for each order. */
unsigned scenario_may_last_ms(const struct scenario *scenario, unsigned orders_max) {
    struct effort effort = effort_of(scenario->steps, scenario->step_count);
    unsigned times = scenario->interleave ? orders_of(scenario->interleave, orders_max) : 1;
    return scenario_waits_ms(scenario) +
           times * (effort.slowness_ms + effort.exchanges / EXCHANGES_A_MS);
}
