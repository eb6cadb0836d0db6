/* SPDX-License-Identifier: MIT */
/* transport.h - how bytes of a connection reach the kernel.
 *
 * The calls that move bytes, as a table, so that a connection does not know whether it is a plain
 * socket (net/transport.c) or TLS (net/transport_tls.c). A result of 0 bytes received is the end of
 * the stream; the negative results are below. */
#pragma once

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

struct connection;

enum {
    TRANSPORT_AGAIN = -1,    /* not now: wait for the event, readable or writable, and try again */
    TRANSPORT_BROKEN = -2,   /* the connection is lost */
    TRANSPORT_CROSSWISE = -3 /* not now, and wait for the other event: receiving has something to
                                send first, or sending to receive. TLS does that. */
};

struct transport {
    /* Receives up to `room` bytes to `bytes`; how many, or one of the above. Sets
     * connection->unread if something is at hand of which no event will tell. */
    ssize_t (*receive)(struct connection *connection, char *bytes, size_t room);
    /* Sends from `count` pieces; how many bytes left, or one of the above. After a refusal the
     * same bytes are offered again, with others behind them perhaps. */
    ssize_t (*send)(struct connection *connection, struct iovec *pieces, int count);
    /* Says goodbye, if that is the custom, and closes the socket. */
    void (*close)(struct connection *connection);
};

/* Plain TCP and Unix sockets. */
extern const struct transport transport_socket;
