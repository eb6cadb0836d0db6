/* SPDX-License-Identifier: MIT */
/* words.h - of which written values a shown one is made: append and prepend join what other
 * operations stored. Pure. */
#pragma once

#include "history/history.h"

struct words {
    struct word {
        const char *bytes;
        size_t length;
        uint32_t value;
        bool joins; /* it was not stored, but joined to what was there */
    } * list;       /* key by key, sorted */
    size_t *first;  /* by key, and one more */
    bool *plain;    /* by key: see words_find() */
};

/* All that is written. A key is plain if it holds no counter, no value is written twice, and none
 * is the beginning of another where values are joined: then each value tells of which it is made,
 * and is there at most once. */
void words_find(struct words *words, const struct history *history);
void words_free(struct words *words);

/* The written values of which the bytes are made, at most `room` of them; their number, or 0 if
 * they are not made so. Of a plain key. */
size_t words_split(const struct words *words, unsigned key, const char *bytes, size_t length,
                   const struct word **parts, size_t room);
