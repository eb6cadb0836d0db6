/* SPDX-License-Identifier: MIT */
/* store.h - the items of one backend, and what a request does to them.
 *
 * As small as clients allow: a list, searched from its beginning; it never evicts. Text, meta and
 * binary requests come here alike; answer.h writes what happened in the dialect of the request. */
#pragma once

#include "requests/request.h"

struct store;

struct item {
    struct item *next;
    char *key, *value;
    size_t key_length, value_length;
    uint32_t flags;
    uint64_t unique;
    int64_t expires; /* seconds since 1970; 0: never */
};

/* What happened, before anybody writes it down. */
enum result {
    RESULT_FOUND, /* items; which, answer.c looks up by the keys of the request */
    RESULT_MISSED,
    RESULT_STORED,
    RESULT_NOT_STORED,
    RESULT_EXISTS,
    RESULT_NOT_FOUND,
    RESULT_DELETED,
    RESULT_TOUCHED,
    RESULT_NUMBER,
    RESULT_OK,
    RESULT_VERSION,
    RESULT_STATS,
    RESULT_NON_NUMERIC,
    RESULT_TOO_LARGE,
    RESULT_OUT_OF_MEMORY,
    RESULT_CLIENT_ERROR,
    RESULT_ERROR, /* no such command */
    RESULT_AUTHENTICATED,
    RESULT_NOTHING, /* quit: the connection closes */
};

struct effect {
    enum result result;
    uint64_t number;         /* of RESULT_NUMBER */
    const struct item *item; /* the item that was read or written, or NULL */
};

struct store *store_new(void);
void store_free(struct store *store);
void store_clear(struct store *store);

/* The live item with this key, or NULL. */
const struct item *store_find(struct store *store, struct slice key);

/* Stores as another client would. The unique is a new one. */
void store_put(struct store *store, struct slice key, struct slice value, uint32_t flags);

/* The cas unique that the next change gets; later ones count on from it. */
void store_next_unique(struct store *store, uint64_t unique);

/* Does what the request asks for. */
struct effect store_apply(struct store *store, const struct request *request);
