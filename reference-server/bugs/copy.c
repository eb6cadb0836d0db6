/* SPDX-License-Identifier: MIT */
/* copy.c - an item as it was at some moment; see bugs/copy.h. */
#include "bugs/copy.h"

#include <stdlib.h>

struct copy *copy_new(struct item *item) {
    if (item == NULL)
        return NULL;
    size_t bytes = (size_t)item->key_bytes + item->value_bytes;
    struct copy *copy = malloc(sizeof(*copy) + bytes);
    if (copy == NULL)
        return NULL;
    copy->flags = item->flags;
    copy->expires_s = item->expires_s;
    copy->cas_unique = item->cas_unique;
    copy->value_bytes = item->value_bytes;
    copy->key_bytes = item->key_bytes;
    memcpy(copy->data, item->data, bytes);
    return copy;
}

bool copy_is_fresh(struct store *store, const struct copy *copy, uint32_t now_s) {
    const struct item *item = store_real_ops.peek(store, copy_key(copy), now_s);
    return item != NULL && item->cas_unique == copy->cas_unique;
}

struct item *copy_item(struct store *store, const struct copy *copy, uint32_t now_s) {
    const struct store_request request = {.flags = copy->flags,
                                          .expires_s = copy->expires_s,
                                          .value_bytes = copy->value_bytes,
                                          .now_s = now_s};
    struct item *item;
    if (store_real_ops.reserve(store, copy_key(copy), &request, &item) != STORE_STORED)
        return NULL;
    memcpy(item_value(item), copy->data + copy->key_bytes, copy->value_bytes);
    item->cas_unique = copy->cas_unique;
    return item;
}

void copy_restore(struct store *store, const struct copy *copy, uint32_t now_s) {
    const struct store_terms terms = {.mode = STORE_SET};
    struct item *item = copy_item(store, copy, now_s);
    if (item == NULL)
        return;
    (void)store_real_ops.put(store, item, &terms, now_s);
    store_release(store, item);
}

void copy_free(struct copy *copy) {
    free(copy);
}
