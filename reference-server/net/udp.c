/* SPDX-License-Identifier: MIT */
/* udp.c - requests that come in datagrams; see net/udp.h, and net/udp_frame.h for what is in front.
 *
 * The requests of a datagram go through the same dialects as those of a TCP client. Each step of
 * the dialect - a request, or a key of a long get - is answered by a message of its own, with
 * sequence numbers from 0, as memcached 1.6 does; only the END of a get goes with the last key's
 * item, if there is one. */
#include "net/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "net/udp_frame.h"
#include "server/server.h"

static const char udp_too_large[] = "SERVER_ERROR reply too large for UDP\r\n";

/* What a datagram can be answered with, so that the refusal of more has room too. */
enum { UDP_ANSWERS_BYTES = UDP_REPLY_BYTES - (sizeof(udp_too_large) - 1) };

union udp_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
};

struct udp {
    struct server *server;
    evutil_socket_t fd;
    unsigned port;
    struct event readable;
    struct connection session; /* of the datagram at hand */
    union udp_address client;
    socklen_t client_length;
    struct udp_frame frame; /* of its request */
    size_t answered_bytes;  /* in messages that are complete */
    size_t message_bytes;   /* in the one being made */
    char datagram[UDP_REQUEST_BYTES];
    char message[UDP_REPLY_BYTES];
};

/* ---- answering ---- */

/* Sends the message that was made, cut into datagrams. */
static void udp_send_message(struct udp *udp) {
    const struct udp_framing *framing = udp->server->framing;
    size_t total = framing->count(udp->message_bytes);
    for (size_t i = 0; i < total; i++) {
        unsigned char bytes[UDP_FRAME_BYTES];
        struct udp_frame frame = {udp->frame.request_id, (uint16_t)i, (uint16_t)total};
        size_t at = i * framing->payload_bytes;
        size_t length = udp->message_bytes - at;
        if (length > framing->payload_bytes)
            length = framing->payload_bytes;
        framing->write(bytes, &frame);
        struct iovec pieces[2] = {{bytes, sizeof(bytes)}, {udp->message + at, length}};
        struct msghdr letter = {.msg_name = &udp->client,
                                .msg_namelen = udp->client_length,
                                .msg_iov = pieces,
                                .msg_iovlen = 2};
        ssize_t sent = sendmsg(udp->fd, &letter, 0);
        if (sent < 0)
            break; /* lost, and a message with a hole is of no use */
        udp->server->counters.bytes_written += (uint64_t)sent;
    }
    udp->answered_bytes += udp->message_bytes;
    udp->message_bytes = 0;
}

/* Instead of an answer that is too large: says so, in text. A binary client learns of it as it
 * learns of every loss. */
static void udp_refuse(struct udp *udp) {
    udp->message_bytes = 0;
    if (!udp->session.dialect->binary) {
        memcpy(udp->message, udp_too_large, strlen(udp_too_large));
        udp->message_bytes = strlen(udp_too_large);
        udp_send_message(udp);
    }
    if (udp->server->verbosity > 0)
        fprintf(stderr, "mcref: a UDP request asked for more than %d bytes\n", UDP_REPLY_BYTES);
}

static void udp_append(struct udp *udp, const char *bytes, size_t length) {
    memcpy(udp->message + udp->message_bytes, bytes, length);
    udp->message_bytes += length;
}

/* Takes what a step of the dialect wrote, if anything. It begins a new message, unless `continues`
 * says that it belongs to the one before. False if that is too much. */
static bool udp_collect(struct udp *udp, bool continues) {
    struct connection *session = &udp->session;
    size_t out_bytes = buffer_length(&session->out);
    size_t value_bytes = session->sending != NULL ? session->sending_end : 0;

    if (out_bytes + value_bytes == 0)
        return true;
    if (!continues)
        udp_send_message(udp);
    if (udp->answered_bytes + udp->message_bytes + out_bytes + value_bytes > UDP_ANSWERS_BYTES)
        return false;
    if (out_bytes > 0)
        udp_append(udp, buffer_first(&session->out), out_bytes);
    buffer_consume(&session->out, out_bytes);
    if (session->sending != NULL) {
        udp_append(udp, item_value(session->sending), value_bytes);
        store_release(&udp->server->store, session->sending);
        session->sending = NULL;
    }
    return true;
}

/* ---- a datagram ---- */

/* Plays the requests of the session, one step after the other. */
static void udp_play(struct udp *udp) {
    struct connection *session = &udp->session;
    bool going = true;
    bool found = false; /* the step before was a key, and there was an item */
    while (going && !session->broken) {
        size_t before_bytes = udp->answered_bytes + udp->message_bytes;
        bool replying = session->state == CONNECTION_REPLY;
        session->budget = 1;
        going = connection_step(session);
        bool ended = replying && session->state != CONNECTION_REPLY;
        if (!udp_collect(udp, ended && found)) {
            udp_refuse(udp);
            return;
        }
        found = replying && udp->answered_bytes + udp->message_bytes > before_bytes;
    }
    udp_send_message(udp);
}

static void udp_serve(struct udp *udp, struct slice payload) {
    struct connection *session = &udp->session;
    struct buffer_pool *pool = &udp->server->pool;
    *session = (struct connection){.server = udp->server,
                                   .dialect = udp->server->dialect,
                                   .transport = &transport_socket,
                                   .fd = (int)udp->fd,
                                   .datagram = true};
    udp->server->turn = session;
    udp->answered_bytes = udp->message_bytes = 0;
    if (buffer_reserve(&session->in, pool, payload.length)) {
        memcpy(buffer_space(&session->in), payload.bytes, payload.length);
        session->in.end += payload.length;
        udp_play(udp);
    } else {
        udp->server->counters.malloc_fails++;
    }
    if (session->dialect->leave != NULL)
        session->dialect->leave(session);
    connection_let_go(session);
    udp->server->turn = NULL;
}

/* A datagram from our own port number comes from another server, or from ourselves, with an
 * address somebody forged: to answer would begin a game of ping-pong without an end. */
static bool udp_from_server(const struct udp *udp) {
    in_port_t port =
        udp->client.any.sa_family == AF_INET6 ? udp->client.v6.sin6_port : udp->client.v4.sin_port;
    return ntohs(port) == udp->port || port == 0;
}

static void udp_on_readable(evutil_socket_t fd, short what, void *arg) {
    struct udp *udp = arg;
    (void)what;
    server_update_clock(udp->server);
    for (int i = 0; i < UDP_TURN_DATAGRAMS; i++) {
        struct slice payload;
        udp->client_length = sizeof(udp->client);
        ssize_t got = recvfrom(fd, udp->datagram, sizeof(udp->datagram), 0, &udp->client.any,
                               &udp->client_length);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (got <= 0) /* an empty datagram, or news of one of ours that did not arrive */
            continue;
        udp->server->counters.bytes_read += (uint64_t)got;
        struct slice datagram = {udp->datagram, (size_t)got};
        if (!udp_from_server(udp) &&
            udp->server->framing->read(datagram, &udp->frame, &payload) == UDP_FRAME_OK)
            udp_serve(udp, payload);
    }
}

/* ---- beginning and end ---- */

struct udp *udp_new(struct server *server, evutil_socket_t fd, unsigned port) {
    struct udp *udp = calloc(1, sizeof(*udp));
    if (udp == NULL)
        return NULL;
    udp->server = server;
    udp->fd = fd;
    udp->port = port;
    event_assign(&udp->readable, server->base, fd, EV_READ | EV_PERSIST, udp_on_readable, udp);
    if (event_add(&udp->readable, NULL) != 0) {
        free(udp);
        return NULL;
    }
    return udp;
}

void udp_free(struct udp *udp) {
    event_del(&udp->readable);
    free(udp);
}
