/* SPDX-License-Identifier: MIT */
/* pairs.c - two at once. See pairs.h. */
#include "history/pairs.h"

enum { AT_FIRST, BY_A, BY_B }; /* the values; all are of one length */

static const char *const texts[] = {"ab", "cd", "ef"};
static const uint64_t numbers[] = {15, 27, 38};
enum { INCREMENT = 2, DECREMENT = 90 }; /* the latter goes to 0 */

/* One side of a pair. */
struct side {
    enum history_kind kind;
    bool silent;
};

static const struct side of_text[] = {
    {HISTORY_SET, false},    {HISTORY_ADD, false}, {HISTORY_REPLACE, false},
    {HISTORY_APPEND, false}, {HISTORY_CAS, false}, {HISTORY_DELETE, false},
    {HISTORY_TOUCH, false},  {HISTORY_SET, true},
};

static const struct side of_counters[] = {
    {HISTORY_SET, false},  {HISTORY_ADD, false},    {HISTORY_CAS, false},  {HISTORY_INCR, false},
    {HISTORY_DECR, false}, {HISTORY_DELETE, false}, {HISTORY_TOUCH, false}};

static uint32_t value_at(struct history *history, bool counters, unsigned which) {
    return counters ? value_of_number(history->values, numbers[which], which)
                    : value_of_bytes(history->values, texts[which], 2, which);
}

/* One more operation, begun at `call` and ended at `back`. Which reply comes is not looked at. */
static void add(struct history *history, bool counters, struct side side, unsigned which,
                uint64_t call, uint64_t back) {
    unsigned groups = history_kind_groups(side.kind);
    bool reads = (groups & HISTORY_READS) != 0;
    struct history_op op = {.kind = (uint8_t)side.kind, .session = (uint16_t)which};
    op.call = call;
    op.back = back;
    op.reply = side.silent ? HISTORY_UNTOLD : reads ? HISTORY_VALUE : HISTORY_STORED;
    op.written = (groups & HISTORY_WRITES) != 0 ? value_at(history, counters, which) : VALUE_NONE;
    op.seen = reads ? value_at(history, counters, AT_FIRST) : VALUE_NONE;
    op.number = side.kind == HISTORY_INCR ? INCREMENT : DECREMENT;
    op.unique = 1; /* cas sends that of the gets before */
    history_add(history, &op);
}

static const struct side set = {HISTORY_SET, false}, get = {HISTORY_GET, false},
                         gets = {HISTORY_GETS, false};

static struct history *pair(bool counters, struct side a, struct side b) {
    struct history *history = history_new();
    uint64_t stamp = 0;
    if (a.kind != HISTORY_ADD && b.kind != HISTORY_ADD) {
        add(history, counters, set, AT_FIRST, 0, 1);
        add(history, counters, gets, AT_FIRST, 2, 3);
        stamp = 4;
    }
    add(history, counters, a, BY_A, stamp, stamp + 3);
    add(history, counters, b, BY_B, stamp + 1, stamp + 4);
    add(history, counters, get, AT_FIRST, stamp + 2, stamp + 5);
    return history;
}

/* The value goes and comes back; its old unique must not. */
static struct history *comes_back(bool counters, enum history_kind between) {
    struct history *history = history_new();
    add(history, counters, set, AT_FIRST, 0, 1);
    add(history, counters, gets, AT_FIRST, 2, 3);
    add(history, counters, (struct side){between, false}, BY_A, 4, 5);
    add(history, counters, set, AT_FIRST, 6, 7);
    add(history, counters, (struct side){HISTORY_CAS, false}, BY_B, 8, 9);
    return history;
}

size_t pairs_make(bool counters, struct history *pairs[PAIRS_MAX]) {
    const struct side *sides = counters ? of_counters : of_text;
    size_t count = 0, side_count = counters ? sizeof of_counters / sizeof of_counters[0]
                                            : sizeof of_text / sizeof of_text[0];
    for (size_t a = 0; a < side_count; a++)
        for (size_t b = 0; b < side_count; b++) {
            bool needs_old = sides[a].kind == HISTORY_CAS || sides[b].kind == HISTORY_CAS;
            bool adds = sides[a].kind == HISTORY_ADD || sides[b].kind == HISTORY_ADD;
            bool changes = sides[a].kind != HISTORY_TOUCH || sides[b].kind != HISTORY_TOUCH;
            if (changes && !(needs_old && adds))
                pairs[count++] = pair(counters, sides[a], sides[b]);
        }
    pairs[count++] = comes_back(counters, HISTORY_DELETE);
    pairs[count++] = comes_back(counters, HISTORY_SET);
    return count;
}
