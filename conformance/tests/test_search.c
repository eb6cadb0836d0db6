/* SPDX-License-Identifier: MIT */
/* test_search.c - the search against the plain meaning of "there is an order": every order of small
 * histories by chance, some with a lie. Both must agree, and on the operation that is to blame. */
#include "history/search.h"
#include "simulation.h"

#include "reports/check.h"

enum { SEEDS = 40000, OPERATIONS_MAX = 12 };

struct order {
    const struct history *history;
    uint64_t end; /* what returns behind it is under way */
    size_t taken[OPERATIONS_MAX];
    size_t taken_count;
    unsigned done; /* as bits */
};

static bool has_returned(const struct order *order, const struct history_op *op) {
    return op->back <= order->end;
}

/* Nothing that has to stand before operation `index` is left. */
static bool may_be_next(const struct order *order, size_t index) {
    const struct history_op *op = &order->history->ops[index];
    if (op->call > order->end || (order->done >> index & 1) != 0)
        return false;
    for (size_t i = 0; i < order->history->count; i++) {
        const struct history_op *other = &order->history->ops[i];
        bool in_session = other->session == op->session && !other->maybe && i < index;
        if (i != index && (order->done >> i & 1) == 0 &&
            ((has_returned(order, other) && other->back < op->call) || in_session))
            return false;
    }
    return true;
}

static bool is_unused(const struct order *order, uint64_t unique) {
    for (size_t i = 0; i < order->taken_count; i++) {
        const struct history_op *op = &order->history->ops[order->taken[i]];
        if (history_shows_unique(op) && op->unique == unique)
            return false;
    }
    return true;
}

static bool explain(struct order *order, const struct state *state) {
    bool whole = true;
    for (size_t i = 0; i < order->history->count && whole; i++)
        whole = (order->done >> i & 1) != 0 || !has_returned(order, &order->history->ops[i]);
    for (size_t i = 0; i < order->history->count && !whole; i++) {
        const struct history_op *op = &order->history->ops[i];
        struct state after[MODEL_OUTCOMES_MAX];
        if (!may_be_next(order, i))
            continue;
        unsigned outcomes =
            model_apply(order->history->values, state, op, is_unused(order, op->unique), after);
        order->done |= 1U << i;
        order->taken[order->taken_count++] = i;
        for (unsigned k = 0; k < outcomes && !whole; k++)
            whole = explain(order, &after[k]);
        order->done &= ~(1U << i);
        order->taken_count--;
    }
    return whole;
}

static bool has_order(const struct history *history, uint64_t end) {
    struct order order = {.history = history, .end = end};
    return explain(&order, &(struct state){0});
}

/* The operation at whose return there is no order any more, or SIZE_MAX. */
static size_t first_wrong(const struct history *history) {
    size_t found = SIZE_MAX;
    uint64_t soonest = HISTORY_OPEN;
    if (has_order(history, HISTORY_OPEN - 1))
        return SIZE_MAX;
    for (size_t i = 0; i < history->count; i++)
        if (history->ops[i].back < soonest && !has_order(history, history->ops[i].back)) {
            soonest = history->ops[i].back;
            found = i;
        }
    return found;
}

/* Takes something of one operation for that of another; false if there is no such thing. */
static bool lie(struct history *history, struct dice *dice) {
    struct history_op *op = &history->ops[dice_roll(dice, history->count)];
    const struct history_op *other = &history->ops[dice_roll(dice, history->count)];
    bool both_written = op->written != VALUE_NONE && other->written != VALUE_NONE;
    if (op == other || op->reply == HISTORY_UNTOLD || other->reply == HISTORY_UNTOLD)
        return false;
    switch (dice_roll(dice, 6)) {
    case 0:
        op->unique = other->unique;
        return op->kind == HISTORY_GETS || op->kind == HISTORY_CAS;
    case 1:
        op->result = other->result;
        return op->reply == HISTORY_NUMBER && other->reply == HISTORY_NUMBER;
    case 2:
        op->seen = op->reply == HISTORY_VALUE && other->seen != VALUE_NONE ? other->seen : op->seen;
        return op->reply == HISTORY_VALUE;
    case 3:
        op->seen = op->reply == HISTORY_VALUE && both_written ? other->written : op->seen;
        return op->reply == HISTORY_VALUE;
    case 4:
        op->reply = op->kind == other->kind ? other->reply : op->reply;
        return true;
    default:
        op->written = both_written ? other->written : op->written;
        return both_written;
    }
}

/* A cas is refused, or may be, with a unique that is only shown later or beside it. Whether both
 * can be told of one version is left open by the model, and told by the search if it sees it. */
static bool is_open(const struct history *history) {
    for (size_t i = 0; i < history->count; i++)
        for (size_t k = 0; k < history->count; k++) {
            const struct history_op *cas = &history->ops[i], *gets = &history->ops[k];
            if (cas->kind == HISTORY_CAS && cas->reply != HISTORY_STORED &&
                gets->kind == HISTORY_GETS && gets->unique == cas->unique && gets->back > cas->call)
                return true;
        }
    return false;
}

/* On one key, of text or a counter, with no lie, one or two. */
static struct history *small_history(uint64_t seed) {
    struct dice dice = dice_of(seed);
    struct history *whole = simulated_history(seed, 2 + (unsigned)seed % 4, 2,
                                              16 + (size_t)seed % 17, seed % 5 == 0 ? 10 : 0);
    struct history *part = history_part(whole);
    for (size_t i = 0; i < whole->count && part->count < OPERATIONS_MAX; i++)
        if (whole->ops[i].key == seed / 4 % 2)
            history_add(part, &whole->ops[i]);
    history_make_dense(part);
    for (unsigned tries = 0, lies = 0; tries < 50 && part->count > 0 && lies < seed % 3; tries++)
        lies += lie(part, &dice);
    part->values = whole->values;
    part->owns_values = true;
    whole->owns_values = false;
    history_free(whole);
    return part;
}

int main(void) {
    unsigned right = 0, wrong = 0, agree = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct history *history = small_history(seed);
        if (is_open(history)) {
            history_free(history);
            continue;
        }
        size_t expected = first_wrong(history);
        struct search_verdict verdict = search_history(history, SEARCH_CONFIGS_MAX);
        bool is_right = expected == SIZE_MAX;
        bool same = is_right ? verdict.result == SEARCH_RIGHT
                             : verdict.result == SEARCH_WRONG && verdict.op == expected;
        if (!same)
            printf("# seed %d: operation %d, and not %d\n", (int)seed, (int)expected,
                   verdict.result == SEARCH_RIGHT ? -1 : (int)verdict.op);
        agree += same;
        right += is_right;
        wrong += !is_right;
        history_free(history);
    }
    CHECK_INT(agree, right + wrong, "the search agrees with every order");
    CHECK(right > SEEDS / 3, "of many that are right");
    CHECK(wrong > SEEDS / 20, "and of many that are wrong");
    return check_finish();
}
