/* SPDX-License-Identifier: MIT */
/* lru.h - all linked items in the order of their last use.
 *
 * A doubly linked list through the items themselves (intrusive: no memory of its own, every
 * operation a handful of pointer writes). When memory runs out the store evicts `oldest`. */
#pragma once

#include "store/item.h"

struct lru {
    struct item *newest;
    struct item *oldest;
};

/* Adds an item that is not in the list as the most recently used. */
void lru_add(struct lru *lru, struct item *item);

/* Takes an item out of the list. */
void lru_remove(struct lru *lru, struct item *item);

/* Makes an item of the list the most recently used. */
void lru_use(struct lru *lru, struct item *item);
