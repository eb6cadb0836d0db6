/* SPDX-License-Identifier: MIT */
/* watch.c - watch: turns a connection into one that only receives log lines.
 *
 * protocol.txt, "Watchers":
 *     watch <stream>*\r\n   ->   OK\r\n, then lines until the connection ends
 * From then on the connection speaks a dialect that takes no requests. What lines there are is in
 * admin/log.c and admin/log_ops.c. */
#include "admin/log.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"

struct watch_stream {
    const char *word;
    unsigned stream; /* 0: memcached knows the word, but nothing here could tell of it */
};

static const struct watch_stream watch_streams[] = {
    {"fetchers", LOG_FETCHERS},
    {"mutations", LOG_MUTATIONS},
    {"evictions", LOG_EVICTIONS},
    {"connevents", LOG_CONNEVENTS},
    {"deletions", LOG_DELETIONS},
    {"rawcmds", 0},
    {"sysevents", 0},
    {"proxyreqs", 0},
    {"proxyevents", 0},
    {"proxyuser", 0},
};

static bool watch_read_stream(struct slice word, unsigned *streams) {
    for (size_t i = 0; i < sizeof(watch_streams) / sizeof(watch_streams[0]); i++)
        if (slice_is(word, watch_streams[i].word)) {
            *streams |= watch_streams[i].stream;
            return true;
        }
    return false;
}

/* A watcher is not listened to any more. */
static enum dialect_result watch_request(struct connection *connection) {
    buffer_consume(&connection->in, buffer_length(&connection->in));
    return DIALECT_OK;
}

static void watch_leave(struct connection *connection) {
    log_unwatch(connection->task);
    connection->task = NULL;
}

static const struct dialect watch_dialect = {
    .name = "watching", .request = watch_request, .leave = watch_leave};

static void watch_begin(struct connection *connection, unsigned streams) {
    if (connection->server->log.watcher_count >= LOG_WATCHERS_MAX) {
        reply_line(connection, "WATCHER_TOO_MANY log watcher limit reached");
        return;
    }
    connection->task = log_watch(connection, streams);
    if (connection->task == NULL) {
        reply_line(connection, "WATCHER_FAILED failed to add log watcher");
        return;
    }
    connection->dialect = &watch_dialect;
    connection->no_reply = false;
    reply_line(connection, "OK");
}

void admin_watch(struct connection *connection, struct request *request) {
    unsigned streams = 0;

    request_split(request);
    classic_noreply(connection, request);
    if (!connection->server->options->watch_enabled) {
        reply_line(connection, "CLIENT_ERROR watch commands not allowed");
        return;
    }
    if (connection->datagram) {
        reply_line(connection, "CLIENT_ERROR watch needs a connection");
        return;
    }
    if (!classic_is_alone(connection, "watch"))
        return;
    for (unsigned i = 1; i < request->count; i++)
        if (!watch_read_stream(request->word[i], &streams)) {
            reply_line(connection, "ERROR");
            return;
        }
    watch_begin(connection, request->count == 1 ? LOG_FETCHERS : streams);
}
