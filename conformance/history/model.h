/* SPDX-License-Identifier: MIT */
/* model.h - memcached for one key and one client at a time: what an operation answers, and what it
 * leaves behind. The whole meaning of the commands that histories judge is in model.c. Pure. */
#pragma once

#include "history/history.h"

struct state {
    uint64_t unique;      /* if it is known */
    uint32_t value;       /* VALUE_NONE: the key holds nothing */
    bool unique_is_known; /* somebody has seen it */
};

static inline bool state_equal(const struct state *a, const struct state *b) {
    return a->value == b->value && a->unique == b->unique &&
           a->unique_is_known == b->unique_is_known;
}

enum { MODEL_OUTCOMES_MAX = 2 };

/* What there can be behind `op` on a key in `state`, if the reply of `op` is right: so many states
 * in `after`, none if the reply is wrong. An untold reply is always right.
 *
 * `unused`: no operation before showed op->unique as that of an earlier version. Each change gives
 * a key a unique that it never had; which one is known when somebody sees it. */
unsigned model_apply(struct values *values, const struct state *state, const struct history_op *op,
                     bool unused, struct state after[MODEL_OUTCOMES_MAX]);

/* The reply that the operation would get, and the state behind it, when nothing is ambiguous:
 * op->reply, result and seen are not looked at. For cas, the state's unique must be known or
 * differ. */
struct history_op model_answer(struct values *values, struct state *state, struct history_op op);
