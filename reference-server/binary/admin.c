/* SPDX-License-Identifier: MIT */
/* admin.c - flush, quit, noop, version, stat.
 *
 * protocol-binary.txt, "Quit", "Flush", "No-op", "Version" and "Stat". */
#include "admin/stats.h"
#include "binary/big_endian.h"
#include "binary/binary.h"
#include "server/server.h"

/* Extras, if there are any: the time at which to flush. With -F the answer is memcached's, though
 * nobody could authenticate for this. */
void binary_flush(struct connection *connection, const struct binary_request *request) {
    struct server *server = connection->server;
    if (!server->options->flush_enabled) {
        binary_reply_error(connection, BINARY_AUTH_ERROR);
        return;
    }
    server->counters.cmd_flush++;
    server_flush(server, request->extras_bytes > 0 ? big_endian_read_u32(request->extras) : 0);
    binary_reply_done(connection, 0);
}

void binary_quit(struct connection *connection, const struct binary_request *request) {
    (void)request;
    binary_reply_done(connection, 0);
    connection->state = CONNECTION_DRAIN;
}

/* All answers are sent at the end of the turn at the latest, so a noop has nothing to push. */
void binary_noop(struct connection *connection, const struct binary_request *request) {
    (void)request;
    binary_reply_done(connection, 0);
}

void binary_version(struct connection *connection, const struct binary_request *request) {
    (void)request;
    binary_reply_text(connection, BINARY_SUCCESS, connection->server->options->version_text);
}

/* The key is what follows "stats" in the text protocol. A packet for each statistic, and one
 * without key and value at the end. */
void binary_stat(struct connection *connection, const struct binary_request *request) {
    if (!stats_report(connection, request->key))
        binary_reply_error(connection, BINARY_KEY_NOT_FOUND);
}
