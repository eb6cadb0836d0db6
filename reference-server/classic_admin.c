/* SPDX-License-Identifier: MIT */
/* classic_admin.c - flush_all, version, verbosity, quit, shutdown; stats is in stats.c.
 *
 * protocol.txt, "Other commands". */
#include "classic.h"
#include "expiry.h"
#include "number.h"
#include "reply.h"
#include "server.h"
#include "version.h"

enum { ADMIN_VERBOSITY_MAX = 2 };

/* Without a delay, what is stored later in this second must stay, so the flush belongs to the
 * second before. A delayed flush happens at the beginning of the second before its time, as in
 * memcached 1.6.18; a Unix time from before the server's start cannot hit anything. */
static void admin_flush(struct connection *connection, int32_t exptime) {
    struct server *server = connection->server;
    uint32_t now_s = server->clock.now_s;
    uint32_t at_s = exptime > 0 ? expiry_from_exptime(exptime, &server->clock) : now_s;
    uint32_t due_s = at_s == CLOCK_PAST_S ? CLOCK_NEVER_S : at_s - 1;
    store_flush(&server->store, due_s, now_s);
    if (due_s <= now_s)
        server_sweep_soon(server);
}

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
    admin_flush(connection, exptime);
    reply_line(connection, "OK");
}

void classic_version(struct connection *connection, struct request *request) {
    (void)request;
    reply_line(connection, "VERSION " MCREF_VERSION);
}

void classic_verbosity(struct connection *connection, struct request *request) {
    uint32_t level;
    classic_noreply(connection, request);
    if (!number_read_u32(request->word[1], &level)) {
        classic_bad_format(connection);
        return;
    }
    connection->server->verbosity = level > ADMIN_VERBOSITY_MAX ? ADMIN_VERBOSITY_MAX : level;
    reply_line(connection, "OK");
}

/* Not switched on, as in a memcached without -A. The text is what 1.6.18 says. */
void classic_shutdown(struct connection *connection, struct request *request) {
    (void)request;
    reply_line(connection, "ERROR: shutdown not enabled");
}

void classic_quit(struct connection *connection, struct request *request) {
    (void)request;
    connection->state = CONNECTION_DRAIN;
}
