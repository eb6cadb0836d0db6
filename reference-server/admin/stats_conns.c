/* SPDX-License-Identifier: MIT */
/* stats_conns.c - stats conns: the sockets, one by one.
 *
 * protocol.txt, "Connection statistics":
 *     STAT <fd>:addr tcp:127.0.0.1:11211\r\n     of the client; of the server if it listens
 *     STAT <fd>:listen_addr ...\r\n              of the server
 *     STAT <fd>:UDP UDP\r\n                       first, of a UDP socket; it has no listen_addr
 *     STAT <fd>:state conn_read\r\n              and   STAT <fd>:secs_since_last_cmd <n>\r\n */
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>

#include "admin/stats.h"
#include "net/reply.h"
#include "server/server.h"

enum { CONNS_ADDRESS_BYTES = LISTENER_NAME_BYTES + 16 };

static void conns_stat(struct connection *connection, int fd, const char *name, const char *value) {
    char full[40];
    snprintf(full, sizeof(full), "%d:%s", fd, name);
    reply_stat(connection, full, "%s", value);
}

/* "tcp:127.0.0.1:11211", "tcp6:[::1]:11211", or "unix:" and the path. */
static void conns_address(char text[CONNS_ADDRESS_BYTES], const struct server *server,
                          const struct peer *peer) {
    char address[PEER_TEXT_BYTES];
    peer_text(peer, address);
    if (peer->family == AF_INET)
        snprintf(text, CONNS_ADDRESS_BYTES, "tcp:%s:%u", address, peer->port);
    else if (peer->family == AF_INET6)
        snprintf(text, CONNS_ADDRESS_BYTES, "tcp6:[%s]:%u", address, peer->port);
    else
        snprintf(text, CONNS_ADDRESS_BYTES, "unix:%.*s", LISTENER_NAME_BYTES,
                 server->options->unix_path != NULL ? server->options->unix_path : "");
}

/* What a connection is about, in memcached's words. */
static const char *conns_state(const struct connection *asking, const struct connection *other) {
    if (other == asking)
        return "conn_parse_cmd";
    switch (other->state) {
    case CONNECTION_REQUEST:
        return buffer_length(&other->out) > 0  ? "conn_mwrite"
               : buffer_length(&other->in) > 0 ? "conn_waiting"
                                               : "conn_read";
    case CONNECTION_VALUE:
        return "conn_nread";
    case CONNECTION_SWALLOW:
        return "conn_swallow";
    case CONNECTION_REPLY:
        return "conn_mwrite";
    case CONNECTION_DRAIN:
        return "conn_closing";
    }
    return "conn_closing";
}

static void conns_client(struct connection *asking, const struct connection *other) {
    const struct server *server = asking->server;
    uint32_t now_s = server->clock.now_s;
    char text[CONNS_ADDRESS_BYTES];
    struct peer own;

    conns_address(text, server, &other->peer);
    conns_stat(asking, other->fd, "addr", text);
    peer_read_own(&own, other->fd);
    conns_address(text, server, &own);
    conns_stat(asking, other->fd, "listen_addr", text);
    conns_stat(asking, other->fd, "state", conns_state(asking, other));
    snprintf(text, sizeof(text), "%" PRIu32, now_s > other->active_s ? now_s - other->active_s : 0);
    conns_stat(asking, other->fd, "secs_since_last_cmd", text);
}

static void conns_listener(struct connection *asking, const struct listener *listener) {
    const struct server *server = asking->server;
    char text[CONNS_ADDRESS_BYTES];
    struct peer own;

    if (listener->kind == LISTENER_UDP) {
        conns_stat(asking, listener->fd, "UDP", "UDP");
        conns_stat(asking, listener->fd, "addr", listener->name);
        conns_stat(asking, listener->fd, "state", "conn_read");
        return;
    }
    peer_read_own(&own, listener->fd);
    conns_address(text, server, &own);
    conns_stat(asking, listener->fd, "addr", text);
    conns_stat(asking, listener->fd, "state", "conn_listening");
}

/* The oldest client is the last of the list, and is shown first. */
void stats_conns(struct connection *connection) {
    const struct server *server = connection->server;
    const struct connection *other = server->connections;
    for (unsigned i = 0; i < server->listeners.count; i++)
        conns_listener(connection, &server->listeners.list[i]);
    while (other != NULL && other->next != NULL)
        other = other->next;
    for (; other != NULL; other = other->previous)
        conns_client(connection, other);
    stats_end(connection);
}
