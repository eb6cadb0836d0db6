/* SPDX-License-Identifier: MIT */
/* table.h - finds an item by its key: a hash table that grows one bucket at a time.
 *
 * This is linear hashing (Litwin 1980). The table has `bucket_count` buckets in use. When it
 * gets fuller than two items for three buckets, one more bucket is taken into use and exactly one
 * old bucket is split into it; an insertion does so twice at most. So none ever pays for rehashing
 * everything, and there is never a second table. `size` is the largest power of two not above
 * bucket_count: hashes are cut to 2 * size, and those that fall beyond the buckets in use are cut
 * to size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"
#include "store/item.h"

struct table {
    struct item **buckets;
    size_t bucket_count;    /* in use */
    size_t bucket_capacity; /* allocated */
    size_t size;            /* power of two, size <= bucket_count < 2 * size */
    size_t item_count;
    size_t foreseen_bucket; /* of the last table_foresee */
    uint64_t seed;          /* keeps clients from choosing keys that collide */
};

/* Makes an empty table. False if memory is refused. */
bool table_init(struct table *table, uint64_t seed);

/* Frees the buckets; the items are not the table's. */
void table_free(struct table *table);

/* The hash of a key in this table; table_find and table_insert want it, so that a command that
 * does both computes it once. */
uint64_t table_hash(const struct table *table, struct slice key);

/* That key will be looked for soon: has what it leads to brought from memory meanwhile. */
void table_prefetch(const struct table *table, uint64_t hash);

/* One of many keys that will all be looked for soon: has its bucket brought from memory, and the
 * item in the bucket of the key before it, which has come meanwhile. */
void table_foresee(struct table *table, uint64_t hash);

/* The item with that key, or NULL. */
struct item *table_find(const struct table *table, struct slice key, uint64_t hash);

/* Adds an item whose key is not in the table, and splits buckets if the table is full. If
 * memory for more buckets is refused the chains just get longer. */
void table_insert(struct table *table, struct item *item, uint64_t hash);

/* Puts an item in the place of another with the same key, which leaves the table. */
void table_replace(struct table *table, struct item *old, struct item *item, uint64_t hash);

/* A walk through a table that may change meanwhile. Every item that stays in the table from the
 * beginning of the walk to its end is visited exactly once; one that comes or goes may be visited
 * or not. The table only ever grows by splitting buckets, so the walk keeps to the buckets there
 * were when it began, and visits with each of them those that were split off it since. */
struct table_walk {
    size_t size;
    size_t bucket_count;
    size_t bucket; /* the next to be visited */
};

/* Begins a walk. */
void table_walk_begin(struct table_walk *walk, const struct table *table);

/* Visits the items of the next bucket; how many it visited is added to *visited. `visit` must not
 * change the table. False when the walk was over already. */
bool table_walk_step(struct table_walk *walk, const struct table *table,
                     void (*visit)(void *context, const struct item *item), void *context,
                     size_t *visited);

/* Takes an item of the table out of it. */
void table_remove(struct table *table, struct item *item, uint64_t hash);
