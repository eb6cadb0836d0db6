/* SPDX-License-Identifier: MIT */
/* memory.c - the memory of items: reserving, making room by eviction, freeing; see store/memory.h.
 *
 * One malloc an item. Every item counts against the limit from the moment it is reserved until
 * its last holder lets go, so uploads in progress and values being sent are within -m as well. */
#include "store/memory.h"

#include <assert.h>
#include <stdlib.h>

#include "store/expiry.h"

enum { MEMORY_SECOND_CHANCES = 50 /* given before an item is evicted all the same */ };

/* memcached 1.6.18 on a 64-bit machine: 48 bytes of header, 8 of cas unique unless -C, the key
 * and its NUL, 4 bytes of flags if there are any, the value and its "\r\n". */
size_t memory_counted_bytes(const struct store *store, size_t key_bytes, uint32_t flags,
                            size_t value_bytes) {
    size_t cas_bytes = store->limits.cas ? 8 : 0;
    size_t flags_bytes = flags != 0 ? 4 : 0;
    return 48 + cas_bytes + key_bytes + 1 + flags_bytes + value_bytes + 2;
}

bool store_fits(const struct store *store, size_t key_bytes, uint32_t flags, size_t value_bytes) {
    return memory_counted_bytes(store, key_bytes, flags, value_bytes) <= store->limits.item_bytes;
}

bool store_hold(struct item *item) {
    if (item->references == UINT16_MAX)
        return false;
    item->references++;
    return true;
}

void store_release(struct store *store, struct item *item) {
    assert(item->references > 0);
    if (--item->references > 0)
        return;
    store->used_bytes -= item_cost_bytes(item->key_bytes, item->value_bytes);
    free(item);
}

void memory_unlink(struct store *store, struct item *item) {
    table_remove(&store->table, item, table_hash(&store->table, item_key(item)));
    memory_forget(store, item);
}

void memory_forget(struct store *store, struct item *item) {
    assert((item->marks & ITEM_LINKED) != 0);
    lru_remove(&store->lru, item);
    item->marks &= (uint8_t)~ITEM_LINKED;
    if ((item->marks & ITEM_UNIQUE_GIVEN) != 0)
        store->given_count--;
    store_release(store, item);
}

bool memory_reclaimable(const struct store *store, const struct item *item, uint32_t now_s) {
    return memory_flushed(store, item) || expiry_is_over(item->expires_s, now_s);
}

void memory_count_dead(struct store *store, const struct item *item) {
    if ((item->marks & ITEM_FETCHED) == 0 && !memory_flushed(store, item))
        store->counters->expired_unfetched++;
}

void memory_evict(struct store *store, struct item *item, uint32_t now_s) {
    store->counters->evictions++;
    if ((item->marks & ITEM_FETCHED) == 0)
        store->counters->evicted_unfetched++;
    if (item->expires_s != CLOCK_NEVER_S)
        store->evicted_nonzero++;
    store->evicted_idle_s = item_idle_s(item, now_s);
    memory_unlink(store, item);
}

/* The item that has to make room: a dead one, or one that was not used since it came to the front
 * of the list; but nobody waits until a whole list of used ones has got its second chance. */
static struct item *memory_victim(struct store *store, uint32_t now_s) {
    struct item *oldest = store->lru.oldest;
    if (!store->limits.evict)
        return oldest;
    for (int i = 0; i < MEMORY_SECOND_CHANCES && oldest != NULL && (oldest->marks & ITEM_USED) != 0;
         i++) {
        if (memory_reclaimable(store, oldest, now_s))
            break;
        lru_renew(&store->lru, oldest);
        oldest = store->lru.oldest;
    }
    return oldest;
}

/* Removes one item to make room. False if there is none that may go. */
static bool memory_drop_one(struct store *store, uint32_t now_s) {
    struct item *victim = memory_victim(store, now_s);
    if (victim == NULL)
        return false;
    if (memory_reclaimable(store, victim, now_s)) {
        memory_count_dead(store, victim);
        store->counters->reclaimed++;
        memory_unlink(store, victim);
    } else if (store->limits.evict) {
        store_evict(store, victim, now_s);
    } else {
        return false;
    }
    return true;
}

bool store_limit_memory(struct store *store, size_t memory_bytes, unsigned items, uint32_t now_s) {
    while (store->used_bytes > memory_bytes && items > 0 && memory_drop_one(store, now_s))
        items--;
    store->limits.memory_bytes = memory_bytes;
    if (items > 0 || store->used_bytes <= memory_bytes)
        return true;
    store->limits.memory_bytes = store->used_bytes;
    return false;
}

/* Makes room for `cost` bytes. False if that cannot be done. */
static bool memory_make_room(struct store *store, size_t cost, uint32_t now_s) {
    if (cost > store->limits.memory_bytes)
        return false;
    while (store->used_bytes > store->limits.memory_bytes - cost) {
        if (!memory_drop_one(store, now_s))
            return false;
        store->counters->direct_reclaims++;
    }
    return true;
}

enum store_result memory_reserve(struct store *store, struct slice key,
                                 const struct store_request *request, struct item **item) {
    size_t key_bytes = key.length;
    assert(key_bytes > 0 && key_bytes <= ITEM_KEY_MAX_BYTES);

    *item = NULL;
    if (!store_fits(store, key_bytes, request->flags, request->value_bytes))
        return STORE_TOO_LARGE;
    table_prefetch(&store->table, table_hash(&store->table, key)); /* for the put to come */
    size_t cost = item_cost_bytes(key_bytes, request->value_bytes);
    if (!memory_make_room(store, cost, request->now_s))
        return STORE_NO_MEMORY;
    struct item *made = malloc(item_bytes(key_bytes, request->value_bytes));
    if (made == NULL) {
        store->counters->malloc_fails++;
        return STORE_NO_MEMORY;
    }
    /* Not `*made = (struct item){...}`: that would also write the padding behind the header,
     * which in a very short item is beyond its end. */
    memset(made, 0, offsetof(struct item, data));
    made->expires_s = request->expires_s;
    made->used_s = request->now_s;
    made->flags = request->flags;
    made->value_bytes = request->value_bytes;
    made->references = 1;
    made->key_bytes = (uint8_t)key_bytes;
    memcpy(made->data, key.bytes, key_bytes);
    memcpy(item_value(made) + request->value_bytes, "\r\n", 2);
    store->used_bytes += cost;
    *item = made;
    return STORE_STORED;
}
