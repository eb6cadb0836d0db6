/* SPDX-License-Identifier: MIT */
/* others.c - flush_all, version, verbosity, quit; stats is in admin/stats.c.
 *
 * protocol.txt, "Other commands". */
#include <stdio.h>

#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"

enum { OTHERS_VERBOSITY_MAX = 2 };

void classic_flush_all(struct connection *connection, struct request *request) {
    int32_t exptime = 0;
    bool no_reply = classic_noreply(connection, request);

    connection->server->counters.cmd_flush++;
    if (!connection->server->options->flush_enabled) {
        reply_line(connection, "CLIENT_ERROR flush_all not allowed");
        return;
    }
    if (request->count != (no_reply ? 2 : 1) && !number_read_i32(request->word[1], &exptime)) {
        reply_line(connection, "CLIENT_ERROR invalid exptime argument");
        return;
    }
    server_flush(connection->server, exptime);
    reply_line(connection, "OK");
}

void classic_version(struct connection *connection, struct request *request) {
    (void)request;
    char text[sizeof("VERSION ") + OPTIONS_VERSION_BYTES];
    snprintf(text, sizeof(text), "VERSION %s", connection->server->options->version_text);
    reply_line(connection, text);
}

void classic_verbosity(struct connection *connection, struct request *request) {
    uint32_t level;
    classic_noreply(connection, request);
    if (!number_read_u32(request->word[1], &level)) {
        classic_bad_format(connection);
        return;
    }
    connection->server->verbosity = level > OTHERS_VERBOSITY_MAX ? OTHERS_VERBOSITY_MAX : level;
    reply_line(connection, "OK");
}

void classic_quit(struct connection *connection, struct request *request) {
    (void)request;
    connection->state = CONNECTION_DRAIN;
}
