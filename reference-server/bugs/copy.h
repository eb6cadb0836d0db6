/* SPDX-License-Identifier: MIT */
/* copy.h - an item as it was at some moment, kept outside the store. Called by bugs. */
#pragma once

#include <stdbool.h>

#include "store/store.h"

struct copy {
    uint32_t flags;
    uint32_t expires_s;
    uint64_t cas_unique;
    uint32_t value_bytes;
    uint8_t key_bytes;
    char data[]; /* key, value */
};

/* A copy, or NULL if there is no item (or no memory). */
struct copy *copy_new(struct item *item);

static inline struct slice copy_key(const struct copy *copy) {
    return (struct slice){copy->data, copy->key_bytes};
}

/* True if the key still holds what was copied: the same cas unique. */
bool copy_is_fresh(struct store *store, const struct copy *copy, uint32_t now_s);

/* The key holds again what was copied, under a new cas unique. */
void copy_restore(struct store *store, const struct copy *copy, uint32_t now_s);

/* An item made of it that is in no table; the caller releases it. NULL without memory. */
struct item *copy_item(struct store *store, const struct copy *copy, uint32_t now_s);

/* NULL is fine. */
void copy_free(struct copy *copy);
