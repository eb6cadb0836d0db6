/* SPDX-License-Identifier: MIT */
/* readers.h - what the whole history tells beforehand: which values are still to be shown.
 *
 * Two things follow, so that the search need not try everything. Where each operation writes a
 * value of its own (words.h), a value is there at most once, and is not changed before all who show
 * it have looked. And values that nobody will show, nor anything that is made of them, are all
 * alike: VALUE_UNSHOWN. Pure. */
#pragma once

#include "history/words.h"

struct readers {
    const struct history *history;
    uint64_t end; /* replies behind this stamp have not come */
    struct words words;
    struct shown {
        uint64_t until; /* the last stamp at which it, or what is made of it, is shown */
        uint32_t left;  /* operations that show it and have not returned */
        uint16_t key;
        bool elsewhere; /* another key shows it, too: nothing is known */
    } * shown;          /* by value; those behind are not shown */
    size_t count, room;
    struct counted {
        uint64_t number, back;
    } * counted;           /* numbers that are shown, key by key, sorted */
    size_t *counted_first; /* by key, and one more */
    uint64_t *reach;       /* by key: how far counting can lead */
};

void readers_find(struct readers *readers, const struct history *history, uint64_t end);
void readers_free(struct readers *readers);

/* True if the operation shows a value and returns in time. */
bool readers_is_one(const struct readers *readers, const struct history_op *op);

/* It returned. */
void readers_returned(struct readers *readers, const struct history_op *op);

/* So many operations on `key` are still to show `value`; 0 if there may be several such values. */
uint32_t readers_left(const struct readers *readers, unsigned key, uint32_t value);

/* False if from the stamp `now` on nobody shows `value`, nor anything that is made of it. */
bool readers_expect(const struct readers *readers, unsigned key, uint32_t value, uint64_t now);
