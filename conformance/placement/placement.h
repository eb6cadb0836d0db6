/* SPDX-License-Identifier: MIT */
/* placement.h - which member of a cluster a client puts a key on.
 *
 * Memcached servers know nothing of each other: the client alone decides which of them holds a
 * key, and every client decides in its own way. A row of placements.def is one way, exactly as
 * the client does it; docs/placements.md tells them as prose. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A cluster has at most so many members, and a member at most so much weight. */
enum { PLACEMENT_MEMBERS_MAX = 1000, PLACEMENT_WEIGHT_MAX = 1000 };

/* One member as a client knows it. */
struct placement_member {
    const char
        *name;       /* host, host:port or a path, without the weight. Port 11211 is the default:
                        "a" and "a:11211" are the same. For some clients it counts, see counts_names */
    unsigned weight; /* 1 to PLACEMENT_WEIGHT_MAX; 0: as that client takes it */
    bool down;       /* refuses connections: it is gone round as that client would */
};

struct placement {
    const char *name;  /* as scenarios and `mctap place` write it: python-memcached */
    const char *about; /* one sentence */
    bool counts_weights, counts_names; /* not names: their order counts */
};

/* The placement called `name`, or NULL. */
const struct placement *placement_find(const char *name);

/* Names of all placements, in the order of placements.def. Static storage. */
const char *const *placement_names(size_t *count);

/* A placement made ready for some members: its ring or its list of places. */
struct placing;

/* Makes it, in the arena. The members are borrowed; their `down` may change between two picks,
 * nothing else of them. */
struct placing *placing_new(struct arena *arena, const struct placement *placement,
                            const struct placement_member *members, size_t count);

/* Index of the member for the key of `length` bytes; -1 when the client gives up: the member is
 * down and the client goes round nobody, every try hit one that is down, or no member has any
 * weight. */
int placing_pick(const struct placing *placing, const char *key, size_t length);
