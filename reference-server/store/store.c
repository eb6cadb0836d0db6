/* SPDX-License-Identifier: MIT */
/* store.c - what the server remembers: items by key, within a memory limit; see store/store.h.
 *
 * The commands' semantics without their syntax: what set, add, cas, incr, touch ... mean.
 * Memory (reserving, evicting, freeing) is in store/memory.c. */
#include "store/store.h"

#include <assert.h>

#include "bytes/number.h"
#include "store/expiry.h"
#include "store/memory.h"

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

static struct item *real_peek(struct store *store, struct slice key, uint32_t now_s) {
    return store_find(store, key, table_hash(&store->table, key), now_s);
}

static void real_use(struct store *store, struct item *item, uint32_t now_s) {
    (void)store;
    item->used_s = now_s;
    item->marks |= ITEM_FETCHED;
    lru_use(item);
}

static struct item *real_get(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_find(store, key, table_hash(&store->table, key), now_s);
    if (item != NULL)
        real_use(store, item, now_s);
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

/* Gives an item the cas unique that a client wants it to have, or the next if that is 0. The
 * store counts the former among its linked items, see real_flush. */
static void store_give_unique(struct store *store, struct item *item, uint64_t given_unique) {
    item->cas_unique = given_unique != 0 ? given_unique : ++store->cas_unique;
    if ((item->marks & ITEM_UNIQUE_GIVEN) != 0)
        store->given_count--;
    item->marks &= (uint8_t)~ITEM_UNIQUE_GIVEN;
    if (given_unique != 0) {
        item->marks |= ITEM_UNIQUE_GIVEN;
        store->given_count++;
    }
}

/* Puts an item into table and LRU list, with the next cas unique; in the place of `old` if that
 * is not NULL. What was stored as already over leaves again at once, so that no count of items
 * includes it. */
static void store_link(struct store *store, struct item *item, struct item *old, uint64_t hash,
                       uint64_t given_unique, uint32_t now_s) {
    if (old != NULL)
        table_replace(&store->table, old, item, hash);
    else
        table_insert(&store->table, item, hash);
    lru_add(&store->lru, item);
    store_give_unique(store, item, given_unique);
    item->used_s = now_s;
    item->marks |= ITEM_LINKED;
    item->references++;
    store->counters->total_items++;
    if (old != NULL)
        memory_forget(store, old);
    if (item->expires_s == CLOCK_PAST_S) {
        memory_count_dead(store, item);
        memory_unlink(store, item);
    }
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
    lru_use(old);
    enum store_result reserved = store_reserve(store, item_key(old), &request, item);
    if (reserved == STORE_STORED)
        (*item)->marks |= old->marks & ITEM_KEY_BINARY;
    return reserved;
}

static void store_link_successor(struct store *store, struct item *item, struct item *old,
                                 uint64_t given_unique, uint32_t now_s) {
    bool in_place = (old->marks & ITEM_LINKED) != 0;
    store_link(store, item, in_place ? old : NULL, table_hash(&store->table, item_key(item)),
               given_unique, now_s);
    store_release(store, item);
}

/* append and prepend: a third item made of the two, which keeps flags and expiry of the old. */
static enum store_result store_join(struct store *store, struct item *old, struct item *added,
                                    const struct store_terms *terms, uint32_t now_s) {
    bool behind = terms->mode == STORE_APPEND;
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
        store_link_successor(store, joined, old, terms->given_unique, now_s);
    }
    store_release(store, old);
    return reserved == STORE_STORED ? STORE_STORED : STORE_NOT_STORED;
}

/* Does the condition of append, incr, delete ... hold? 0 is none; with -C no other holds. */
static bool store_matches(const struct store *store, const struct item *item, uint64_t cas_unique) {
    return cas_unique == 0 || cas_unique == store_shown_unique(store, item);
}

/* cas: may the value be replaced? No item has 0, so 0 never matches; with -C nothing does. What
 * is stored against an older unique is outdated itself: it lives no longer than the item that it
 * replaces, and no second client is told to make a new value. */
static enum store_result store_compare(struct store *store, struct item *item,
                                       const struct item *old, const struct store_terms *terms) {
    bool older =
        terms->stale_allowed && terms->cas_unique != 0 && terms->cas_unique < old->cas_unique;
    if (!store->limits.cas || (terms->cas_unique != old->cas_unique && !older)) {
        store->counters->cas_badval++;
        return STORE_EXISTS;
    }
    if (older) {
        item->expires_s = old->expires_s;
        item->marks |= ITEM_STALE | (old->marks & ITEM_WIN_SENT);
    }
    store->counters->cas_hits++;
    return STORE_STORED;
}

/* The key holds nothing: which commands store? */
static enum store_result store_put_new(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint64_t hash,
                                       uint32_t now_s) {
    if (terms->mode == STORE_CAS) {
        store->counters->cas_misses++;
        return STORE_NOT_FOUND;
    }
    if (terms->mode != STORE_SET && terms->mode != STORE_ADD && !terms->vivify)
        return STORE_NOT_STORED;
    store_link(store, item, NULL, hash, terms->given_unique, now_s);
    return STORE_STORED;
}

static enum store_result real_put(struct store *store, struct item *item,
                                  const struct store_terms *terms, uint32_t now_s) {
    enum store_mode mode = terms->mode;
    uint64_t hash = table_hash(&store->table, item_key(item));
    struct item *old = store_find(store, item_key(item), hash, now_s);

    if (old == NULL)
        return store_put_new(store, item, terms, hash, now_s);
    if (mode == STORE_ADD) {
        lru_use(old);
        return STORE_NOT_STORED;
    }
    if (mode == STORE_APPEND || mode == STORE_PREPEND)
        return store_matches(store, old, terms->cas_unique)
                   ? store_join(store, old, item, terms, now_s)
                   : STORE_EXISTS;
    if (mode == STORE_CAS && store_compare(store, item, old, terms) != STORE_STORED)
        return STORE_EXISTS;
    store_link(store, item, old, hash, terms->given_unique, now_s);
    return STORE_STORED;
}

static enum store_result real_remove(struct store *store, struct slice key, uint64_t cas_unique,
                                     uint32_t now_s) {
    struct item *item = store_find(store, key, table_hash(&store->table, key), now_s);
    if (item == NULL)
        return STORE_NOT_FOUND;
    if (!store_matches(store, item, cas_unique))
        return STORE_EXISTS;
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
                                              struct slice digits, struct store_delta *delta) {
    struct item *item;

    if (!store_hold(old))
        return STORE_NO_MEMORY;
    enum store_result reserved =
        store_reserve_successor(store, old, digits.length, delta->now_s, &item);
    if (reserved == STORE_STORED) {
        memcpy(item_value(item), digits.bytes, digits.length);
        store_link_successor(store, item, old, delta->given_unique, delta->now_s);
        delta->item = item;
    }
    store_release(store, old);
    return reserved == STORE_STORED ? STORE_STORED : STORE_NO_MEMORY;
}

/* There is no number yet: stores the one to begin with, if that is wanted. */
static enum store_result store_vivify_number(struct store *store, struct slice key,
                                             struct store_delta *delta) {
    struct counters *counters = store->counters;
    const struct store_terms terms = {.mode = STORE_ADD, .given_unique = delta->given_unique};
    char digits[NUMBER_DIGITS_MAX];

    if (!delta->vivify) {
        (*(delta->decrement ? &counters->decr_misses : &counters->incr_misses))++;
        return STORE_NOT_FOUND;
    }
    size_t length = (size_t)(number_write(digits, delta->initial) - digits);
    const struct store_request request = {.value_bytes = (uint32_t)length, .now_s = delta->now_s};
    if (store_reserve(store, key, &request, &delta->item) != STORE_STORED)
        return STORE_NOT_STORED;
    memcpy(item_value(delta->item), digits, length);
    enum store_result result = store_put_on(store, delta->item, &terms, delta->now_s);
    delta->item->expires_s = delta->initial_expires_s; /* not before: if over, it would be gone */
    store_release(store, delta->item);
    delta->value = delta->initial;
    delta->created = true;
    return result;
}

static enum store_result real_arithmetic(struct store *store, struct slice key,
                                         struct store_delta *delta) {
    uint64_t hash = table_hash(&store->table, key);
    struct item *item = store_find(store, key, hash, delta->now_s);
    struct counters *counters = store->counters;
    uint64_t number;
    char digits[NUMBER_DIGITS_MAX];

    if (item == NULL)
        return store_vivify_number(store, key, delta);
    /* An empty value is no number, whatever its unique: memcached looks at the length first. */
    if (item->value_bytes > 0 && !store_matches(store, item, delta->cas_unique))
        return STORE_EXISTS;
    if (!store_read_number(store, item, &number))
        return STORE_NON_NUMERIC;
    (*(delta->decrement ? &counters->decr_hits : &counters->incr_hits))++;
    if (!delta->decrement)
        number += delta->delta; /* wraps at 2^64 */
    else
        number -= delta->delta < number ? delta->delta : number; /* stops at 0 */
    delta->value = number;
    delta->item = item;

    size_t length = (size_t)(number_write(digits, number) - digits);
    if (length > item->value_bytes || item->references > 1)
        return store_replace_number(store, item, (struct slice){digits, length}, delta);
    memcpy(item_value(item), digits, length);
    memset(item_value(item) + length, ' ', item->value_bytes - length);
    store_give_unique(store, item, delta->given_unique);
    item->used_s = delta->now_s;
    lru_use(item);
    return STORE_STORED;
}

static void real_invalidate(struct store *store, struct item *item, uint64_t given_unique) {
    item->marks |= ITEM_STALE;
    item->marks &= (uint8_t)~ITEM_WIN_SENT;
    store_give_unique(store, item, given_unique);
}

/* Removes the items whose unique was given by a client. */
static void store_drop_given(struct store *store) {
    struct item *older;
    for (struct item *item = store->lru.newest; item != NULL && store->given_count > 0;
         item = older) {
        older = item->older;
        if ((item->marks & ITEM_UNIQUE_GIVEN) != 0)
            memory_unlink(store, item);
    }
}

/* Items are not looked at, only outlived: all that exist have a smaller unique than the one that
 * is used up here. Where that is not so, because a client chose the unique, they go at once. */
static void real_flush(struct store *store, uint32_t due_s, uint32_t now_s) {
    store->flush_due_s = due_s > now_s ? due_s : CLOCK_NEVER_S;
    if (due_s == CLOCK_NEVER_S || due_s > now_s)
        return;
    store->flushed_s = due_s;
    store->flushed_unique = ++store->cas_unique;
    store_drop_given(store);
}

void store_tick(struct store *store, uint32_t now_s) {
    if (expiry_is_over(store->flush_due_s, now_s))
        store_flush(store, store->flush_due_s, now_s);
}

void store_went_back(struct store *store, uint32_t now_s) {
    struct item *older;
    if (now_s > store->flushed_s)
        return;
    for (struct item *item = store->lru.newest; item != NULL; item = older) {
        older = item->older;
        if (memory_flushed(store, item))
            memory_unlink(store, item);
    }
    store->flushed_s = CLOCK_NEVER_S;
}

bool store_sweep(struct store *store, size_t buckets, uint32_t now_s) {
    struct table *table = &store->table;
    for (; buckets > 0 && store->sweep_bucket < table->bucket_count; buckets--) {
        struct item *next;
        for (struct item *item = table->buckets[store->sweep_bucket]; item != NULL; item = next) {
            next = item->next;
            store->counters->crawler_items_checked++;
            if (memory_reclaimable(store, item, now_s)) {
                memory_count_dead(store, item);
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
    .peek = real_peek,
    .use = real_use,
    .touch = real_touch,
    .reserve = memory_reserve,
    .put = real_put,
    .remove = real_remove,
    .invalidate = real_invalidate,
    .arithmetic = real_arithmetic,
    .flush = real_flush,
    .evict = memory_evict,
};
