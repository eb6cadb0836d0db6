/* SPDX-License-Identifier: MIT */
/* search.c - the search for an order. See search.h.
 *
 * A line knows of replies that are still to come (readers.h), so that it often ends before the
 * operation that is to blame returns. That one is found by asking which is the shortest beginning
 * of the history that has no order. */
#include "history/search.h"

#include "history/line.h"
#include "must.h"

#include <assert.h>
#include <stdlib.h>

#define WHOLE (HISTORY_OPEN - 1)

struct search {
    const struct history *history;
    size_t configs_max;
    uint32_t *stamps; /* by stamp, what is called or returns then: index * 2 (+ 1) */
    size_t stamp_count;
    enum line_end *ends; /* by key */
    uint64_t *ended;     /* when, by key */
    size_t widest;
};

static void find_stamps(struct search *search) {
    const struct history *history = search->history;
    uint64_t last = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        uint64_t latest = op->back == HISTORY_OPEN ? op->call : op->back;
        last = latest > last ? latest : last;
    }
    search->stamp_count = (size_t)last + 1;
    search->stamps = must(malloc(search->stamp_count * sizeof *search->stamps), "a search");
    for (size_t i = 0; i < search->stamp_count; i++)
        search->stamps[i] = UINT32_MAX;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        search->stamps[op->call] = (uint32_t)i * 2;
        if (op->back != HISTORY_OPEN)
            search->stamps[op->back] = (uint32_t)i * 2 + 1;
    }
}

/* Goes through the stamps up to `end` of all keys, or only of one; fills ends and ended. */
static void go_through(struct search *search, uint64_t end, unsigned only) {
    const struct history *history = search->history;
    unsigned keys = history->key_count;
    struct line *lines = must(calloc(keys + 1U, sizeof *lines), "a search");
    struct line_room room = {.history = history, .end = end, .configs_max = search->configs_max};
    room.slot_of = must(calloc(history->count + 1, 1), "a search");
    readers_find(&room.readers, history, end);
    for (unsigned key = 0; key < keys; key++) {
        line_begin(&lines[key], &room, key);
        if (only >= keys || key == only)
            search->ends[key] = LINE_RIGHT;
    }
    for (size_t stamp = 0; stamp < search->stamp_count && stamp <= end; stamp++) {
        uint32_t index = search->stamps[stamp] / 2;
        if (search->stamps[stamp] == UINT32_MAX)
            continue;
        unsigned key = history->ops[index].key;
        if ((only < keys && key != only) || search->ends[key] != LINE_RIGHT)
            continue;
        search->ends[key] = search->stamps[stamp] % 2 == 0 ? line_call(&lines[key], index)
                                                           : line_return(&lines[key], index);
        search->ended[key] = stamp;
    }
    search->widest = room.widest > search->widest ? room.widest : search->widest;
    for (unsigned key = 0; key < keys; key++)
        line_free(&lines[key]);
    configs_free(&room.next);
    configs_free(&room.within);
    readers_free(&room.readers);
    free(room.slot_of);
    free(lines);
}

/* The operation of `key` that cannot have returned what it did, when there was no order. */
static size_t find_wrong(struct search *search, unsigned key) {
    uint64_t right = search->ended[key], wrong = search->stamp_count - 1;
    if (right > 0)
        right--; /* never too late */
    while (right + 1 < wrong) {
        uint64_t middle = right + (wrong - right) / 2;
        go_through(search, middle, key);
        if (search->ends[key] == LINE_WRONG)
            wrong = middle;
        else
            right = middle;
    }
    return search->stamps[wrong] / 2;
}

struct search_verdict search_history(const struct history *history, size_t configs_max) {
    size_t count, *wrong = must(calloc(history->key_count + 1U, sizeof *wrong), "a search");
    struct search_verdict verdict = search_all(history, configs_max, wrong, &count);
    free(wrong);
    return verdict;
}

/* The first that returned is told. */
static void add_wrong(const struct search *search, struct search_verdict *verdict, size_t op,
                      unsigned key) {
    const struct history_op *ops = search->history->ops;
    if (verdict->result == SEARCH_WRONG && ops[verdict->op].back < ops[op].back)
        return;
    verdict->result = SEARCH_WRONG;
    verdict->op = op;
    verdict->key = key;
}

struct search_verdict search_all(const struct history *history, size_t configs_max, size_t *wrong,
                                 size_t *count) {
    struct search search = {.history = history, .configs_max = configs_max};
    struct search_verdict verdict = {.result = SEARCH_RIGHT};
    assert(history->count < UINT32_MAX / 2);
    search.ends = must(calloc(history->key_count + 1U, sizeof *search.ends), "a search");
    search.ended = must(calloc(history->key_count + 1U, sizeof *search.ended), "a search");
    find_stamps(&search);
    go_through(&search, WHOLE, history->key_count);
    *count = 0;
    for (unsigned key = 0; key < history->key_count; key++) {
        enum line_end end = search.ends[key];
        if (end == LINE_WIDE && verdict.result == SEARCH_RIGHT) {
            verdict.result = SEARCH_UNKNOWN;
            verdict.key = key;
        }
        if (end != LINE_WRONG)
            continue;
        wrong[*count] = find_wrong(&search, key);
        add_wrong(&search, &verdict, wrong[(*count)++], key);
    }
    verdict.widest = search.widest;
    free(search.ends);
    free(search.ended);
    free(search.stamps);
    return verdict;
}
