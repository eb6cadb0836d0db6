/* SPDX-License-Identifier: MIT */
/* connection.h - one client: bytes in, requests answered in order, bytes out.
 *
 * A connection moves bytes and keeps the order; what the bytes mean is its dialect's business.
 * The dialect reads one request at a time from `in`, writes replies to `out` (reply.h) and moves
 * the state machine below. See connection.c for when things are sent and when reading stops.
 *
 *              +-----------------------------------------------------------+
 *              |                a request without a value                  |
 *              v                                                           |
 *  accept -> REQUEST --- set, add, ... ---> VALUE --- all bytes came ---> (answered)
 *              |  |                                                        ^
 *              |  +---- value refused ----> SWALLOW --- all bytes came ----+
 *              |  |                                                        |
 *              |  +---- get k1 k2 ... ----> REPLY ----- last key done -----+
 *              |
 *              +------- quit, bad line ---> DRAIN ----- all sent ---> closed
 */
#pragma once

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "slice.h"
#include "store.h"
#include "transport.h"

struct connection;
struct server;

enum {
    CONNECTION_TURN_REQUESTS = 128,   /* requests (and keys of one get) before others get a turn */
    CONNECTION_REPLY_ROOM = 5 * 1024, /* free bytes in `out` without which no request is begun */
    CONNECTION_COPY_MAX_BYTES = 4096, /* values up to this are copied to `out`, larger ones sent
                                         from the item itself */
    CONNECTION_READ_ROOM = 2048       /* free bytes in `in` before receiving */
};

enum connection_state {
    CONNECTION_REQUEST, /* the next bytes are a request */
    CONNECTION_VALUE,   /* the next bytes are the value of upload.item */
    CONNECTION_SWALLOW, /* the next swallow_bytes bytes are a refused value */
    CONNECTION_REPLY,   /* a reply of many parts is being made; nothing is read meanwhile */
    CONNECTION_DRAIN    /* close when everything is sent */
};

enum dialect_result {
    DIALECT_OK,   /* a request was read from `in` and dealt with, or its state changed */
    DIALECT_MORE, /* the request is not complete; more bytes are needed */
    DIALECT_BAD   /* no way to go on: send what there is and close */
};

/* One protocol: classic text, and what else may come. */
struct dialect {
    const char *name;
    /* Reads and deals with the request at the front of `in`. State REQUEST. */
    enum dialect_result (*request)(struct connection *connection);
    /* The value of upload.item is complete: takes it, stores it and answers. State VALUE, which it
     * leaves; or it wants more bytes of `in` first. */
    enum dialect_result (*value)(struct connection *connection);
    /* Makes more of a reply, until done or until connection_may_reply says no. State REPLY. */
    void (*resume)(struct connection *connection);
};

/* A storage command whose value is being received. */
struct upload {
    struct item *item; /* held; NULL if none */
    char *at;          /* where the next byte goes */
    size_t missing_bytes;
    enum store_mode mode;
    uint64_t cas_unique;
};

/* A retrieval whose keys are answered one after the other. The slice lies in `in`. */
struct retrieval {
    struct slice keys; /* what is left of the line */
    bool with_unique;  /* gets, gats */
    bool touch;        /* gat, gats */
    uint32_t expires_s;
};

struct connection {
    struct server *server;
    const struct dialect *dialect;
    const struct transport *transport;
    struct connection *next, *previous; /* all connections of the server */
    struct event readable, writable;
    int fd;
    enum connection_state state;
    bool awaits_writable;   /* which of the two events is armed */
    bool no_reply;          /* the request at hand said noreply */
    bool broken;            /* memory for a reply was refused */
    unsigned budget;        /* requests left in this turn */
    size_t scanned_bytes;   /* of `in`: known to hold no end of line */
    uint64_t swallow_bytes; /* state SWALLOW */
    struct buffer in, out;
    struct upload upload;       /* state VALUE */
    struct retrieval retrieval; /* state REPLY */
    struct item *sending;       /* held: a large value that follows what is in `out` */
    size_t sending_at;          /* its bytes that are sent already */
};

/* Takes over a connected non-blocking socket; it is closed with the connection. NULL if memory
 * is refused (then the socket is closed too). The server's list and count are kept here. */
struct connection *connection_new(struct server *server, int fd);

/* Closes the socket and forgets everything; nothing that waits is sent any more. */
void connection_free(struct connection *connection);

/* True while the connection may go on to the next request or the next part of a reply: there is
 * room in `out`, no large value waits to be sent and the turn is not over. */
static inline bool connection_may_reply(const struct connection *connection) {
    return connection->budget > 0 && connection->sending == NULL && !connection->broken &&
           buffer_length(&connection->out) <= BUFFER_BLOCK_BYTES - CONNECTION_REPLY_ROOM;
}

/* The next `item->value_bytes` bytes received go into the item, which the caller holds and hands
 * over; then the dialect's value() is called. */
void connection_receive_value(struct connection *connection, struct item *item,
                              enum store_mode mode, uint64_t cas_unique);

/* The next `bytes` bytes received are thrown away. */
void connection_swallow(struct connection *connection, uint64_t bytes);
