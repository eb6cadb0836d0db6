/* SPDX-License-Identifier: MIT */
/* readers.c - who shows which value. See readers.h. */
#include "history/readers.h"

#include "must.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARTS_MAX = 200, /* of one value */
    NEIGHBOURS = 64  /* more numbers that are near are not looked at */
};

bool readers_is_one(const struct readers *readers, const struct history_op *op) {
    return op->reply == HISTORY_VALUE && op->back <= readers->end;
}

void readers_returned(struct readers *readers, const struct history_op *op) {
    if (readers_is_one(readers, op))
        readers->shown[op->seen].left--;
}

/* ---- text ---- */

static struct shown *shown_of(struct readers *readers, uint32_t value) {
    if (value >= readers->room) {
        size_t room = (value + 1) * (size_t)2;
        readers->shown = must(realloc(readers->shown, room * sizeof *readers->shown), "a history");
        memset(readers->shown + readers->room, 0, (room - readers->room) * sizeof *readers->shown);
        readers->room = room;
    }
    if (value >= readers->count)
        readers->count = value + (size_t)1;
    return &readers->shown[value];
}

static void lasts(struct readers *readers, uint32_t value, uint64_t until) {
    struct shown *shown = shown_of(readers, value);
    if (shown->until < until)
        shown->until = until;
}

/* All that lies on the way from the stored part to the whole: parts joined before and behind. */
static void mark_ways(struct readers *readers, const struct word **parts, size_t count,
                      uint64_t until) {
    struct values *values = readers->history->values;
    size_t base = 0;
    while (base < count && parts[base]->joins)
        base++;
    if (base == count)
        return;
    uint32_t begun = parts[base]->value;
    for (size_t first = base + 1; first-- > 0;) {
        if (first < base)
            begun = value_join(values, parts[first]->value, begun, begun);
        uint32_t value = begun;
        lasts(readers, value, until);
        for (size_t last = base + 1; last < count; last++) {
            value = value_join(values, value, parts[last]->value, value);
            lasts(readers, value, until);
        }
    }
}

static void find_ways(struct readers *readers) {
    const struct word **parts = must(malloc(PARTS_MAX * sizeof *parts), "a history");
    size_t shown_count = readers->count;
    for (uint32_t value = 0; value < shown_count; value++) {
        const struct shown *shown = &readers->shown[value];
        size_t length;
        if (shown->until == 0 || shown->elsewhere || !readers->words.plain[shown->key])
            continue;
        const char *bytes = value_bytes(readers->history->values, value, &length);
        size_t count = words_split(&readers->words, shown->key, bytes, length, parts, PARTS_MAX);
        mark_ways(readers, parts, count, shown->until);
    }
    free(parts);
}

/* ---- counters ---- */

static bool shows_number(const struct readers *readers, const struct history_op *op,
                         uint64_t *number) {
    *number = op->result;
    return op->reply == HISTORY_NUMBER ||
           (op->reply == HISTORY_VALUE && value_number(readers->history->values, op->seen, number));
}

static int compare(const void *a, const void *b) {
    const struct counted *one = a, *other = b;
    return (one->number > other->number) - (one->number < other->number);
}

static void find_counted(struct readers *readers) {
    const struct history *history = readers->history;
    size_t *first = readers->counted_first;
    uint64_t number;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        first[op->key + 2U] += shows_number(readers, op, &number);
        readers->reach[op->key] += op->number;
    }
    for (unsigned key = 0; key < history->key_count; key++)
        first[key + 2U] += first[key + 1U];
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        if (shows_number(readers, op, &number))
            readers->counted[first[op->key + 1U]++] = (struct counted){number, op->back};
    }
    for (unsigned key = 0; key < history->key_count; key++)
        qsort(readers->counted + first[key], first[key + 1U] - first[key], sizeof *readers->counted,
              compare);
}

/* Somebody shows a number to which counting may lead from `number`. */
static bool expects_number(const struct readers *readers, unsigned key, uint64_t number,
                           uint64_t now) {
    size_t low = readers->counted_first[key], end = readers->counted_first[key + 1U], high = end;
    uint64_t reach = readers->reach[key];
    if (number > UINT64_MAX - reach)
        return true; /* incr may begin again from 0 */
    uint64_t least = number > reach ? number - reach : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (readers->counted[middle].number < least)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < end && readers->counted[i].number <= number + reach; i++)
        if (readers->counted[i].back >= now || i - low == NEIGHBOURS)
            return true;
    return false;
}

/* ---- both ---- */

void readers_find(struct readers *readers, const struct history *history, uint64_t end) {
    *readers = (struct readers){.history = history, .end = end};
    words_find(&readers->words, history);
    readers->counted = must(malloc((history->count + 1) * sizeof *readers->counted), "a history");
    readers->counted_first =
        must(calloc(history->key_count + 2U, sizeof *readers->counted_first), "a history");
    readers->reach = must(calloc(history->key_count + 1U, sizeof *readers->reach), "a history");
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        if (op->reply != HISTORY_VALUE)
            continue;
        struct shown *shown = shown_of(readers, op->seen);
        shown->elsewhere = shown->elsewhere || (shown->until > 0 && shown->key != op->key);
        shown->key = op->key;
        shown->left += readers_is_one(readers, op);
        lasts(readers, op->seen, op->back);
    }
    find_ways(readers);
    find_counted(readers);
}

void readers_free(struct readers *readers) {
    words_free(&readers->words);
    free(readers->shown);
    free(readers->counted);
    free(readers->counted_first);
    free(readers->reach);
    *readers = (struct readers){0};
}

uint32_t readers_left(const struct readers *readers, unsigned key, uint32_t value) {
    if (!readers->words.plain[key] || value >= readers->count)
        return 0;
    const struct shown *shown = &readers->shown[value];
    return shown->elsewhere || shown->key != key ? 0 : shown->left;
}

bool readers_expect(const struct readers *readers, unsigned key, uint32_t value, uint64_t now) {
    uint64_t number;
    if (value_number(readers->history->values, value, &number))
        return expects_number(readers, key, number, now);
    return !readers->words.plain[key] ||
           (value < readers->count && readers->shown[value].until >= now);
}
