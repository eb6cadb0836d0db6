/* SPDX-License-Identifier: MIT */
/* duration.c - see duration.h. */
#include "run/duration.h"

#include "language/order.h"
#include "language/steps.h"

#include <limits.h>

enum {
    CUT_PAUSE_MS = 5,   /* between the pieces of a request whose step does not say how long */
    EXCHANGES_A_MS = 4, /* requests that are answered in a millisecond */
    WILD_BYTES = 24,    /* for a part whose length shows only when it is played */
    ROLES_COUNTED = 16, /* with more actors there are more orders than are ever played */
};

/* What steps take. Repeats inside repeats make numbers that no integer holds. */
struct effort {
    double waits_ms, slowness_ms, exchanges;
};

static struct effort effort_of(const struct step *steps, size_t count);

static void add(struct effort *effort, struct effort other, double times) {
    effort->waits_ms += other.waits_ms * times;
    effort->slowness_ms += other.slowness_ms * times;
    effort->exchanges += other.exchanges * times;
}

static unsigned bytes_of(const struct text *text) {
    size_t length = 0;
    for (size_t i = 0; text && i < text->count; i++)
        length += text->atoms[i].kind == ATOM_LITERAL ? text->atoms[i].length : WILD_BYTES;
    return (unsigned)length;
}

/* What the pauses inside one request, and its repetition until the reply is right, may take. */
static double slowness_ms(const struct step *step) {
    double pieces = step->cut_bytes ? bytes_of(step->send) : (double)step->cut_count;
    return step->eventually_ms + pieces * (step->pause_ms ? step->pause_ms : CUT_PAUSE_MS);
}

/* They are sent at once: the slowest says how long it takes. */
static struct effort effort_together(const struct step *parts, size_t count) {
    struct effort all = {0};
    for (size_t i = 0; i < count; i++) {
        struct effort one = effort_of(&parts[i], 1);
        all.waits_ms = one.waits_ms > all.waits_ms ? one.waits_ms : all.waits_ms;
        all.slowness_ms = one.slowness_ms > all.slowness_ms ? one.slowness_ms : all.slowness_ms;
        all.exchanges += one.exchanges;
    }
    return all;
}

/* A crowd's sessions are so many exchanges, and wait together. */
static struct effort effort_alone(const struct step *step) {
    struct effort effort = {.slowness_ms = slowness_ms(step), .exchanges = 1};
    if (step->crowd_last > 0)
        effort.exchanges = step->crowd_last - step->crowd_first + 1;
    if (step->fails == STEP_UNANSWERED)
        effort.waits_ms = step->within_ms;
    else if (step_row(step->verb)->operand == OPERAND_MILLISECONDS)
        effort.waits_ms = step->amount;
    return effort;
}

static struct effort effort_of(const struct step *steps, size_t count) {
    struct effort sum = {0};
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        enum step_operand operand = step_row(step->verb)->operand;
        add(&sum, effort_alone(step), 1);
        if (operand == OPERAND_STEPS)
            add(&sum, effort_together(step->steps, step->step_count), 1);
        else if (operand == OPERAND_TIMES)
            add(&sum, effort_of(step->steps, step->step_count), step->amount);
        for (size_t k = 0; k < step->role_count; k++)
            add(&sum, effort_of(step->roles[k].steps, step->roles[k].step_count), 1);
    }
    return sum;
}

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

static unsigned milliseconds(double ms) {
    return ms < UINT_MAX ? (unsigned)ms : UINT_MAX;
}

struct duration scenario_duration(const struct scenario *scenario, unsigned orders_max) {
    const struct step *interleave = scenario->interleave;
    struct effort sum = {0};
    add(&sum, effort_of(scenario->steps, scenario->step_count),
        interleave ? orders_of(interleave, orders_max) : 1);
    double busy = sum.slowness_ms + sum.exchanges / EXCHANGES_A_MS;
    return (struct duration){.waits_ms = milliseconds(sum.waits_ms),
                             .may_last_ms = milliseconds(sum.waits_ms + busy)};
}

/* ---- what is about time ---- */

static void look_for_now(const struct atom *atom, void *owner) {
    if (atom->kind == ATOM_NOW)
        *(bool *)owner = true;
}

static bool is_about_time(const struct step *step, const void *owner) {
    (void)owner;
    bool found = step_row(step->verb)->operand == OPERAND_MILLISECONDS ||
                 step->fails == STEP_UNANSWERED || step->eventually_ms > 0;
    if (step->send)
        text_visit(step->send, look_for_now, &found);
    for (size_t i = 0; step->expect && i < step->expect->count; i++)
        text_visit(&step->expect->alternatives[i].text, look_for_now, &found);
    return found;
}

bool scenario_is_about_time(const struct scenario *scenario) {
    return steps_any(scenario->steps, scenario->step_count, is_about_time, NULL);
}
