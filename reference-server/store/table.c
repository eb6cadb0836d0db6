/* SPDX-License-Identifier: MIT */
/* table.c - finds an item by its key: a hash table that grows one bucket at a time; see
 * store/table.h.
 *
 * The hash function is XXH3 of the xxHash library: a few nanoseconds for a short key.
 * Knows nothing of expiry or memory limits. */
#define XXH_INLINE_ALL
#include "store/table.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

enum {
    TABLE_FIRST_BUCKETS = 1024,
    TABLE_PREFETCH_BYTES = 256, /* all lines of a header, a key and a short value */
    TABLE_LINE_BYTES = 64,      /* what the processor gets from memory at once */
    TABLE_SPLITS_MAX = 2        /* of one insertion; fewer would not keep up */
};

bool table_init(struct table *table, uint64_t seed) {
    *table = (struct table){.seed = seed};
    table->buckets = calloc(TABLE_FIRST_BUCKETS, sizeof(struct item *));
    if (table->buckets == NULL)
        return false;
    table->size = TABLE_FIRST_BUCKETS;
    table->bucket_count = TABLE_FIRST_BUCKETS;
    table->bucket_capacity = TABLE_FIRST_BUCKETS;
    return true;
}

void table_free(struct table *table) {
    free((void *)table->buckets);
    *table = (struct table){0};
}

uint64_t table_hash(const struct table *table, struct slice key) {
    return XXH3_64bits_withSeed(key.bytes, key.length, table->seed);
}

static size_t table_bucket(const struct table *table, uint64_t hash) {
    size_t bucket = (size_t)hash & (2 * table->size - 1);
    return bucket < table->bucket_count ? bucket : bucket & (table->size - 1);
}

/* Inlined always: gcc takes a call of a function that only does this for one without effect. */
__attribute__((always_inline)) static inline void item_prefetch(const struct item *item) {
    if (item == NULL)
        return;
    for (size_t at = 0; at < TABLE_PREFETCH_BYTES; at += TABLE_LINE_BYTES)
        __builtin_prefetch((const char *)item + at);
}

void table_prefetch(const struct table *table, uint64_t hash) {
    item_prefetch(table->buckets[table_bucket(table, hash)]);
}

/* Two steps, for the second needs the pointer that the first one brings: to wait for it here would
 * cost what is to be saved. */
void table_foresee(struct table *table, uint64_t hash) {
    size_t bucket = table_bucket(table, hash);
    __builtin_prefetch(&table->buckets[bucket]);
    item_prefetch(table->buckets[table->foreseen_bucket]);
    table->foreseen_bucket = bucket;
}

struct item *table_find(const struct table *table, struct slice key, uint64_t hash) {
    struct item *item = table->buckets[table_bucket(table, hash)];
    for (; item != NULL; item = item->next)
        if (item->key_bytes == key.length && memcmp(item->data, key.bytes, key.length) == 0)
            return item;
    return NULL;
}

/* Room for one more bucket: the array doubles, which the kernel does by moving pages. */
static bool table_reserve(struct table *table) {
    if (table->bucket_count < table->bucket_capacity)
        return true;
    size_t capacity = table->bucket_capacity * 2;
    struct item **buckets = realloc((void *)table->buckets, capacity * sizeof(struct item *));
    if (buckets == NULL)
        return false;
    table->buckets = buckets;
    table->bucket_capacity = capacity;
    return true;
}

/* Takes one more bucket into use and moves to it what belongs there. The bucket to split is the
 * one that shares all but the top bit of the new bucket's number. */
static void table_split(struct table *table) {
    if (!table_reserve(table))
        return;
    size_t added = table->bucket_count++;
    struct item **from = &table->buckets[added - table->size];
    struct item **to = &table->buckets[added];
    while (*from != NULL) {
        struct item *item = *from;
        size_t bucket = (size_t)table_hash(table, item_key(item)) & (2 * table->size - 1);
        if (bucket == added) {
            *from = item->next;
            *to = item;
            to = &item->next;
        } else {
            from = &item->next;
        }
    }
    *to = NULL;
    if (table->bucket_count == 2 * table->size)
        table->size *= 2;
}

/* Every item in a bucket before the one that is looked for costs a wait for memory. */
static bool table_is_full(const struct table *table) {
    return table->item_count * TABLE_BUCKETS > table->bucket_count * TABLE_ITEMS;
}

void table_insert(struct table *table, struct item *item, uint64_t hash) {
    struct item **bucket = &table->buckets[table_bucket(table, hash)];
    item->next = *bucket;
    *bucket = item;
    table->item_count++;
    for (int i = 0; i < TABLE_SPLITS_MAX && table_is_full(table); i++)
        table_split(table);
}

/* The pointer in the table that points to an item which is there. */
static struct item **table_link(const struct table *table, const struct item *item, uint64_t hash) {
    struct item **link = &table->buckets[table_bucket(table, hash)];
    while (*link != item) {
        assert(*link != NULL);
        link = &(*link)->next;
    }
    return link;
}

void table_replace(struct table *table, struct item *old, struct item *item, uint64_t hash) {
    *table_link(table, old, hash) = item;
    item->next = old->next;
    old->next = NULL;
}

void table_remove(struct table *table, struct item *item, uint64_t hash) {
    *table_link(table, item, hash) = item->next;
    item->next = NULL;
    table->item_count--;
}

void table_walk_begin(struct table_walk *walk, const struct table *table) {
    *walk = (struct table_walk){.size = table->size, .bucket_count = table->bucket_count};
}

bool table_walk_step(struct table_walk *walk, const struct table *table,
                     void (*visit)(void *context, const struct item *item), void *context,
                     size_t *visited) {
    if (walk->bucket >= walk->bucket_count)
        return false;
    /* When the walk began, hashes that lead here were cut to 2 * size if their bucket had been
     * split already (or is the product of a split), and to size otherwise. */
    bool split = walk->bucket >= walk->size || walk->bucket + walk->size < walk->bucket_count;
    size_t distance = split ? 2 * walk->size : walk->size;
    for (size_t at = walk->bucket; at < table->bucket_count; at += distance)
        for (const struct item *item = table->buckets[at]; item != NULL; item = item->next) {
            visit(context, item);
            ++*visited;
        }
    walk->bucket++;
    return true;
}
