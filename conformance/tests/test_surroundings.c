/* SPDX-License-Identifier: MIT */
/* test_surroundings.c - the histories that are tried when a mistake has to come again: more of what
 * was done to the key, the same at once, and two of each kind at once. */
#include "histories.h"
#include "history/pairs.h"
#include "history/surroundings.h"

#include "reports/check.h"

#include <stdio.h>

/* "set 0-1, get 2-*": kinds and stamps. To be freed. */
static char *shown(const struct history *history) {
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert(stream);
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        fprintf(stream, "%s%s %u-", i > 0 ? ", " : "", history_kind_word(op->kind),
                (unsigned)op->call);
        if (op->back == HISTORY_OPEN)
            fprintf(stream, "*");
        else
            fprintf(stream, "%u", (unsigned)op->back);
    }
    fclose(stream);
    return text;
}

static void is(struct history *history, const char *wanted, const char *claim) {
    char *text = shown(history);
    CHECK_TEXT(text, wanted, claim);
    free(text);
    history_free(history);
}

/* The operations of these ids, as shrinking leaves them. */
static struct history *part_of(const struct history *whole, const size_t *ids, size_t count) {
    struct history *part = history_part(whole);
    for (size_t i = 0; i < count; i++)
        history_add(part, &whole->ops[ids[i]]);
    for (size_t i = 0; i < count; i++)
        part->ops[i].id = (uint32_t)ids[i];
    return part;
}

static void check_before(void) {
    struct history *whole = histories_read("A 0-1 set a STORED\n"
                                           "A 2-3 delete DELETED\n"
                                           "B 4-5 set b STORED\n"
                                           "B 6-7 get \"b\"\n"
                                           "B 8-9 replace c NOT_STORED\n"
                                           "A 10-11 @1 set z STORED\n"
                                           "A 12-13 set d !\n"
                                           "B 14-15 gets \"d\" 7\n"
                                           "A 16-17 cas 7 e STORED\n"
                                           "B 18-19 append f ?\n"
                                           "B 20-21 get \"b\"\n"
                                           "B 22-23 set g STORED\n");
    static const size_t ids[] = {2, 10}, cas[] = {7, 8, 10}, first[] = {0, 3};
    struct history *small = part_of(whole, ids, 2);
    is(surroundings_before(whole, small), "delete 0-1, set 2-3, set 4-5, set 6-7, get 8-9",
       "the changes since the last delete, one after another; a cas is a set");
    history_free(small);
    small = part_of(whole, cas, 3);
    is(surroundings_before(whole, small),
       "delete 0-1, set 2-3, set 4-5, gets 6-7, cas 8-9, get 10-11", "unless its unique is known");
    history_free(small);
    small = part_of(whole, first, 2);
    is(surroundings_before(whole, small), "set 0-1, delete 2-3, set 4-5, get 6-7",
       "from the beginning, if nothing was deleted before");
    history_free(small);
    history_free(whole);
}

static void check_at_once(void) {
    struct history *small = histories_read("A 0-1 set a STORED\n"
                                           "B 2-3 gets \"a\" 5\n"
                                           "A 4-5 cas 5 b STORED\n"
                                           "B 6-7 append c STORED\n"
                                           "A 8-9 get \"x\"\n");
    is(surroundings_at_once(small, false), "set 0-1, gets 2-3, cas 4-6, append 5-7, get 8-9",
       "what is needed, the changes at once, the reads");
    is(surroundings_at_once(small, true), "set 0-1, gets 2-3, append 4-6, cas 5-7, get 8-9",
       "the last change first");
    small->ops[3].maybe = true;
    is(surroundings_at_once(small, false), "set 0-1, gets 2-3, cas 4-6, append 5-*, get 7-8",
       "one that was cut has no end");
    history_free(small);
}

/* The last three of them: two changes and a read, all under way at once. */
static bool overlap(const struct history *pair) {
    const struct history_op *ops = &pair->ops[pair->count - 3];
    return ops[2].call < ops[0].back && ops[0].back < ops[1].back && ops[1].back < ops[2].back &&
           ops[0].call < ops[1].call && ops[1].call < ops[2].call && ops[2].kind == HISTORY_GET;
}

static void check_pairs(bool counters, size_t wanted) {
    struct history *pairs[PAIRS_MAX];
    size_t count = pairs_make(counters, pairs), at_once = 0, on_nothing = 0;
    CHECK_INT(count, wanted, "each kind with each, but what cannot go together");
    for (size_t i = 0; i + 2 < count; i++) {
        at_once += overlap(pairs[i]);
        on_nothing += pairs[i]->count == 3;
    }
    CHECK_INT(at_once, count - 2, "two changes and a read at once");
    CHECK_INT(on_nothing, counters ? 11 : 13, "a key that holds nothing, when one adds");
    for (size_t i = 0; i < count - 2; i++)
        history_free(pairs[i]);
    is(pairs[count - 2], "set 0-1, gets 2-3, delete 4-5, set 6-7, cas 8-9",
       "deleted, and set again");
    is(pairs[count - 1], "set 0-1, gets 2-3, set 4-5, set 6-7, cas 8-9", "changed, and set back");
}

int main(void) {
    check_before();
    check_at_once();
    check_pairs(false, 63);
    check_pairs(true, 48);
    return check_finish();
}
