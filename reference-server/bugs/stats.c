/* SPDX-License-Identifier: MIT */
/* stats.c - defects of stats: its form, and what is counted. */
#include <stdlib.h>

#include "bugs/area.h"
#include "bugs/tools.h"
#include "net/reply.h"

/* ---- the form ---- */

static void no_end(struct connection *connection, const char *word) {
    if (strcmp(word, "END") != 0)
        classic_dialect.stat_end(connection, word);
}

static void empty_line_before_end(struct connection *connection, const char *word) {
    reply_line(connection, "");
    classic_dialect.stat_end(connection, word);
}

static void with_colon(struct connection *connection, const char *name, const char *value) {
    char text[128];
    snprintf(text, sizeof(text), "%s:", name);
    classic_dialect.stat(connection, text, value);
}

static void upper_case_name(struct connection *connection, const char *name, const char *value) {
    char text[128];
    size_t length = 0;
    for (; name[length] != '\0' && length < sizeof(text) - 1; length++)
        text[length] = upper_case_of(name[length]);
    text[length] = '\0';
    classic_dialect.stat(connection, text, value);
}

/* ---- what is counted ---- */

static uint64_t words_left(const struct request *request) {
    struct slice rest = request->rest;
    struct slice word;
    uint64_t words = 0;
    while (request_next_word(&rest, &word))
        words++;
    return words;
}

static void get_counts_once(struct connection *connection, struct request *request) {
    uint64_t keys = words_left(request);
    classic_get(connection, request);
    if (keys > 1)
        connection->server->counters.cmd_get -= keys - 1;
}

static enum dialect_result counts_stored(struct connection *connection) {
    struct counters *counters = &connection->server->counters;
    uint64_t stored = counters->total_items;
    enum dialect_result result = classic_dialect.value(connection);
    if (result == DIALECT_OK && counters->total_items == stored)
        counters->cmd_set--;
    return result;
}

static void items_never_fall(struct connection *connection, const char *name, const char *value) {
    stat_never_falls(connection, "curr_items", name, value);
}

static void bytes_never_fall(struct connection *connection, const char *name, const char *value) {
    stat_never_falls(connection, "bytes", name, value);
}

static enum store_result counts_new_keys(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    uint64_t before = store->counters->total_items;
    bool old = item_at(store, item_key(item), now_s) != NULL;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (old)
        store->counters->total_items = before;
    return result;
}

static enum store_result decr_counts_as_incr(struct store *store, struct slice key,
                                             struct store_delta *delta) {
    struct counters *counters = store->counters;
    uint64_t hits = counters->decr_hits;
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    counters->incr_hits += counters->decr_hits - hits;
    counters->decr_hits = hits;
    return result;
}

static enum store_result badval_counts_as_miss(struct store *store, struct item *item,
                                               const struct store_terms *terms, uint32_t now_s) {
    struct counters *counters = store->counters;
    uint64_t badval = counters->cas_badval;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    counters->cas_misses += counters->cas_badval - badval;
    counters->cas_badval = badval;
    return result;
}

static void gat_counts_as_get(struct connection *connection, struct request *request) {
    uint64_t keys = words_left(request);
    classic_gat(connection, request);
    if (connection->state == CONNECTION_REPLY) {
        connection->server->counters.cmd_touch -= keys - 1;
        connection->server->counters.cmd_get += keys - 1;
    }
}

static void connections_never_fall(struct connection *connection, const char *name,
                                   const char *value) {
    char text[24];
    uint64_t left = bugs_of(connection)->memory.count;
    snprintf(text, sizeof(text), "%llu", (unsigned long long)strtoull(value, NULL, 10) + left);
    classic_dialect.stat(connection, name, strcmp(name, "curr_connections") == 0 ? text : value);
}

static void count_close(struct connection *connection) {
    bugs_of(connection)->memory.count++;
    transport_socket.close(connection);
}

/* The key of the last item with an end is remembered: it may be swept before anybody asks. */
static enum store_result notes_end(struct store *store, struct slice key,
                                   const struct store_request *request, struct item **item) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    if (request->expires_s != CLOCK_NEVER_S) {
        memory->length = key.length;
        memcpy(memory->text, key.bytes, key.length);
    }
    return store_real_ops.reserve(store, key, request, item);
}

static struct item *expired_counts_as_hit(struct store *store, struct slice key, uint32_t now_s) {
    const struct bug_memory *memory = &bugs_of_store(store)->memory;
    struct item *item = store_real_ops.get(store, key, now_s);
    if (item == NULL && memory->length == key.length &&
        memcmp(memory->text, key.bytes, key.length) == 0)
        store->counters->get_hits++;
    return item;
}

/* ---- stats and its arguments ---- */

static void stats_removes(struct connection *connection, struct request *request) {
    struct store *store = &connection->server->store;
    const struct item *item = store->lru.newest;
    classic_stats(connection, request);
    if (item != NULL)
        (void)store_real_ops.remove(store, item_key(item), 0, connection->server->clock.now_s);
}

static void stats_general_only(struct connection *connection, struct request *request) {
    request->rest = (struct slice){request->rest.bytes, 0};
    classic_stats(connection, request);
}

static enum dialect_result stats_any_case(struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    if (buffer_length(&connection->in) >= 5 &&
        (memcmp(begin, "STATS", 5) == 0 || memcmp(begin, "Stats", 5) == 0))
        memcpy(begin, "stats", 5);
    return classic_dialect.request(connection);
}

/* Is this the argument? */
static bool asks_for(const struct request *request, const char *word) {
    struct slice rest = request->rest;
    struct slice first;
    return request_next_word(&rest, &first) && slice_is(first, word);
}

static void reset_flushes(struct connection *connection, struct request *request) {
    bool reset = asks_for(request, "reset");
    classic_stats(connection, request);
    if (reset)
        server_flush(connection->server, 0);
}

static void reset_ignored(struct connection *connection, struct request *request) {
    if (asks_for(request, "reset"))
        reply_line(connection, "RESET");
    else
        classic_stats(connection, request);
}

static void sizes_enable_known(struct connection *connection, struct request *request) {
    if (asks_for(request, "sizes_enable")) {
        reply_line(connection, "STAT sizes_status enabled");
        reply_line(connection, "END");
    } else {
        classic_stats(connection, request);
    }
}

static void cachedump_all(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice word, class, limit;
    char *text = bugs_of(connection)->memory.text;
    if (asks_for(request, "cachedump") && request_next_word(&rest, &word) &&
        request_next_word(&rest, &class) && request_next_word(&rest, &limit) && class.length < 10)
        request->rest =
            (struct slice){text, (size_t)snprintf(text, BUG_TEXT_BYTES, "cachedump %.*s 0",
                                                  (int)class.length, class.bytes)};
    classic_stats(connection, request);
}

static void mg_counts_nowhere(struct connection *connection, struct request *request) {
    struct counters before = connection->server->counters;
    meta_get(connection, request);
    connection->server->counters.cmd_get = before.cmd_get;
    connection->server->counters.get_hits = before.get_hits;
    connection->server->counters.get_misses = before.get_misses;
}

static void old_verbosity(struct connection *connection, const char *name, const char *value) {
    classic_dialect.stat(connection, name, strcmp(name, "verbosity") == 0 ? "0" : value);
}

static void conns_without_state(struct connection *connection, const char *name,
                                const char *value) {
    stat_unless(connection, ":state", name, value);
}

static void items_without_age(struct connection *connection, const char *name, const char *value) {
    stat_unless(connection, ":age", name, value);
}

static const struct bug rows[] = {
#include "bugs/stats.def"
};

AREA_OF(stats)
