/* SPDX-License-Identifier: MIT */
/* search.h - is there an order in which one client alone could have done all this?
 *
 * A history is right if, key by key, its operations can be put one after the other so that each
 * lies between its call and its return and has the reply that model.c gives it. The search goes
 * through the stamps (Wing and Gong 1993; Lowe 2017, just in time): it keeps every configuration
 * that is possible so far, and when an operation returns, lets those under way take effect in every
 * order that ends with it. A set keeps each configuration once; line.h tells what need not be tried
 * at all. Keys are judged apart, as each has its own state.
 *
 * Time is linear in the length; it grows exponentially only with how many changes of one key are
 * under way at once: sixteen sessions on one key are judged as fast as they ask, forty are not.
 * Memory: some 40 bytes an operation, and the configurations. */
#pragma once

#include "history/history.h"

enum search_result {
    SEARCH_RIGHT,
    SEARCH_WRONG,   /* `op` cannot have returned what it did */
    SEARCH_UNKNOWN, /* of `key` there were more than configs_max configurations, or more than 128
                       operations under way */
};

struct search_verdict {
    enum search_result result;
    size_t op;
    unsigned key;
    size_t widest; /* the most configurations that were kept for a key */
};

enum { SEARCH_CONFIGS_MAX = 1 << 16 }; /* 20 MB */

/* Every key that is wrong, by the operation that cannot be: the first of the key that returned.
 * *count receives how many, at most history->key_count; `wrong` has room for so many. */
struct search_verdict search_all(const struct history *history, size_t configs_max, size_t *wrong,
                                 size_t *count);

/* Judges the history, whose stamps are dense: little larger than twice the number of operations.
 * Of several wrong operations the first that returned is told. */
struct search_verdict search_history(const struct history *history, size_t configs_max);
