/* SPDX-License-Identifier: MIT */
/* general.h - what is made general in a recording: which key has which name, and under which name
 * a cas unique was captured. Shared by the writers of the three dialects. */
#pragma once

#include "record/script.h"
#include "requests/request.h"

struct arena;

struct named_key {
    struct slice key;
    const char *name;
};

struct capture_made {
    uint64_t unique;
    const char *name; /* cas1 */
    struct slice key; /* empty: not known */
};

/* One recording while it is written. */
struct general {
    struct arena *arena;
    long long began; /* seconds since 1970 */
    struct named_key *keys;
    size_t key_count;
    struct capture_made *captures;
    size_t capture_count;
    struct bytes checks; /* steps that compare captures, to follow the step that is written */
    bool destroys, has_passwords;
    bool needs[VERB_COUNT]; /* verbs that travelled, for `needs` */
    bool binary, meta;
};

/* Appends the key: a hole if the protocol can carry it, else its bytes. */
void general_key(struct general *general, struct script *script, struct slice key);

/* Appends the wildcard that captures this cas unique of the key; compares it with what the same
 * key had before. `key` may be empty. */
void general_capture(struct general *general, struct script *script, struct slice key,
                     uint64_t unique);

/* The hole for a cas unique that a client sent, "{cas1}", or NULL when no reply gave it. */
const char *general_unique(const struct general *general, uint64_t unique);

/* The hole for an exptime that is a time of day, "{now+60}", or NULL for any other. */
const char *general_exptime(const struct general *general, int64_t exptime);
