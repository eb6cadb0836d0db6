/* SPDX-License-Identifier: MIT */
/* test_history_random.c - histories by chance: those of a server that is right are found right,
 * with noreply and cut connections; with one lie among them they are found wrong, and become small.
 */
#include "arena.h"
#include "history/anomaly.h"
#include "history/shrink.h"
#include "simulation.h"

#include "reports/check.h"

enum { SEEDS = 150, OPERATIONS = 600 };

static void check_right(void) {
    unsigned right = 0, wide = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct history *history =
            simulated_history(seed, 1 + (unsigned)seed % 7, 1 + (unsigned)seed % 5, OPERATIONS,
                              seed % 3 == 0 ? 3 : 0);
        struct search_verdict verdict = search_history(history, SEARCH_CONFIGS_MAX);
        right += verdict.result == SEARCH_RIGHT;
        wide += verdict.widest > 1;
        history_free(history);
    }
    CHECK_INT(right, SEEDS, "each history of a server that is right has an order");
    CHECK(wide > SEEDS / 2, "and more than one was possible in between");
}

/* Changes a reply so that no order can give it; false if there is none to change. The kinds of lies
 * take turns. */
static bool lie(struct history *history, uint64_t seed) {
    uint32_t never = value_of_bytes(history->values, "nobody wrote this", 17, 0);
    for (size_t i = history->count / 2; i < history->count; i++) {
        struct history_op *op = &history->ops[i];
        if (op->back == HISTORY_OPEN)
            continue;
        if (seed % 3 == 0 && op->reply == HISTORY_VALUE) {
            op->seen = never;
            return true;
        }
        if (seed % 3 == 1 && op->reply == HISTORY_NUMBER) {
            op->result = 999999999; /* none of the counters is there */
            return true;
        }
        if (seed % 3 == 2 && op->kind == HISTORY_CAS && op->reply != HISTORY_STORED) {
            op->reply = HISTORY_TOUCHED; /* which cas never answers */
            return true;
        }
    }
    return false;
}

static void check_lies(void) {
    struct arena *arena = arena_new();
    unsigned told = 0, found = 0, small = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct history *history = simulated_history(seed, 4, 3, OPERATIONS, 0);
        size_t index;
        if (lie(history, seed)) {
            told++;
            struct search_verdict verdict = search_history(history, SEARCH_CONFIGS_MAX);
            found += verdict.result == SEARCH_WRONG;
            struct history *left = shrink_history(history, &verdict, &index);
            small += left->count <= 10 && anomaly_find(arena, left, index).name != NULL;
            history_free(left);
        }
        history_free(history);
    }
    CHECK(told > SEEDS * 9 / 10, "most histories hold something to lie about");
    CHECK_INT(found, told, "each lie is found");
    CHECK(small >= told - told / 20, "and shown with ten operations or fewer, but for a few");
    arena_free(arena);
}

int main(void) {
    check_right();
    check_lies();
    return check_finish();
}
