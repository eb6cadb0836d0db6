/* SPDX-License-Identifier: MIT */
/* model.c - what each operation does to a key. See model.h. */
#include "history/model.h"

/* A change: another value under a unique that nobody has seen. */
static struct state changed(uint32_t value) {
    return (struct state){.value = value};
}

static uint32_t counted(struct values *values, const struct state *state,
                        const struct history_op *op, uint64_t *result) {
    uint64_t number;
    if (state->value == VALUE_UNSHOWN)
        return VALUE_UNSHOWN;
    if (!value_number(values, state->value, &number))
        return VALUE_NONE;
    if (op->kind == HISTORY_INCR)
        *result = number + op->number; /* modulo 2^64, as the protocol says */
    else
        *result = number > op->number ? number - op->number : 0;
    return value_of_number(values, *result, value_flags(values, state->value));
}

/* The storage commands but cas: stored if `may`, else refused. */
static enum history_reply store(struct state *state, bool may, uint32_t value) {
    if (!may)
        return HISTORY_NOT_STORED;
    *state = changed(value);
    return HISTORY_STORED;
}

static enum history_reply join(struct values *values, struct state *state,
                               const struct history_op *op) {
    uint32_t old = state->value;
    if (old == VALUE_NONE)
        return HISTORY_NOT_STORED;
    return store(state, true,
                 op->kind == HISTORY_APPEND ? value_join(values, old, op->written, old)
                                            : value_join(values, op->written, old, old));
}

static enum history_reply count(struct values *values, struct state *state, struct history_op *op) {
    if (state->value == VALUE_NONE)
        return HISTORY_NOT_FOUND;
    uint32_t value = counted(values, state, op, &op->result);
    if (value == VALUE_NONE)
        return HISTORY_UNTOLD; /* no counter: histories do not count text */
    *state = changed(value);
    return HISTORY_NUMBER;
}

/* Takes away or keeps what is there; `found` is the answer if there is something. */
static enum history_reply find(struct state *state, bool removes, enum history_reply found) {
    if (state->value == VALUE_NONE)
        return HISTORY_NOT_FOUND;
    if (removes)
        *state = changed(VALUE_NONE);
    return found;
}

static enum history_reply compare_and_store(struct state *state, const struct history_op *op) {
    if (state->value == VALUE_NONE)
        return HISTORY_NOT_FOUND;
    if (!state->unique_is_known || state->unique != op->unique)
        return HISTORY_EXISTS;
    *state = changed(op->written);
    return HISTORY_STORED;
}

/* The reply of `op` on a key in `state`, which becomes that behind it; a number into op->result. */
static enum history_reply take_effect(struct values *values, struct state *state,
                                      struct history_op *op) {
    bool present = state->value != VALUE_NONE;
    switch ((enum history_kind)op->kind) {
    case HISTORY_SET:
        return store(state, true, op->written);
    case HISTORY_ADD:
        return store(state, !present, op->written);
    case HISTORY_REPLACE:
        return store(state, present, op->written);
    case HISTORY_APPEND:
    case HISTORY_PREPEND:
        return join(values, state, op);
    case HISTORY_CAS:
        return compare_and_store(state, op);
    case HISTORY_INCR:
    case HISTORY_DECR:
        return count(values, state, op);
    case HISTORY_DELETE:
        return find(state, true, HISTORY_DELETED);
    case HISTORY_TOUCH:
        return find(state, false, HISTORY_TOUCHED);
    case HISTORY_GET:
    case HISTORY_GETS:
        op->seen = state->value;
        return present ? HISTORY_VALUE : HISTORY_MISS;
    case HISTORY_KIND_COUNT:
        break;
    }
    return HISTORY_UNTOLD;
}

struct history_op model_answer(struct values *values, struct state *state, struct history_op op) {
    op.reply = (uint8_t)take_effect(values, state, &op);
    return op;
}

static bool is_right(const struct history_op *op, const struct history_op *answer, uint32_t value) {
    if (op->reply == HISTORY_UNTOLD)
        return true;
    if (op->reply == HISTORY_NUMBER && value == VALUE_UNSHOWN)
        return false; /* it shows the value */
    return op->reply == answer->reply &&
           (op->reply != HISTORY_NUMBER || op->result == answer->result) &&
           (op->reply != HISTORY_VALUE || op->seen == answer->seen);
}

/* A unique that nobody has seen may be the one that `op` shows. */
static struct state bound(const struct state *state, const struct history_op *op) {
    return (struct state){.value = state->value, .unique = op->unique, .unique_is_known = true};
}

unsigned model_apply(struct values *values, const struct state *state, const struct history_op *op,
                     bool unused, struct state after[MODEL_OUTCOMES_MAX]) {
    unsigned outcomes = 0;
    bool may_bind = state->value != VALUE_NONE && !state->unique_is_known && unused;
    after[0] = *state;
    if (op->kind == HISTORY_GETS && op->reply == HISTORY_VALUE) {
        if (op->any_unique && op->seen == state->value)
            return 1;
        if (op->seen != state->value ||
            (state->unique_is_known ? state->unique != op->unique : !may_bind))
            return 0;
        after[0] = bound(state, op);
        return 1;
    }
    struct history_op answer = model_answer(values, &after[0], *op);
    if (is_right(op, &answer, state->value))
        outcomes++;
    if (op->kind == HISTORY_CAS && may_bind) {
        after[outcomes] = bound(state, op);
        answer = model_answer(values, &after[outcomes], *op);
        outcomes += is_right(op, &answer, state->value);
    }
    return outcomes;
}
