/* SPDX-License-Identifier: MIT */
/* stats.c - the stats command: one row a kind of statistics, one function each.
 *
 * protocol.txt, "Statistics":   stats\r\n   stats <kind>\r\n   ->   STAT <name> <value>\r\n ...
 * END\r\n The lines of the two long kinds are rows too: admin/stats.def and admin/settings.def. */
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "admin/stats.h"

#include "net/reply.h"
#include "server/negotiation.h"
#include "server/server.h"

typedef void stats_reporter(struct connection *connection);

struct stats_kind {
    const char *word; /* "": the general ones */
    stats_reporter *report;
    bool in_binary; /* memcached has it in the binary protocol too */
};

void stats_end(struct connection *connection) {
    reply_stat_end(connection, "END");
}

static unsigned stats_power(size_t size) {
    unsigned power = 0;
    while (size > 1) {
        size /= 2;
        power++;
    }
    return power;
}

/* A text that was given, or memcached's word for none. */
static const char *stats_text(const char *text) {
    return text[0] != '\0' ? text : "NULL";
}

static void stats_general(struct connection *connection) {
    struct server *server = connection->server;
    const struct options *options = server->options;
    const struct store *store = &server->store;
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
#define COUNTER(name)    reply_stat(connection, #name, "%" PRIu64, server->counters.name);
#define VALUE(name, ...) reply_stat(connection, #name, __VA_ARGS__);
#define COUNTER_IF(shown, name)                                                                    \
    if (shown)                                                                                     \
    COUNTER(name)
#define VALUE_IF(shown, name, ...)                                                                 \
    if (shown)                                                                                     \
    VALUE(name, __VA_ARGS__)
#include "admin/stats.def"
#undef COUNTER
#undef VALUE
#undef COUNTER_IF
#undef VALUE_IF
    stats_end(connection);
}

static void stats_settings(struct connection *connection) {
    struct server *server = connection->server;
    const struct options *options = server->options;
    const struct store *store = &server->store;

#define VALUE(name, ...) reply_stat(connection, #name, __VA_ARGS__);
#include "admin/settings.def"
#undef VALUE
    stats_end(connection);
}

static void stats_reset(struct connection *connection) {
    memset(&connection->server->counters, 0, sizeof(connection->server->counters));
    connection->server->store.evicted_nonzero = 0;
    connection->server->store.evicted_idle_s = 0;
    prefixes_free(&connection->server->prefixes);
    reply_stat_end(connection, "RESET");
}

static const struct stats_kind stats_kinds[] = {
    {"", stats_general, true},
    {"settings", stats_settings, true},
    {"items", stats_items, true},
    {"slabs", stats_slabs, true},
    {"sizes", stats_sizes, true},
    {"conns", stats_conns, false},
    {"reset", stats_reset, true},
    {"detail on", stats_detail_on, true},
    {"detail off", stats_detail_off, true},
    {"detail dump", stats_detail_dump, true},
};

bool stats_report(struct connection *connection, struct slice kind) {
    bool binary = connection->dialect->binary;
    for (size_t i = 0; i < sizeof(stats_kinds) / sizeof(stats_kinds[0]); i++) {
        if (slice_is(kind, stats_kinds[i].word) && (stats_kinds[i].in_binary || !binary)) {
            stats_kinds[i].report(connection);
            return true;
        }
    }
    return false;
}

void classic_stats(struct connection *connection, struct request *request) {
    request_split(request);
    struct slice kind = request->count > 1 ? request->word[1] : (struct slice){"", 0};
    if (slice_is(kind, "detail"))
        stats_detail(connection, request);
    else if (slice_is(kind, "cachedump"))
        stats_cachedump(connection, request);
    else if (!stats_report(connection, kind))
        reply_line(connection, "ERROR");
}
