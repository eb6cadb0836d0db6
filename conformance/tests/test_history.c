/* SPDX-License-Identifier: MIT */
/* test_history.c - histories that are right, and histories that are wrong in each way that has a
 * name. A wrong one is buried among right operations before it is shrunk. */
#include "arena.h"
#include "dice.h"
#include "histories.h"
#include "history/anomaly.h"
#include "history/draw.h"
#include "history/narrow.h"
#include "history/replay.h"
#include "history/shrink.h"
#include "history/tolerance.h"

#include "reports/check.h"

#include <time.h>

static const struct {
    const char *claim, *history;
} right[] = {
    {"nothing", ""},
    {"one after the other", "A 0-1 get END\nA 2-3 set x STORED\nA 4-5 get x\nA 6-7 delete DELETED\n"
                            "A 8-9 delete NOT_FOUND\nA 10-11 get END\n"},
    {"a read beside a write sees the old value", "A 0-3 set x STORED\nB 1-2 get END\n"},
    {"a read beside a write sees the new value", "A 0-3 set x STORED\nB 1-2 get x\n"},
    {"two writes at once, in either order",
     "A 0-3 set x STORED\nB 1-2 set y STORED\nA 4-5 get x\n"},
    {"two writes at once, in the other order",
     "A 0-3 set x STORED\nB 1-2 set y STORED\nA 4-5 get y\n"},
    {"add and replace", "A 0-1 replace x NOT_STORED\nA 2-3 add x STORED\nA 4-5 add y NOT_STORED\n"
                        "A 6-7 replace y STORED\nA 8-9 get y\n"},
    {"append and prepend", "A 0-1 append b NOT_STORED\nA 2-3 set b STORED\nA 4-5 append c STORED\n"
                           "A 6-7 prepend a STORED\nA 8-9 get abc\n"},
    {"counters", "A 0-1 incr 1 NOT_FOUND\nA 2-3 set 5 STORED\nA 4-5 incr 2 7\nA 6-7 decr 9 0\n"
                 "A 8-9 get 0\n"},
    {"a counter at its end", "A 0-1 set 18446744073709551615 STORED\nA 2-3 incr 2 1\n"},
    {"cas", "A 0-1 set x STORED\nA 2-3 gets x 7\nA 4-5 cas 7 y STORED\nA 6-7 cas 7 z EXISTS\n"
            "A 8-9 gets y 8\nA 10-11 delete DELETED\nA 12-13 cas 8 z NOT_FOUND\n"},
    {"of two cas at once one stores", "A 0-1 set x STORED\nA 2-3 gets x 7\nA 4-7 cas 7 y STORED\n"
                                      "B 5-6 cas 7 z EXISTS\nA 8-9 get y\n"},
    {"the unique stays over reads, touch and refusals",
     "A 0-1 set x STORED\nA 2-3 gets x 7\nA 4-5 touch TOUCHED\nA 6-7 add y NOT_STORED\n"
     "A 8-9 gets x 7\nA 10-11 cas 7 y STORED\n"},
    {"a cas with a unique that nobody saw yet", "A 0-1 set x STORED\nA 2-3 cas 7 y STORED\n"},
    {"the same, refused", "A 0-1 set x STORED\nA 2-3 cas 7 y EXISTS\n"},
    {"noreply happens", "A 0-3 set x !\nA 1-2 get x\n"},
    {"noreply add on a key that holds something",
     "A 0-1 set x STORED\nA 2-5 add y !\nA 3-4 get x\n"},
    {"cut, and it never happened", "A 0-1 set x STORED\nB 2-* set y ?\nA 3-4 get x\nA 5-6 get x\n"},
    {"cut, and it happened", "A 0-1 set x STORED\nB 2-* set y ?\nA 3-4 get y\n"},
    {"cut, and it happened late", "A 0-1 set x STORED\nB 2-* set y ?\nA 3-4 get x\nA 5-6 get y\n"},
    {"keys are judged apart", "A 0-1 @0 set x STORED\nA 2-3 @1 get END\nA 4-5 @0 get x\n"},
    {"a session's requests in one write are done in their order",
     "A 0-4 set x STORED\nA 1-5 set y STORED\nB 2-3 get END\nB 6-7 get y\n"},
    {"uniques of other keys may be the same",
     "A 0-1 @0 set x STORED\nA 2-3 @0 gets x 7\nA 4-5 @1 set y STORED\nA 6-7 @1 gets y 7\n"},
};

static const struct {
    const char *claim, *history, *name, *right;
    size_t left; /* operations when it is shrunk */
} wrong[] = {
    {"two cas with one unique",
     "A 0-1 set x STORED\nA 2-3 gets x 7\nB 4-5 gets x 7\n"
     "A 6-9 cas 7 y STORED\nB 7-8 cas 7 z STORED\n",
     "lost update", "EXISTS", 4},
    {"a cas over a set",
     "A 0-1 set x STORED\nA 2-3 gets x 7\nB 4-5 set y STORED\n"
     "A 6-7 cas 7 z STORED\n",
     "lost update", "EXISTS", 4},
    {"two incr from one number", "A 0-1 set 5 STORED\nA 2-5 incr 1 6\nB 3-4 incr 1 6\n",
     "non-atomic incr", "7", 3},
    {"a counter that forgot", "A 0-1 set 5 STORED\nA 2-3 incr 1 6\nB 4-5 incr 2 7\n",
     "non-atomic incr", "8", 3},
    {"a decr that forgot", "A 0-1 set 5 STORED\nA 2-3 decr 1 4\nB 4-5 decr 1 4\n",
     "non-atomic decr", "3", 3},
    {"a counter that shows too little", "A 0-1 set 5 STORED\nA 2-3 incr 1 6\nB 4-5 get 5\n",
     "stale read", "6", 3},
    {"an old value", "A 0-1 set x STORED\nA 2-3 set y STORED\nB 4-5 get x\n", "stale read", "\"y\"",
     3},
    {"an old value after the new one was seen",
     "A 0-1 set x STORED\nA 2-9 set y STORED\nB 3-4 get y\nC 5-6 get x\n", "value out of order",
     "\"y\"", 4},
    {"a deleted value", "A 0-1 set x STORED\nA 2-3 delete DELETED\nB 4-5 get x\n",
     "resurrected value", "END", 3},
    {"a deleted value that refuses add",
     "A 0-1 set x STORED\nA 2-3 delete DELETED\nB 4-5 add y NOT_STORED\n", "resurrected value",
     "STORED", 3},
    {"a value from nowhere", "A 0-1 set xx STORED\nB 2-3 set yy STORED\nA 4-5 get xy\n",
     "torn value", "\"yy\"", 2},
    {"a lost append",
     "A 0-1 set a STORED\nA 2-5 append b STORED\nB 3-4 append c STORED\n"
     "A 6-7 get ac\n",
     "lost append", "\"abc\" or \"acb\"", 4},
    {"a unique twice", "A 0-1 set x STORED\nA 2-3 gets x 7\nA 4-5 set y STORED\nB 6-7 gets y 7\n",
     "cas unique reused", "\"y\"", 4},
    {"an old value with a new unique",
     "A 0-1 set 5 STORED\nA 2-7 incr 1 6\nB 3-4 gets 6 8\n"
     "C 5-6 gets 5 8\n",
     "cas unique of another version", "6", 4},
    {"a unique that moves", "A 0-1 set x STORED\nA 2-3 gets x 7\nA 4-5 gets x 8\n",
     "cas unique changed by itself", "\"x\"", 3},
    {"a vanished value", "A 0-1 set x STORED\nA 2-3 get END\n", "vanished value", "\"x\"", 2},
    {"replace on nothing", "A 0-1 set x STORED\nA 2-3 replace y NOT_STORED\n", "vanished value",
     "STORED", 2},
    {"two adds", "A 0-3 add x STORED\nB 1-2 add y STORED\n", "non-atomic add", "NOT_STORED", 2},
    {"two deletes", "A 0-1 set x STORED\nA 2-5 delete DELETED\nB 3-4 delete DELETED\n",
     "deleted twice", "NOT_FOUND", 3},
    {"touch on nothing", "A 0-1 touch TOUCHED\n", "resurrected value", "NOT_FOUND", 1},
    {"a cas without cause", "A 0-1 set x STORED\nA 2-3 gets x 7\nA 4-5 cas 7 y EXISTS\n",
     "cas refused without cause", "STORED", 3},
    {"noreply did not happen", "A 0-3 set x !\nA 1-2 get END\n", "vanished value", "\"x\"", 2},
    {"a cut request that happened, then not",
     "A 0-1 set x STORED\nB 2-* set y ?\nA 3-4 get y\nA 5-6 get x\n", "value out of order", "\"y\"",
     4},
    {"half of a request that was cut", "A 0-1 set x STORED\nB 2-3 get xyz\n", "torn value", "\"x\"",
     2},
};

static void check_right(void) {
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct history *history = histories_read(right[i].history);
        CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).result, SEARCH_RIGHT, right[i].claim);
        history_free(history);
    }
}

/* The history, between operations that are right: before it on other keys and the same one. */
static struct history *buried(const char *text, struct dice *dice) {
    struct history *inner = histories_read(text), *whole = history_part(inner);
    uint64_t stamp = 0;
    for (int i = 0; i < 300; i++) {
        struct history_op op = {.kind = HISTORY_SET, .reply = HISTORY_STORED, .session = 9};
        op.call = stamp++;
        op.back = stamp++;
        op.key = (uint16_t)dice_roll(dice, 3);
        op.written = value_of_number(inner->values, 1000000 + dice_roll(dice, 1000), 7);
        if (op.key == 0 || dice_roll(dice, 2) == 0)
            op.kind = HISTORY_DELETE;
        if (op.kind == HISTORY_DELETE)
            op.reply = HISTORY_UNTOLD;
        history_add(whole, &op);
    }
    for (size_t i = 0; i < inner->count; i++) {
        struct history_op op = inner->ops[i];
        op.call += stamp;
        op.back += op.back == HISTORY_OPEN ? 0 : stamp;
        history_add(whole, &op);
    }
    inner->owns_values = false;
    whole->owns_values = true;
    history_free(inner);
    return whole;
}

static void check_shrunk(size_t i, struct arena *arena, struct dice *dice) {
    struct history *history = buried(wrong[i].history, dice);
    struct search_verdict verdict = search_history(history, SEARCH_CONFIGS_MAX);
    size_t index = 0, count = 0;
    if (CHECK_INT(verdict.result, SEARCH_WRONG, wrong[i].claim)) {
        struct history *small = shrink_history(history, &verdict, &index);
        struct anomaly anomaly = anomaly_find(arena, small, index);
        CHECK_TEXT(anomaly.name, wrong[i].name, "its name");
        CHECK_TEXT(anomaly.right ? anomaly.right : "", wrong[i].right, "what would be right");
        CHECK_INT(small->count, wrong[i].left, "nothing is left that could go");
        const char *const *lines = draw_history(arena, small, index, &count);
        for (size_t k = 0; k < count; k++)
            printf("# %s\n", lines[k]);
        history_free(small);
    }
    history_free(history);
}

static void check_wrong(void) {
    struct arena *arena = arena_new();
    struct dice dice = dice_of(1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_shrunk(i, arena, &dice);
    arena_free(arena);
}

/* A read that overlaps both changes by chance, and two that race. */
static void check_narrowed(void) {
    struct history *history = histories_read("A 0-3 set x STORED\nB 1-9 gets x 7\nC 2-8 gets x 7\n"
                                             "A 10-13 cas 7 y STORED\nB 11-14 cas 7 z STORED\n");
    size_t index = narrow_history(history, 4);
    CHECK_INT(index, 4, "the wrong one stays");
    CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).op, 4, "and is the one that is found");
    CHECK(history->ops[0].back < history->ops[1].call,
          "a change and the read beside it stand one behind the other");
    CHECK(history->ops[1].back < history->ops[2].call, "reads stand one behind the other");
    CHECK(history->ops[3].back > history->ops[4].call, "two changes that race still do");
    history_free(history);
}

/* Each of `sessions` values is stored and seen, all at once: that may go in any order. */
static void check_wide(uint16_t sessions, enum search_result expected, const char *claim) {
    struct history *history = history_new();
    for (uint16_t i = 0; i < 2 * sessions; i++) {
        uint16_t actor = i % sessions;
        char word[8];
        int length = snprintf(word, sizeof word, "%u;", actor);
        uint32_t value = value_of_bytes(history->values, word, (size_t)length, 0);
        struct history_op op = {.call = i, .back = 1000U + i, .session = i};
        op.kind = i < sessions ? HISTORY_SET : HISTORY_GET;
        op.reply = i < sessions ? HISTORY_STORED : HISTORY_VALUE;
        op.written = i < sessions ? value : VALUE_NONE;
        op.seen = i < sessions ? VALUE_NONE : value;
        history_add(history, &op);
    }
    CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).result, expected, claim);
    history_free(history);
}

static void check_tolerance(void) {
    struct history *history =
        histories_read("A 0-1 set 5 STORED\nA 2-7 incr 1 6\nB 3-4 gets 6 8\nC 5-6 gets 5 8\n");
    CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).result, SEARCH_WRONG,
              "the old number with the new unique has no order");
    CHECK_INT(tolerate_incr_unique(history), 2, "both gets are beside the incr");
    CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).result, SEARCH_WRONG,
              "after the new one was seen it has none in spite of that");
    history_free(history);
    history = histories_read("A 0-1 set 5 STORED\nA 2-7 incr 1 6\nB 3-4 gets 5 8\n"
                             "C 8-9 gets 6 8\n");
    CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).result, SEARCH_WRONG,
              "the same, before the new one is seen");
    CHECK_INT(tolerate_incr_unique(history), 1, "one gets is beside the incr");
    CHECK_INT(search_history(history, SEARCH_CONFIGS_MAX).result, SEARCH_RIGHT,
              "memcached with threads does that");
    history_free(history);
    history = histories_read("A 0-1 set 5 STORED\nA 2-3 incr 1 6\nB 4-5 gets 6 8\n"
                             "A 6-7 set 7 STORED\nB 8-9 gets 7 8\n");
    CHECK_INT(tolerate_incr_unique(history), 0, "what is not beside an incr is judged in full");
    history_free(history);
}

/* A right server counts uniques from 1: a number from the race may be an item's in the replay. */
static void check_replayed_uniques(void) {
    const struct replay_title title = {"a claim", "a reason", 1, 0};
    struct history *history = histories_read("A 0-1 set x STORED\nB 2-3 cas 3 y EXISTS\n"
                                             "A 4-5 gets x 7\nB 6-7 cas 7 z STORED\n");
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    CHECK(replay_write(out, (const struct history *const[]){history}, 1, &title), "it is written");
    fclose(out);
    CHECK(strstr(text, " 0 1 18446744073709551615\\r\\n") != NULL,
          "a unique that nobody has shown becomes that of nobody");
    CHECK(strstr(text, " {c3}\\r\\n") != NULL, "one that a gets has shown is taken from it");
    free(text);
    history_free(history);
}

int main(void) {
    check_replayed_uniques();
    check_right();
    check_wrong();
    check_narrowed();
    check_tolerance();
    check_wide(10, SEARCH_RIGHT, "ten values at once in any order");
    check_wide(40, SEARCH_UNKNOWN, "forty at once: too much to know");
    return check_finish();
}
