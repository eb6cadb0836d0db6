/* SPDX-License-Identifier: MIT */
/* memory.h - the memory of items: reserving, making room by eviction, freeing.
 *
 * The half of the store that deals with bytes instead of meaning. Called by store/store.c;
 * everybody else uses store/store.h, but admin/dump.c and admin/log_ops.c ask here who is dead. */
#pragma once

#include "store/store.h"

/* The real store_reserve, see store/store.h. */
enum store_result memory_reserve(struct store *store, struct slice key,
                                 const struct store_request *request, struct item **item);

/* Takes a linked item out of table and LRU list and drops the table's reference. */
void memory_unlink(struct store *store, struct item *item);

/* The same for an item that has left the table already. */
void memory_forget(struct store *store, struct item *item);

/* True if a flush_all took this item. (Items with a given unique were removed by the flush.) */
static inline bool memory_flushed(const struct store *store, const struct item *item) {
    return (item->cas_unique < store->flushed_unique && (item->marks & ITEM_UNIQUE_GIVEN) == 0) ||
           item->used_s <= store->flushed_s;
}

/* True if nobody can get this item any more: it is expired or flushed. */
bool memory_reclaimable(const struct store *store, const struct item *item, uint32_t now_s);

/* Counts an item that is removed because it is dead and that nobody asked for. */
void memory_count_dead(struct store *store, const struct item *item);

/* The real store_evict, see store/store.h. */
void memory_evict(struct store *store, struct item *item, uint32_t now_s);

/* The size of an item as memcached 1.6.18 counts it against -I. */
size_t memory_counted_bytes(const struct store *store, size_t key_bytes, uint32_t flags,
                            size_t value_bytes);
