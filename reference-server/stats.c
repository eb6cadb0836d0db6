/* SPDX-License-Identifier: MIT */
/* stats.c - the stats command: one row a kind of statistics, one function each.
 *
 * protocol.txt, "Statistics":   stats\r\n   stats <kind>\r\n   ->   STAT <name> <value>\r\n ...
 * END\r\n The lines of the two long kinds are rows too: stats.def and settings.def. */
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "classic.h"
#include "reply.h"
#include "server.h"
#include "version.h"

typedef void stats_report(struct connection *connection);

struct stats_kind {
    const char *word;
    stats_report *report;
};

static void stats_end(struct connection *connection) {
    reply_line(connection, "END");
}

static unsigned stats_power(size_t size) {
    unsigned power = 0;
    while (size > 1) {
        size /= 2;
        power++;
    }
    return power;
}

static void stats_general(struct connection *connection) {
    struct server *server = connection->server;
    const struct options *options = server->options;
    const struct store *store = &server->store;
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
#define COUNTER(name)    reply_stat(connection, #name, "%" PRIu64, server->counters.name);
#define VALUE(name, ...) reply_stat(connection, #name, __VA_ARGS__);
#include "stats.def"
#undef COUNTER
#undef VALUE
    stats_end(connection);
}

static void stats_settings(struct connection *connection) {
    struct server *server = connection->server;
    const struct options *options = server->options;
    const struct store *store = &server->store;

#define VALUE(name, ...) reply_stat(connection, #name, __VA_ARGS__);
#include "settings.def"
#undef VALUE
    stats_end(connection);
}

/* memcached has a line for each slab class; here all items are of one class, called 1. */
static void stats_items(struct connection *connection) {
    struct server *server = connection->server;
    const struct store *store = &server->store;
    const struct counters *counters = &server->counters;

    if (store->lru.oldest != NULL) {
        reply_stat(connection, "items:1:number", "%zu", store->table.item_count);
        reply_stat(connection, "items:1:age", "%" PRIu32,
                   server->clock.now_s - store->lru.oldest->used_s);
        reply_stat(connection, "items:1:mem_requested", "%zu", store->used_bytes);
        reply_stat(connection, "items:1:evicted", "%" PRIu64, counters->evictions);
        reply_stat(connection, "items:1:evicted_nonzero", "%" PRIu64, store->evicted_nonzero);
        reply_stat(connection, "items:1:evicted_time", "%" PRIu32, store->evicted_idle_s);
        reply_stat(connection, "items:1:outofmemory", "%" PRIu64, counters->store_no_memory);
        reply_stat(connection, "items:1:reclaimed", "%" PRIu64, counters->reclaimed);
        reply_stat(connection, "items:1:expired_unfetched", "%" PRIu64,
                   counters->expired_unfetched);
        reply_stat(connection, "items:1:evicted_unfetched", "%" PRIu64,
                   counters->evicted_unfetched);
    }
    stats_end(connection);
}

/* There are no slab classes: none is active. */
static void stats_slabs(struct connection *connection) {
    reply_stat(connection, "active_slabs", "%d", 0);
    reply_stat(connection, "total_malloced", "%zu", connection->server->store.used_bytes);
    stats_end(connection);
}

/* As memcached answers unless sizes are tracked. */
static void stats_sizes(struct connection *connection) {
    reply_stat(connection, "sizes_status", "disabled");
    stats_end(connection);
}

static void stats_reset(struct connection *connection) {
    memset(&connection->server->counters, 0, sizeof(connection->server->counters));
    connection->server->store.evicted_nonzero = 0;
    connection->server->store.evicted_idle_s = 0;
    reply_line(connection, "RESET");
}

/* As memcached answers when dumping is switched off with -X. */
static void stats_cachedump(struct connection *connection) {
    reply_line(connection, "CLIENT_ERROR stats cachedump not allowed");
}

static const struct stats_kind stats_kinds[] = {
    {"settings", stats_settings},   {"items", stats_items}, {"slabs", stats_slabs},
    {"sizes", stats_sizes},         {"conns", stats_end},   {"reset", stats_reset},
    {"cachedump", stats_cachedump},
};

void classic_stats(struct connection *connection, struct request *request) {
    request_split(request);
    if (request->count == 1) {
        stats_general(connection);
        return;
    }
    for (size_t i = 0; i < sizeof(stats_kinds) / sizeof(stats_kinds[0]); i++) {
        if (slice_is(request->word[1], stats_kinds[i].word)) {
            stats_kinds[i].report(connection);
            return;
        }
    }
    reply_line(connection, "ERROR");
}
