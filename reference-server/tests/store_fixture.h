/* SPDX-License-Identifier: MIT */
/* store_fixture.h - a store for tests, and short ways to use it. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "store/expiry.h"
#include "store/store.h"

enum { FIXTURE_NOW_S = 100 };

struct fixture {
    struct store store;
    struct counters counters;
    uint32_t now_s;
};

static inline struct slice slice_of(const char *text) {
    return (struct slice){text, strlen(text)};
}

static inline void fixture_start(struct fixture *fixture, struct store_limits limits) {
    *fixture = (struct fixture){.now_s = FIXTURE_NOW_S};
    if (!store_init(&fixture->store, &limits, &fixture->counters, 42))
        abort();
}

static inline void fixture_start_default(struct fixture *fixture) {
    fixture_start(fixture,
                  (struct store_limits){
                      .memory_bytes = 64 << 20, .item_bytes = 1 << 20, .evict = true, .cas = true});
}

/* A whole storage command. */
static inline enum store_result fixture_put(struct fixture *fixture, enum store_mode mode,
                                            const char *key, struct slice value, uint32_t expires_s,
                                            uint64_t unique) {
    struct store_request request = {.flags = 7,
                                    .expires_s = expires_s,
                                    .value_bytes = (uint32_t)value.length,
                                    .now_s = fixture->now_s};
    struct item *item;
    enum store_result result = store_reserve(&fixture->store, slice_of(key), &request, &item);
    if (result != STORE_STORED)
        return result;
    if (value.length > 0)
        memcpy(item_value(item), value.bytes, value.length);
    result = store_put(&fixture->store, item, mode, unique, fixture->now_s);
    store_release(&fixture->store, item);
    return result;
}

static inline enum store_result fixture_set(struct fixture *fixture, const char *key,
                                            const char *value) {
    return fixture_put(fixture, STORE_SET, key, slice_of(value), CLOCK_NEVER_S, 0);
}

/* Stores `length` bytes of 'x'. */
static inline enum store_result fixture_set_large(struct fixture *fixture, const char *key,
                                                  size_t length) {
    char *value = malloc(length);
    if (value == NULL)
        abort();
    memset(value, 'x', length);
    enum store_result result =
        fixture_put(fixture, STORE_SET, key, (struct slice){value, length}, CLOCK_NEVER_S, 0);
    free(value);
    return result;
}

static inline struct item *fixture_get(struct fixture *fixture, const char *key) {
    return store_get(&fixture->store, slice_of(key), fixture->now_s);
}

/* The value of a key as a C string (static memory), or "(nothing)". */
static inline const char *fixture_value(struct fixture *fixture, const char *key) {
    static char text[256];
    struct item *item = fixture_get(fixture, key);
    if (item == NULL)
        return "(nothing)";
    snprintf(text, sizeof(text), "%.*s", (int)item->value_bytes, item_value(item));
    return text;
}
