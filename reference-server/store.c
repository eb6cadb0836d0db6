/* SPDX-License-Identifier: MIT */
/* store.c - what the server remembers: items by key, within a memory limit; see store.h.
 *
 * The commands' semantics without their syntax: what set, add, cas, incr, touch ... mean.
 * Memory (reserving, evicting, freeing) is in memory.c. */
#include "store.h"

#include <assert.h>

#include "expiry.h"
#include "memory.h"
#include "number.h"

bool store_init(struct store *store, const struct store_limits *limits, struct counters *counters,
                uint64_t hash_seed) {
    *store = (struct store){.ops = &store_real_ops, .counters = counters, .limits = *limits};
    return table_init(&store->table, hash_seed);
}

void store_free(struct store *store) {
    while (store->lru.oldest != NULL)
        memory_unlink(store, store->lru.oldest);
    assert(store->used_bytes == 0);
    table_free(&store->table);
}

/* The live item of a key, or NULL; removes a dead one. Does not count as a use. */
static struct item *store_find(struct store *store, struct slice key, uint64_t hash,
                               uint32_t now_s) {
    struct item *item = table_find(&store->table, key, hash);
    if (item == NULL)
        return NULL;
    if (memory_flushed(store, item))
        store->counters->get_flushed++;
    else if (expiry_is_over(item->expires_s, now_s))
        store->counters->get_expired++;
    else
        return item;
    memory_unlink(store, item);
    return NULL;
}

static void store_use(struct store *store, struct item *item, uint32_t now_s) {
    item->used_s = now_s;
    item->marks |= ITEM_FETCHED;
    lru_use(&store->lru, item);
}

static struct item *real_get(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_find(store, key, table_hash(&store->table, key), now_s);
    if (item != NULL)
        store_use(store, item, now_s);
    return item;
}

static enum store_result real_touch(struct store *store, struct slice key, uint32_t expires_s,
                                    uint32_t now_s, struct item **item) {
    *item = real_get(store, key, now_s);
    if (*item == NULL)
        return STORE_NOT_FOUND;
    (*item)->expires_s = expires_s;
    return STORE_STORED;
}

/* Puts an item into table and LRU list, with the next cas unique; in the place of `old` if that
 * is not NULL. */
static void store_link(struct store *store, struct item *item, struct item *old, uint64_t hash,
                       uint32_t now_s) {
    if (old != NULL)
        table_replace(&store->table, old, item, hash);
    else
        table_insert(&store->table, item, hash);
    lru_add(&store->lru, item);
    item->cas_unique = ++store->cas_unique;
    item->used_s = now_s;
    item->marks |= ITEM_LINKED;
    item->references++;
    store->counters->total_items++;
    if (old != NULL)
        memory_forget(store, old);
}

/* An item that takes the place of `old` with the same key, flags and expiry and room for a value
 * of that size; STORED, or the reason why not. Making room must not free `old`, so it is held
 * and used; if it was evicted all the same, the new item is linked on its own. */
static enum store_result store_reserve_successor(struct store *store, struct item *old,
                                                 size_t value_bytes, uint32_t now_s,
                                                 struct item **item) {
    struct store_request request = {.flags = old->flags,
                                    .expires_s = old->expires_s,
                                    .value_bytes = (uint32_t)value_bytes,
                                    .now_s = now_s};
    lru_use(&store->lru, old);
    return store_reserve(store, item_key(old), &request, item);
}

static void store_link_successor(struct store *store, struct item *item, struct item *old,
                                 uint32_t now_s) {
    bool in_place = (old->marks & ITEM_LINKED) != 0;
    store_link(store, item, in_place ? old : NULL, table_hash(&store->table, item_key(item)),
               now_s);
    store_release(store, item);
}

/* append and prepend: a third item made of the two, which keeps flags and expiry of the old. */
static enum store_result store_join(struct store *store, struct item *old, struct item *added,
                                    bool behind, uint32_t now_s) {
    const struct item *first = behind ? old : added;
    const struct item *second = behind ? added : old;
    size_t value_bytes = (size_t)first->value_bytes + second->value_bytes;
    struct item *joined;

    if (!store_hold(old))
        return STORE_NOT_STORED;
    enum store_result reserved = store_reserve_successor(store, old, value_bytes, now_s, &joined);
    if (reserved == STORE_STORED) {
        char *value = item_value(joined);
        memcpy(value, first->data + first->key_bytes, first->value_bytes);
        memcpy(value + first->value_bytes, second->data + second->key_bytes, second->value_bytes);
        store_link_successor(store, joined, old, now_s);
    }
    store_release(store, old);
    return reserved == STORE_STORED ? STORE_STORED : STORE_NOT_STORED;
}

/* cas: may the value be replaced? No item has 0, so 0 never matches; with -C nothing does. */
static enum store_result store_compare(struct store *store, const struct item *old,
                                       uint64_t cas_unique) {
    if (!store->limits.cas || cas_unique != old->cas_unique) {
        store->counters->cas_badval++;
        return STORE_EXISTS;
    }
    store->counters->cas_hits++;
    return STORE_STORED;
}

/* The key holds nothing: which commands store? */
static enum store_result store_put_new(struct store *store, struct item *item, enum store_mode mode,
                                       uint64_t hash, uint32_t now_s) {
    if (mode == STORE_CAS) {
        store->counters->cas_misses++;
        return STORE_NOT_FOUND;
    }
    if (mode != STORE_SET && mode != STORE_ADD)
        return STORE_NOT_STORED;
    store_link(store, item, NULL, hash, now_s);
    return STORE_STORED;
}

static enum store_result real_put(struct store *store, struct item *item, enum store_mode mode,
                                  uint64_t cas_unique, uint32_t now_s) {
    uint64_t hash = table_hash(&store->table, item_key(item));
    struct item *old = store_find(store, item_key(item), hash, now_s);

    if (old == NULL)
        return store_put_new(store, item, mode, hash, now_s);
    if (mode == STORE_ADD) {
        lru_use(&store->lru, old);
        return STORE_NOT_STORED;
    }
    if (mode == STORE_APPEND || mode == STORE_PREPEND)
        return store_join(store, old, item, mode == STORE_APPEND, now_s);
    if (mode == STORE_CAS && store_compare(store, old, cas_unique) != STORE_STORED)
        return STORE_EXISTS;
    store_link(store, item, old, hash, now_s);
    return STORE_STORED;
}

static enum store_result real_remove(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_find(store, key, table_hash(&store->table, key), now_s);
    if (item == NULL)
        return STORE_NOT_FOUND;
    memory_unlink(store, item);
    return STORE_STORED;
}

/* The number in an item; false if it holds none. A value too large for one of memcached's
 * slab chunks (half the item size limit) counts as no number, there and here. */
static bool store_read_number(struct store *store, struct item *item, uint64_t *number) {
    struct slice value = {item_value(item), item->value_bytes};
    size_t longest = store->limits.item_bytes / 2;
    return memory_counted_bytes(store, item->key_bytes, item->flags, value.length) <= longest &&
           number_read_u64(value, number);
}

/* The new number has more digits than the value has bytes, or somebody is sending the old value:
 * a new item takes its place. */
static enum store_result store_replace_number(struct store *store, struct item *old,
                                              struct slice digits, uint32_t now_s) {
    struct item *item;

    if (!store_hold(old))
        return STORE_NO_MEMORY;
    enum store_result reserved = store_reserve_successor(store, old, digits.length, now_s, &item);
    if (reserved == STORE_STORED) {
        memcpy(item_value(item), digits.bytes, digits.length);
        store_link_successor(store, item, old, now_s);
    }
    store_release(store, old);
    return reserved == STORE_STORED ? STORE_STORED : STORE_NO_MEMORY;
}

static enum store_result real_arithmetic(struct store *store, struct slice key,
                                         struct store_delta *delta) {
    uint64_t hash = table_hash(&store->table, key);
    struct item *item = store_find(store, key, hash, delta->now_s);
    struct counters *counters = store->counters;
    uint64_t number;
    char digits[NUMBER_DIGITS_MAX];

    if (item == NULL) {
        (*(delta->decrement ? &counters->decr_misses : &counters->incr_misses))++;
        return STORE_NOT_FOUND;
    }
    if (!store_read_number(store, item, &number))
        return STORE_NON_NUMERIC;
    (*(delta->decrement ? &counters->decr_hits : &counters->incr_hits))++;
    if (!delta->decrement)
        number += delta->delta; /* wraps at 2^64 */
    else
        number -= delta->delta < number ? delta->delta : number; /* stops at 0 */
    delta->value = number;

    size_t length = (size_t)(number_write(digits, number) - digits);
    if (length > item->value_bytes || item->references > 1)
        return store_replace_number(store, item, (struct slice){digits, length}, delta->now_s);
    memcpy(item_value(item), digits, length);
    memset(item_value(item) + length, ' ', item->value_bytes - length);
    item->cas_unique = ++store->cas_unique;
    item->used_s = delta->now_s;
    lru_use(&store->lru, item);
    return STORE_STORED;
}

/* Items are not looked at, only outlived: all that exist have a smaller unique than the one that
 * is used up here. */
static void real_flush(struct store *store, uint32_t due_s, uint32_t now_s) {
    store->flush_due_s = due_s > now_s ? due_s : CLOCK_NEVER_S;
    if (due_s == CLOCK_NEVER_S || due_s > now_s)
        return;
    store->flushed_s = due_s;
    store->flushed_unique = ++store->cas_unique;
}

void store_tick(struct store *store, uint32_t now_s) {
    if (expiry_is_over(store->flush_due_s, now_s))
        store_flush(store, store->flush_due_s, now_s);
}

bool store_sweep(struct store *store, size_t buckets, uint32_t now_s) {
    struct table *table = &store->table;
    for (; buckets > 0 && store->sweep_bucket < table->bucket_count; buckets--) {
        struct item *next;
        for (struct item *item = table->buckets[store->sweep_bucket]; item != NULL; item = next) {
            next = item->next;
            store->counters->crawler_items_checked++;
            if (memory_reclaimable(store, item, now_s)) {
                memory_count_reclaimed(store, item);
                store->counters->crawler_reclaimed++;
                memory_unlink(store, item);
            }
        }
        store->sweep_bucket++;
    }
    if (store->sweep_bucket < table->bucket_count)
        return false;
    store->sweep_bucket = 0;
    return true;
}

const struct store_ops store_real_ops = {
    .get = real_get,
    .touch = real_touch,
    .reserve = memory_reserve,
    .put = real_put,
    .remove = real_remove,
    .arithmetic = real_arithmetic,
    .flush = real_flush,
};
