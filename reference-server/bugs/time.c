/* SPDX-License-Identifier: MIT */
/* time.c - defects of expiration times and of flush_all. */
#include "bugs/area.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "net/reply.h"
#include "store/expiry.h"

/* ---- exptime ---- */

enum { LINE_EXPTIME = 3 };

static enum store_result reserve_until(struct store *store, struct slice key,
                                       const struct store_request *request, uint32_t expires_s,
                                       struct item **item) {
    struct store_request changed = *request;
    changed.expires_s = expires_s;
    return store_real_ops.reserve(store, key, &changed, item);
}

static bool is_relative(const struct store_request *request) {
    return request->expires_s != CLOCK_NEVER_S && request->expires_s > request->now_s;
}

static enum store_result expiry_ignored(struct store *store, struct slice key,
                                        const struct store_request *request, struct item **item) {
    return reserve_until(store, key, request, CLOCK_NEVER_S, item);
}

static enum store_result expiry_milliseconds(struct store *store, struct slice key,
                                             const struct store_request *request,
                                             struct item **item) {
    uint32_t expires_s = request->expires_s;
    if (is_relative(request))
        expires_s = request->now_s + 1 + (expires_s - request->now_s) / 1000;
    return reserve_until(store, key, request, expires_s, item);
}

static enum store_result expiry_late(struct store *store, struct slice key,
                                     const struct store_request *request, struct item **item) {
    uint32_t late_s = is_relative(request) ? 3 : 0;
    return reserve_until(store, key, request, request->expires_s + late_s, item);
}

static enum store_result expiry_zero_is_a_second(struct store *store, struct slice key,
                                                 const struct store_request *request,
                                                 struct item **item) {
    bool never = request->expires_s == CLOCK_NEVER_S;
    return reserve_until(store, key, request, never ? request->now_s + 1 : request->expires_s,
                         item);
}

/* The exptime of the line; 0 if it is no number. */
static int64_t exptime_of(const struct request *request) {
    int64_t exptime;
    return number_read_i64(request->word[LINE_EXPTIME], &exptime) ? exptime : 0;
}

static void handle_with_exptime(struct connection *connection, struct request *request,
                                const char *exptime) {
    if (exptime != NULL)
        request->word[LINE_EXPTIME] = (struct slice){exptime, strlen(exptime)};
    real_handler(connection, request);
}

static void unix_relative(struct connection *connection, struct request *request) {
    bool absolute = exptime_of(request) > EXPIRY_RELATIVE_MAX_S;
    handle_with_exptime(connection, request, absolute ? "0" : NULL); /* more than 50 years */
}

static void past_never(struct connection *connection, struct request *request) {
    int64_t exptime = exptime_of(request);
    bool past = exptime > EXPIRY_RELATIVE_MAX_S &&
                exptime <= connection->server->clock.zero_unix_s + connection->server->clock.now_s;
    handle_with_exptime(connection, request, past ? "0" : NULL);
}

static void days_absolute(struct connection *connection, struct request *request) {
    bool border = exptime_of(request) == EXPIRY_RELATIVE_MAX_S;
    handle_with_exptime(connection, request, border ? "-1" : NULL);
}

static void days_relative(struct connection *connection, struct request *request) {
    int64_t exptime = exptime_of(request);
    bool above = exptime > EXPIRY_RELATIVE_MAX_S && exptime <= 2 * EXPIRY_RELATIVE_MAX_S;
    handle_with_exptime(connection, request, above ? "2592000" : NULL);
}

static void negative_never(struct connection *connection, struct request *request) {
    handle_with_exptime(connection, request, exptime_of(request) < 0 ? "0" : NULL);
}

static void negative_refused(struct connection *connection, struct request *request) {
    if (exptime_of(request) < 0)
        classic_bad_format(connection);
    else
        real_handler(connection, request);
}

static void expiry_unsigned(struct connection *connection, struct request *request) {
    handle_with_exptime(connection, request, exptime_of(request) > INT32_MAX ? "0" : NULL);
}

static enum store_result expired_still_there(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    struct slice key = item_key(item);
    const struct item *old = table_find(&store->table, key, table_hash(&store->table, key));
    if (terms->mode == STORE_ADD && old != NULL && expiry_is_over(old->expires_s, now_s))
        return STORE_NOT_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result expiry_keeps_old(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (old != NULL && terms->mode == STORE_SET)
        item->expires_s = old->expires_s;
    return store_real_ops.put(store, item, terms, now_s);
}

/* ---- flush_all: what it does ---- */

static void flush_nothing(struct store *store, uint32_t due_s, uint32_t now_s) {
    (void)store;
    (void)due_s;
    (void)now_s;
}

static void flush_half(struct store *store, uint32_t due_s, uint32_t now_s) {
    struct table *table = &store->table;
    if (due_s > now_s) {
        store_real_ops.flush(store, due_s, now_s);
        return;
    }
    for (size_t bucket = 0; bucket < table->bucket_count; bucket++) {
        struct item *item = table->buckets[bucket];
        if (item != NULL && item->cas_unique % 2 == 0)
            (void)store_real_ops.remove(store, item_key(item), 0, now_s);
    }
}

static void flush_takes_the_second(struct store *store, uint32_t due_s, uint32_t now_s) {
    store_real_ops.flush(store, due_s + 1 == now_s ? now_s : due_s, now_s);
    if (due_s + 1 == now_s)
        bugs_of_store(store)->memory.number = now_s;
}

/* Items below this unique are hidden from get. */
static void flush_hides(struct store *store, uint32_t due_s, uint32_t now_s) {
    if (due_s > now_s)
        store_real_ops.flush(store, due_s, now_s);
    else
        bugs_of_store(store)->memory.number = ++store->cas_unique;
}

static struct item *flush_hidden_get(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    bool hidden = item != NULL && item->cas_unique < bugs_of_store(store)->memory.number;
    return hidden ? NULL : item;
}

/* At its time a delayed flush takes what has a unique below that of its command. */
static void flush_old_only(struct store *store, uint32_t due_s, uint32_t now_s) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    if (due_s > now_s && due_s != CLOCK_NEVER_S)
        memory->number = ++store->cas_unique;
    bool due = memory->number != 0 && due_s == store->flush_due_s && due_s <= now_s;
    uint32_t flushed_s = store->flushed_s;
    store_real_ops.flush(store, due_s, now_s);
    if (due) {
        store->flushed_unique = memory->number;
        store->flushed_s = flushed_s;
    }
    if (due || due_s <= now_s)
        memory->number = 0;
}

static enum store_result flush_goes_on(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    if (store->flush_due_s != CLOCK_NEVER_S)
        memory->number = store->flush_due_s;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (memory->number != 0 && memory->number <= now_s)
        store->flushed_unique = ++store->cas_unique;
    return result;
}

static void flush_once(struct store *store, uint32_t due_s, uint32_t now_s) {
    if (bugs_of_store(store)->memory.count++ == 0 || due_s == CLOCK_NEVER_S)
        store_real_ops.flush(store, due_s, now_s);
}

static void flush_pending_stays(struct store *store, uint32_t due_s, uint32_t now_s) {
    uint32_t pending_s = store->flush_due_s;
    store_real_ops.flush(store, due_s, now_s);
    if (pending_s > now_s &&
        (store->flush_due_s == CLOCK_NEVER_S || pending_s < store->flush_due_s))
        store->flush_due_s = pending_s;
}

/* ---- flush_all: its argument ---- */

/* The number after flush_all; false if there is none. */
static bool flush_number(const struct request *request, int64_t *number) {
    return request->count > 1 && number_read_i64(request->word[1], number);
}

/* As if the argument had not been there, or another. */
static void flush_with(struct connection *connection, struct request *request, const char *other) {
    request->word[1] = (struct slice){other, strlen(other)};
    classic_flush_all(connection, request);
}

static void flush_no_delay(struct connection *connection, struct request *request) {
    int64_t number;
    if (flush_number(request, &number) && number > 0)
        flush_with(connection, request, "0");
    else
        classic_flush_all(connection, request);
}

static void flush_answer(struct connection *connection, const struct request *request,
                         const char *text) {
    classic_noreply(connection, request);
    reply_line(connection, text);
}

static void flush_delay_forgotten(struct connection *connection, struct request *request) {
    int64_t number;
    if (flush_number(request, &number) && number > 0)
        flush_answer(connection, request, "OK");
    else
        classic_flush_all(connection, request);
}

static void flush_delay_refused(struct connection *connection, struct request *request) {
    int64_t number;
    if (flush_number(request, &number) && number > 0)
        flush_answer(connection, request, "ERROR");
    else
        classic_flush_all(connection, request);
}

static void flush_unix_relative(struct connection *connection, struct request *request) {
    int64_t number;
    if (flush_number(request, &number) && number > EXPIRY_RELATIVE_MAX_S)
        flush_answer(connection, request, "OK"); /* in more than 50 years */
    else
        classic_flush_all(connection, request);
}

static void flush_negative_refused(struct connection *connection, struct request *request) {
    int64_t number;
    if (flush_number(request, &number) && number < 0)
        flush_answer(connection, request, "CLIENT_ERROR invalid exptime argument");
    else
        classic_flush_all(connection, request);
}

static void flush_zero_never(struct connection *connection, struct request *request) {
    int64_t number;
    if (flush_number(request, &number) && number == 0)
        flush_answer(connection, request, "OK");
    else
        classic_flush_all(connection, request);
}

static void flush_word_flushes(struct connection *connection, struct request *request) {
    int64_t number;
    if (request->count > 1 && !flush_number(request, &number) &&
        !slice_is(request->word[1], "noreply"))
        flush_with(connection, request, "0");
    else
        classic_flush_all(connection, request);
}

static const struct bug rows[] = {
#include "bugs/time.def"
};

AREA_OF(time)
