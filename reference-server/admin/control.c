/* SPDX-License-Identifier: MIT */
/* control.c - shutdown, cache_memlimit, debugtime: commands on the server as a whole.
 *
 * protocol.txt, "Other commands":
 *     shutdown [graceful]\r\n        only with -A; the connection closes without an answer
 *     cache_memlimit <megabytes> [noreply]\r\n
 * and, from memcached's debug build, only with --clock manual:
 *     debugtime p|r|<seconds>\r\n    stop the clock, let it run, move it */
#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"

enum { ADMIN_MEGABYTES_MIN = 8, ADMIN_MEGABYTES_MAX = 1000000000 };

/* memcached sends itself SIGINT or SIGUSR1; both end the same way here, with all in order. */
void admin_shutdown(struct connection *connection, struct request *request) {
    request_split(request);
    if (!connection->server->options->shutdown_enabled) {
        reply_line(connection, "ERROR: shutdown not enabled");
        return;
    }
    if (request->count > 2 || (request->count == 2 && !slice_is(request->word[1], "graceful"))) {
        reply_line(connection, "CLIENT_ERROR invalid shutdown mode");
        return;
    }
    connection->end = CONNECTION_END_SHUTDOWN;
    connection->state = CONNECTION_DRAIN;
    server_stop(connection->server, "the command shutdown");
}

void admin_memory_limit(struct connection *connection, struct request *request) {
    uint32_t megabytes;

    classic_noreply(connection, request);
    if (!number_read_u32(request->word[1], &megabytes)) {
        reply_line(connection, "ERROR");
    } else if (megabytes < ADMIN_MEGABYTES_MIN) {
        reply_line(connection, "MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m");
    } else if (megabytes > ADMIN_MEGABYTES_MAX) {
        reply_line(connection, "MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes");
    } else {
        server_limit_memory(connection->server, (size_t)megabytes << 20);
        reply_line(connection, "OK");
    }
}

void admin_time(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    int64_t seconds;

    request_split(request);
    if (!server->clock.manual) {
        reply_line(connection, "CLIENT_ERROR debugtime needs mcref --clock manual");
        return;
    }
    if (slice_is(request->word[1], "p")) {
        clock_stop(&server->clock);
    } else if (slice_is(request->word[1], "r")) {
        clock_resume(&server->clock);
    } else if (number_read_i64(request->word[1], &seconds)) {
        server_move_clock(server, seconds);
    } else {
        reply_line(connection, "ERROR");
        return;
    }
    reply_line(connection, "OK");
}
