/* SPDX-License-Identifier: MIT */
/* lru.h - all linked items, so that those that were not used for long can make room.
 *
 * A doubly linked list through the items themselves (intrusive: no memory of its own, every
 * operation a handful of pointer writes). To use an item only marks it: moving it would touch its
 * neighbours too, which are elsewhere in memory. When memory runs out, the store looks at
 * `oldest`; if that is marked it gets a second chance: the mark goes, and the item goes to the
 * front (memory_victim). This is the "second chance" or "clock" algorithm; memcached's segmented
 * list has such a mark, too. */
#pragma once

#include "store/item.h"

struct lru {
    struct item *newest; /* the last that was added or got a second chance */
    struct item *oldest;
};

/* Adds an item that is not in the list to its front. */
void lru_add(struct lru *lru, struct item *item);

/* Takes an item out of the list. */
void lru_remove(struct lru *lru, struct item *item);

/* Marks an item as used. */
static inline void lru_use(struct item *item) {
    item->marks |= ITEM_USED;
}

/* Puts an item of the list to its front again, without its mark. */
void lru_renew(struct lru *lru, struct item *item);
