/* SPDX-License-Identifier: MIT */
/* keys.h - the keys that plays have sent to one target, so that a run can take them away again.
 *
 * Every key that a scenario writes as {key} begins with the stem of its play, which no other
 * program uses. A word of a request that begins so, also when it is decoded from base64, is such a
 * key; others are never noted. */
#pragma once

#include <stddef.h>

struct keys;

/* Any bytes; a NUL behind them is not counted. */
struct key {
    const char *bytes;
    size_t length;
};

struct keys *keys_new(void);
void keys_free(struct keys *keys); /* NULL is fine */

/* Notes each word of the request that begins with `stem` and can be a key (at most 250 bytes).
 * `keys` NULL: nothing is noted. */
void keys_note(struct keys *keys, const char *stem, const char *request, size_t length);

/* Every key once; *count receives how many. Valid until the next keys_note. */
const struct key *keys_list(struct keys *keys, size_t *count);
