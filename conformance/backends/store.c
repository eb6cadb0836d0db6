/* SPDX-License-Identifier: MIT */
/* store.c - see store.h. */
#include "backends/store.h"

#include "must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    VALUE_LIMIT = 1024 * 1024, /* as memcached's without options */
    RELATIVE_MAX = 60 * 60 * 24 * 30,
};

struct store {
    struct item *items;
    uint64_t next_unique;
};

struct store *store_new(void) {
    struct store *store = must(calloc(1, sizeof *store), "a store");
    store->next_unique = 1;
    return store;
}

static void item_free(struct item *item) {
    free(item->key);
    free(item->value);
    free(item);
}

void store_clear(struct store *store) {
    while (store->items) {
        struct item *item = store->items;
        store->items = item->next;
        item_free(item);
    }
}

void store_free(struct store *store) {
    store_clear(store);
    free(store);
}

void store_next_unique(struct store *store, uint64_t unique) {
    store->next_unique = unique;
}

static bool has_expired(const struct item *item) {
    return item->expires != 0 && item->expires <= (int64_t)time(NULL);
}

/* The pointer that leads to the item with this key, or to the NULL at the end of the list. */
static struct item **place_of(struct store *store, struct slice key) {
    struct item **at = &store->items;
    while (*at && !slice_equal((struct slice){(*at)->key, (*at)->key_length}, key))
        at = &(*at)->next;
    if (*at && has_expired(*at)) {
        struct item *gone = *at;
        *at = gone->next;
        item_free(gone);
        return place_of(store, key);
    }
    return at;
}

const struct item *store_find(struct store *store, struct slice key) {
    return *place_of(store, key);
}

static char *copy_of(struct slice bytes) {
    char *copy = must(malloc(bytes.length + 1), "an item");
    if (bytes.length > 0)
        memcpy(copy, bytes.data, bytes.length);
    copy[bytes.length] = '\0';
    return copy;
}

static void item_value(struct store *store, struct item *item, struct slice value) {
    char *copy = copy_of(value);
    free(item->value);
    item->value = copy;
    item->value_length = value.length;
    item->unique = store->next_unique++;
}

static void item_exptime(struct item *item, int64_t exptime) {
    int64_t now = (int64_t)time(NULL);
    item->expires = exptime == 0              ? 0
                    : exptime < 0             ? now
                    : exptime <= RELATIVE_MAX ? now + exptime
                                              : exptime;
}

static struct item *item_make(struct store *store, struct slice key) {
    struct item **at = place_of(store, key);
    if (*at)
        return *at;
    struct item *item = must(calloc(1, sizeof *item), "an item");
    item->key = copy_of(key);
    item->key_length = key.length;
    return *at = item;
}

void store_put(struct store *store, struct slice key, struct slice value, uint32_t flags) {
    struct item *item = item_make(store, key);
    item_value(store, item, value);
    item->flags = flags;
    item->expires = 0;
}

/* ---- what requests do ---- */

static struct effect result_of(enum result result, const struct item *item) {
    return (struct effect){.result = result, .item = item};
}

static struct effect write_item(struct store *store, const struct request *request) {
    struct item *item = item_make(store, request->keys[0]);
    item_value(store, item, request->value);
    item->flags = request->flags;
    item_exptime(item, request->exptime);
    return result_of(RESULT_STORED, item);
}

static struct effect join(struct store *store, const struct request *request, struct item *item) {
    bool append = request->verb == VERB_APPEND;
    struct slice old = {item->value, item->value_length};
    struct slice front = append ? old : request->value, back = append ? request->value : old;
    char *joined = must(malloc(front.length + back.length + 1), "an item");
    if (front.length > 0)
        memcpy(joined, front.data, front.length);
    if (back.length > 0)
        memcpy(joined + front.length, back.data, back.length);
    item_value(store, item, (struct slice){joined, front.length + back.length});
    free(joined);
    return result_of(RESULT_STORED, item);
}

/* What kind of storage a meta set asks for; its cas unique and exptime stand among its flags. */
static void read_meta_set(struct request *request) {
    static const struct {
        char letter;
        enum verb verb;
    } modes[] = {{'E', VERB_ADD}, {'A', VERB_APPEND}, {'P', VERB_PREPEND}, {'R', VERB_REPLACE},
                 {'e', VERB_ADD}, {'a', VERB_APPEND}, {'p', VERB_PREPEND}, {'r', VERB_REPLACE}};
    struct slice token;
    uint64_t number;
    request->verb = VERB_SET;
    if (meta_flag(request, 'M', &token) && token.length == 1)
        for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
            if (token.data[0] == modes[i].letter)
                request->verb = modes[i].verb;
    if (meta_flag(request, 'F', &token) && slice_number(token, &number))
        request->flags = (uint32_t)number;
    if (meta_flag(request, 'T', &token) && slice_number(token, &number))
        request->exptime = (int64_t)number;
}

static struct effect store_item(struct store *store, const struct request *request) {
    struct item *item = *place_of(store, request->keys[0]);
    if (request->value.length > VALUE_LIMIT)
        return result_of(RESULT_TOO_LARGE, NULL);
    if (request->verb == VERB_CAS || request->has_unique) {
        if (!item)
            return result_of(RESULT_NOT_FOUND, NULL);
        if (item->unique != request->unique)
            return result_of(RESULT_EXISTS, item);
    }
    bool joins = request->verb == VERB_APPEND || request->verb == VERB_PREPEND;
    if (request->verb == VERB_ADD && item)
        return result_of(request->dialect == DIALECT_BINARY ? RESULT_EXISTS : RESULT_NOT_STORED,
                         item);
    if (request->verb == VERB_REPLACE && !item)
        return result_of(request->dialect == DIALECT_BINARY ? RESULT_NOT_FOUND : RESULT_NOT_STORED,
                         NULL);
    if (joins && !item)
        return result_of(RESULT_NOT_STORED, NULL);
    return joins ? join(store, request, item) : write_item(store, request);
}

static struct effect calculate(struct store *store, const struct request *request) {
    struct item *item = *place_of(store, request->keys[0]);
    char digits[24];
    uint64_t number;
    if (!item && !request->makes)
        return result_of(RESULT_NOT_FOUND, NULL);
    if (!item) {
        number = request->initial;
        item = item_make(store, request->keys[0]);
        item_exptime(item, request->exptime);
    } else if (!slice_number((struct slice){item->value, item->value_length}, &number)) {
        return result_of(RESULT_NON_NUMERIC, item);
    } else if (request->verb == VERB_INCR) {
        number += request->delta;
    } else {
        number = number > request->delta ? number - request->delta : 0;
    }
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    item_value(store, item, (struct slice){digits, (size_t)length});
    return (struct effect){.result = RESULT_NUMBER, .number = number, .item = item};
}

static struct effect remove_item(struct store *store, const struct request *request) {
    struct item **at = place_of(store, request->keys[0]);
    if (!*at)
        return result_of(RESULT_NOT_FOUND, NULL);
    if (request->has_unique && request->unique != (*at)->unique)
        return result_of(RESULT_EXISTS, *at);
    struct item *gone = *at;
    *at = gone->next;
    item_free(gone);
    return result_of(RESULT_DELETED, NULL);
}

static struct effect touch_items(struct store *store, const struct request *request) {
    struct item *item = NULL;
    for (size_t i = 0; i < request->key_count; i++) {
        item = *place_of(store, request->keys[i]);
        if (item)
            item_exptime(item, request->exptime);
    }
    if (request->verb != VERB_TOUCH)
        return result_of(RESULT_FOUND, item);
    return result_of(item ? RESULT_TOUCHED : RESULT_NOT_FOUND, item);
}

/* A meta arithmetic has its delta, mode and initial value among its flags. */
static void read_meta_arithmetic(struct request *request) {
    struct slice token;
    request->verb = VERB_INCR;
    request->delta = 1;
    if (meta_flag(request, 'D', &token))
        slice_number(token, &request->delta);
    if (meta_flag(request, 'M', &token) && token.length == 1 && strchr("Dd-", token.data[0]))
        request->verb = VERB_DECR;
    request->makes = meta_flag(request, 'N', NULL);
    if (meta_flag(request, 'J', &token))
        slice_number(token, &request->initial);
}

/* A meta command as the command of the text protocol that does the same. */
static void read_meta(struct request *request) {
    struct slice token;
    if (meta_flag(request, 'C', &token))
        request->has_unique = slice_number(token, &request->unique);
    switch (request->verb) {
    case VERB_META_GET:
        request->verb = VERB_GET;
        break;
    case VERB_META_SET:
        read_meta_set(request);
        break;
    case VERB_META_ARITHMETIC:
        read_meta_arithmetic(request);
        break;
    case VERB_META_DELETE:
        request->verb = VERB_DELETE;
        break;
    case VERB_META_NOOP:
        request->verb = VERB_NOOP;
        break;
    default:
        break;
    }
}

struct effect store_apply(struct store *store, const struct request *asked) {
    struct request request = *asked;
    if (request.complaint)
        return result_of(request.verb == VERB_UNKNOWN ? RESULT_ERROR : RESULT_CLIENT_ERROR, NULL);
    if (request.dialect == DIALECT_META)
        read_meta(&request);
    switch (request.verb) {
    case VERB_GET:
    case VERB_GETS:
        return result_of(RESULT_FOUND, *place_of(store, request.keys[0]));
    case VERB_GAT:
    case VERB_GATS:
    case VERB_TOUCH:
        return touch_items(store, &request);
    case VERB_SET:
    case VERB_ADD:
    case VERB_REPLACE:
    case VERB_APPEND:
    case VERB_PREPEND:
    case VERB_CAS:
        return store_item(store, &request);
    case VERB_INCR:
    case VERB_DECR:
        return calculate(store, &request);
    case VERB_DELETE:
        return remove_item(store, &request);
    case VERB_FLUSH_ALL:
        store_clear(store);
        return result_of(RESULT_OK, NULL);
    case VERB_VERSION:
        return result_of(RESULT_VERSION, NULL);
    case VERB_STATS:
        return result_of(RESULT_STATS, NULL);
    case VERB_VERBOSITY:
    case VERB_NOOP:
        return result_of(RESULT_OK, NULL);
    case VERB_AUTHENTICATE:
        return result_of(RESULT_AUTHENTICATED, NULL);
    case VERB_QUIT:
        return result_of(RESULT_NOTHING, NULL);
    default:
        return result_of(RESULT_ERROR, NULL);
    }
}
