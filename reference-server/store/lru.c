/* SPDX-License-Identifier: MIT */
/* lru.c - all linked items, by age and use; see store/lru.h.
 *
 * memcached splits this list in hot, warm and cold parts so that threads and a background
 * worker get along; one thread needs no more than this. Called by store/store.c and
 * store/memory.c. */
#include "store/lru.h"

void lru_add(struct lru *lru, struct item *item) {
    item->newer = NULL;
    item->older = lru->newest;
    if (lru->newest != NULL)
        lru->newest->newer = item;
    else
        lru->oldest = item;
    lru->newest = item;
}

void lru_remove(struct lru *lru, struct item *item) {
    if (item->newer != NULL)
        item->newer->older = item->older;
    else
        lru->newest = item->older;
    if (item->older != NULL)
        item->older->newer = item->newer;
    else
        lru->oldest = item->newer;
    item->newer = NULL;
    item->older = NULL;
}

void lru_renew(struct lru *lru, struct item *item) {
    item->marks &= (uint8_t)~ITEM_USED;
    lru_remove(lru, item);
    lru_add(lru, item);
}
