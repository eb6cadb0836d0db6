/* SPDX-License-Identifier: MIT */
/* item.h - one stored key with its value: a header, then the key, then the value and "\r\n".
 *
 * Everything is one malloc. The header is 52 bytes: with a 12-byte key and a 100-byte
 * value an item is 166 bytes, which malloc serves from a 176-byte chunk. What finding a key needs
 * is last, next to the key, so that it mostly costs one cache line. The "\r\n" after the value
 * is stored too, so that both go out in one piece. An item belongs to the store; whoever else needs
 * it to stay alive (a connection that is still receiving its value, or still sending it) holds a
 * reference. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"

enum {
    ITEM_KEY_MAX_BYTES = 250,      /* protocol.txt, "Keys" */
    ITEM_MAPPED_BYTES = 128 * 1024 /* from here on malloc maps whole pages */
};

/* The table grows until it has that many buckets for that many items (store/table.h). */
enum { TABLE_BUCKETS = 3, TABLE_ITEMS = 2 };

/* Marks of an item, one bit each. */
enum {
    ITEM_LINKED = 1,        /* in the table and in the LRU list */
    ITEM_FETCHED = 2,       /* read at least once since it was stored */
    ITEM_STALE = 4,         /* outdated on purpose; whoever reads it by `mg` is told */
    ITEM_WIN_SENT = 8,      /* one client was told to make a new value */
    ITEM_KEY_BINARY = 16,   /* the key came as base64 and is shown so */
    ITEM_UNIQUE_GIVEN = 32, /* a client chose cas_unique, so it tells nothing of the item's age */
    ITEM_USED = 64          /* used since it came to the front of the LRU list, see store/lru.h */
};

struct item {
    struct item *newer;   /* in the LRU list, towards its front */
    struct item *older;   /* in the LRU list, towards what makes room */
    uint64_t cas_unique;  /* given by the store at every change; 0 before the first */
    uint32_t expires_s;   /* second of the server's clock, or CLOCK_NEVER_S */
    uint32_t used_s;      /* second of the last use */
    uint32_t flags;       /* the client's own 32 bits, never looked at */
    uint32_t value_bytes; /* without the "\r\n" */
    struct item *next;    /* in its bucket of the table */
    uint16_t references;  /* 1 for the table if linked, and 1 for each other holder */
    uint8_t key_bytes;    /* 1..ITEM_KEY_MAX_BYTES */
    uint8_t marks;        /* ITEM_LINKED ... */
    char data[];          /* key, value, "\r\n" */
};

static inline struct slice item_key(const struct item *item) {
    return (struct slice){item->data, item->key_bytes};
}

/* The value's first byte; value_bytes can be written there, and a "\r\n" follows. */
static inline char *item_value(struct item *item) {
    return item->data + item->key_bytes;
}

/* Seconds since its last use; 0 if a clock that was moved back has yet to come there. */
static inline uint32_t item_idle_s(const struct item *item, uint32_t now_s) {
    return now_s > item->used_s ? now_s - item->used_s : 0;
}

/* Bytes of one item as asked of malloc. */
static inline size_t item_bytes(size_t key_bytes, size_t value_bytes) {
    return offsetof(struct item, data) + key_bytes + value_bytes + 2;
}

/* Bytes one item costs: malloc's own header and rounding, and its share of the table. This is
 * what counts against the memory limit. */
static inline size_t item_cost_bytes(size_t key_bytes, size_t value_bytes) {
    size_t asked = item_bytes(key_bytes, value_bytes) + sizeof(size_t);
    size_t step = asked < ITEM_MAPPED_BYTES ? 16 : 4096;
    size_t share = sizeof(struct item *) * TABLE_BUCKETS / TABLE_ITEMS;
    return ((asked + step - 1) & ~(step - 1)) + share;
}
