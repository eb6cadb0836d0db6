/* SPDX-License-Identifier: MIT */
/* store.h - what the server remembers: items by key, within a memory limit.
 *
 * The store knows nothing of connections, protocols or clocks: every function that depends on
 * time is told the second (`now_s`, see store/clock.h), and answers are enums, not texts. The
 * dialects call it through the functions below; each goes through the table `ops`, which is the
 * seam where a deliberate defect can be put in front of the real function (see README.md, "Seams").
 * The store owns linked items. A pointer to an item stays good until the next call that takes a
 * `struct store *`, unless the caller holds a reference (store_hold, store_release). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"
#include "store/counters.h"
#include "store/item.h"
#include "store/lru.h"
#include "store/table.h"

/* Which of the storage commands; protocol.txt, "Storage commands". */
enum store_mode {
    STORE_SET,     /* in any case */
    STORE_ADD,     /* only if the key holds nothing */
    STORE_REPLACE, /* only if the key holds something */
    STORE_APPEND,  /* behind the value that is there */
    STORE_PREPEND, /* before the value that is there */
    STORE_CAS      /* only if nobody changed it since it was read */
};

enum store_result {
    STORE_STORED,
    STORE_NOT_STORED,  /* the condition of add, replace, append, prepend did not hold */
    STORE_EXISTS,      /* a cas unique was given, and the item was changed since it was read */
    STORE_NOT_FOUND,   /* cas: nothing there */
    STORE_NON_NUMERIC, /* incr, decr: the value is not a number */
    STORE_TOO_LARGE,   /* above the item size limit */
    STORE_NO_MEMORY    /* no room and nothing that may be evicted, or malloc refused */
};

/* On which conditions a value is stored. The classic commands need only the first two. */
struct store_terms {
    enum store_mode mode;
    uint64_t cas_unique;   /* cas: the item's must be this; append, prepend: the same, unless 0 */
    uint64_t given_unique; /* will be the item's cas unique; 0: the next one of the server */
    bool stale_allowed;    /* cas: an older cas_unique stores too, but what is stored is stale */
    bool vivify;           /* append, prepend: if the key holds nothing, store as it is */
};

struct store_limits {
    size_t memory_bytes; /* -m: all items together, counted by item_cost_bytes */
    size_t item_bytes;   /* -I: one item, counted as memcached counts (see store_fits) */
    bool evict;          /* false with -M */
    bool cas;            /* false with -C */
};

/* What a storage command wants stored, besides its key. */
struct store_request {
    uint32_t flags;
    uint32_t expires_s; /* second of the clock, or CLOCK_NEVER_S */
    uint32_t value_bytes;
    uint32_t now_s;
};

/* What incr and decr want, and the result. */
struct store_delta {
    bool decrement;
    uint64_t delta;
    uint64_t cas_unique;   /* only if the item still has it; 0: in any case */
    uint64_t given_unique; /* will be the item's cas unique; 0: the next one of the server */
    bool vivify;           /* if the key holds nothing, store `initial` ... */
    uint64_t initial;
    uint32_t initial_expires_s; /* ... with this expiry */
    uint32_t now_s;
    uint64_t value;    /* out: the new number */
    struct item *item; /* out: what holds it */
    bool created;      /* out: by `vivify` */
};

struct log;
struct store_ops;

struct store {
    const struct store_ops *ops;
    struct counters *counters; /* borrowed */
    struct log *log; /* for the functions of admin/log_ops.c; the store never looks at it */
    struct store_limits limits;
    struct table table;
    struct lru lru;
    size_t used_bytes;        /* of limits.memory_bytes; includes items still being received */
    uint64_t cas_unique;      /* the last one given; one counter for all keys */
    size_t given_count;       /* linked items with ITEM_UNIQUE_GIVEN */
    uint64_t flushed_unique;  /* items with a smaller cas_unique have been flushed ... */
    uint32_t flushed_s;       /* ... and so have items last used in this second or before */
    uint32_t flush_due_s;     /* second of a delayed flush, or CLOCK_NEVER_S */
    size_t sweep_bucket;      /* where store_sweep goes on */
    uint64_t evicted_nonzero; /* evictions of items that had an expiry time */
    uint32_t evicted_idle_s;  /* seconds since the last use of the last evicted item */
};

/* The functions behind the functions below. */
struct store_ops {
    struct item *(*get)(struct store *store, struct slice key, uint32_t now_s);
    struct item *(*peek)(struct store *store, struct slice key, uint32_t now_s);
    void (*use)(struct store *store, struct item *item, uint32_t now_s);
    enum store_result (*touch)(struct store *store, struct slice key, uint32_t expires_s,
                               uint32_t now_s, struct item **item);
    enum store_result (*reserve)(struct store *store, struct slice key,
                                 const struct store_request *request, struct item **item);
    enum store_result (*put)(struct store *store, struct item *item,
                             const struct store_terms *terms, uint32_t now_s);
    enum store_result (*remove)(struct store *store, struct slice key, uint64_t cas_unique,
                                uint32_t now_s);
    void (*invalidate)(struct store *store, struct item *item, uint64_t given_unique);
    enum store_result (*arithmetic)(struct store *store, struct slice key,
                                    struct store_delta *delta);
    void (*flush)(struct store *store, uint32_t due_s, uint32_t now_s);
    void (*evict)(struct store *store, struct item *item, uint32_t now_s);
};

extern const struct store_ops store_real_ops;

/* Makes an empty store. `counters` must outlive it. False if memory is refused. */
bool store_init(struct store *store, const struct store_limits *limits, struct counters *counters,
                uint64_t hash_seed);

/* Frees everything. No item may be held any more. */
void store_free(struct store *store);

/* The live item of a key, or NULL. Marks it as used. An item that is expired or flushed is
 * removed on the way and counted. get, gets. */
static inline struct item *store_get(struct store *store, struct slice key, uint32_t now_s) {
    return store->ops->get(store, key, now_s);
}

/* The live item of a key, or NULL, without counting as a use: for those who look at an item before
 * they decide what to do. mg, md, me. */
static inline struct item *store_peek(struct store *store, struct slice key, uint32_t now_s) {
    return store->ops->peek(store, key, now_s);
}

/* The use that store_peek left out: the item has been fetched now. */
static inline void store_use(struct store *store, struct item *item, uint32_t now_s) {
    store->ops->use(store, item, now_s);
}

/* Gives a live item a new expiry time; its cas unique stays. STORED or NOT_FOUND; the item is
 * left in *item (NULL if there is none). touch, gat, gats. */
static inline enum store_result store_touch(struct store *store, struct slice key,
                                            uint32_t expires_s, uint32_t now_s,
                                            struct item **item) {
    return store->ops->touch(store, key, expires_s, now_s, item);
}

/* Makes an item that is not yet in the store, with a copy of the key, room for the value and a
 * "\r\n" behind it, evicting others if it must. STORED (the caller holds a reference to *item),
 * TOO_LARGE or NO_MEMORY. */
static inline enum store_result store_reserve(struct store *store, struct slice key,
                                              const struct store_request *request,
                                              struct item **item) {
    return store->ops->reserve(store, key, request, item);
}

/* Puts a reserved item, its value now complete, under its key if `mode` allows. The caller keeps
 * its reference and releases it. `cas_unique` is read for STORE_CAS, and for STORE_APPEND and
 * STORE_PREPEND if it is not 0. STORED, NOT_STORED, EXISTS or NOT_FOUND. */
static inline enum store_result store_put(struct store *store, struct item *item,
                                          enum store_mode mode, uint64_t cas_unique,
                                          uint32_t now_s) {
    const struct store_terms terms = {.mode = mode, .cas_unique = cas_unique};
    return store->ops->put(store, item, &terms, now_s);
}

/* The same with all the conditions that the meta commands can make. Every command of the text
 * protocols comes this way. */
static inline enum store_result store_put_on(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    return store->ops->put(store, item, terms, now_s);
}

/* Removes the item of a key, if it has that cas unique (0: in any case). STORED (it was there),
 * NOT_FOUND or EXISTS. delete. */
static inline enum store_result store_remove(struct store *store, struct slice key,
                                             uint64_t cas_unique, uint32_t now_s) {
    return store->ops->remove(store, key, cas_unique, now_s);
}

/* Marks a live item as stale, so that the next client that reads it by `mg` is told to make a new
 * value, and gives it a new cas unique: `given_unique`, or the next if that is 0. md I. */
static inline void store_invalidate(struct store *store, struct item *item, uint64_t given_unique) {
    store->ops->invalidate(store, item, given_unique);
}

/* incr and decr: STORED (delta->value is the new number), NOT_FOUND, EXISTS, NON_NUMERIC,
 * NO_MEMORY, or NOT_STORED if `vivify` finds no memory. */
static inline enum store_result store_arithmetic(struct store *store, struct slice key,
                                                 struct store_delta *delta) {
    return store->ops->arithmetic(store, key, delta);
}

/* Makes everything disappear that is stored before the end of second `due_s`, when that second
 * comes; what is stored later in a second that has passed already (due_s < now_s) stays. There is
 * one flush at a time: this replaces one that is still due, and CLOCK_NEVER_S only cancels it.
 * flush_all. */
static inline void store_flush(struct store *store, uint32_t due_s, uint32_t now_s) {
    store->ops->flush(store, due_s, now_s);
}

/* The cas unique to show: the item's, or 0 if cas is off. */
static inline uint64_t store_shown_unique(const struct store *store, const struct item *item) {
    return store->limits.cas ? item->cas_unique : 0;
}

/* The cas unique that the last change gave to its item, or 0 if cas is off. */
static inline uint64_t store_last_unique(const struct store *store) {
    return store->limits.cas ? store->cas_unique : 0;
}

/* One more holder of an item. False if it has as many as it can count. */
bool store_hold(struct item *item);

/* One holder less; the last one frees the item. */
void store_release(struct store *store, struct item *item);

/* True if an item of these sizes is within the item size limit. Counted as memcached 1.6.18
 * does, its own header included, so that the border is at the same byte. */
bool store_fits(const struct store *store, size_t key_bytes, uint32_t flags, size_t value_bytes);

/* Lets a delayed flush happen if it is due. To be called when the clock has moved. */
void store_tick(struct store *store, uint32_t now_s);

/* To be called when the clock was moved back: what was flushed goes for good, and no flush belongs
 * to a second that is yet to come. Looks at every item if there was such a flush. */
void store_went_back(struct store *store, uint32_t now_s);

/* Removes a live item because its memory is needed. */
static inline void store_evict(struct store *store, struct item *item, uint32_t now_s) {
    store->ops->evict(store, item, now_s);
}

/* Changes the memory limit. If more than that is in use and may be evicted, evicts up to `items`
 * items; false if more must go, and the limit is what is still in use until then. */
bool store_limit_memory(struct store *store, size_t memory_bytes, unsigned items, uint32_t now_s);

/* Looks through the next `buckets` buckets and frees what is expired or flushed, which nobody
 * may ever ask for again. True when a whole round through the table is finished. */
bool store_sweep(struct store *store, size_t buckets, uint32_t now_s);
