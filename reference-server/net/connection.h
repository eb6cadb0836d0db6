/* SPDX-License-Identifier: MIT */
/* connection.h - one client: bytes in, requests answered in order, bytes out.
 *
 * A connection moves bytes and keeps the order; what the bytes mean is its dialect's business.
 * The dialect reads one request at a time from `in`, writes replies to `out` (net/reply.h) and
 * moves the state machine below. See net/connection.c for when things are sent and when reading
 * stops.
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

#include "auth/sasl.h"
#include "bytes/buffer.h"
#include "bytes/slice.h"
#include "net/peer.h"
#include "net/transport.h"
#include "store/store.h"

struct command;
struct connection;
struct server;
struct ssl_st; /* OpenSSL's name for a TLS session */

enum {
    CONNECTION_REPLY_ROOM = 5 * 1024, /* free bytes in `out` without which no request is begun */
    CONNECTION_COPY_MAX_BYTES = 4096, /* values up to this are copied to `out`, larger ones sent
                                         from the item itself */
    CONNECTION_READ_ROOM = 2048       /* free bytes in `in` before receiving */
};

enum {
    META_OPAQUE_MAX_BYTES = 32 /* protocol.txt, "Meta Get", flag O */
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

/* Is something at hand of which no event will tell? The transport knows after each receive. */
enum connection_unread {
    UNREAD_NOTHING,
    UNREAD_PERHAPS, /* only that the connection broke, which a send would notice as well */
    UNREAD_SURELY
};

/* Why a connection ends; told to those who `watch connevents`. */
enum connection_end {
    CONNECTION_END_NORMAL, /* quit, or the client hung up */
    CONNECTION_END_ERROR,  /* bytes that no protocol allows, or the network failed */
    CONNECTION_END_IDLE,   /* silent for too long */
    CONNECTION_END_SHUTDOWN
};

/* One protocol: classic text, and what else may come. */
struct dialect {
    const char *name;
    bool binary; /* packets, not lines */
    /* Reads and deals with the request at the front of `in`. State REQUEST. */
    enum dialect_result (*request)(struct connection *connection);
    /* The value of upload.item is complete: takes it, stores it and answers. State VALUE, which it
     * leaves; or it wants more bytes of `in` first. */
    enum dialect_result (*value)(struct connection *connection);
    /* Makes more of a reply, until done or until connection_may_reply says no. State REPLY. */
    void (*resume)(struct connection *connection);
    /* Bytes have come into `in` and will be dealt with soon: has what the first request will need
     * brought from memory meanwhile. State REQUEST. NULL if the dialect cannot tell. */
    void (*foresee)(struct connection *connection);
    /* The connection is being closed: frees `task`. NULL if the dialect has none. */
    void (*leave)(struct connection *connection);
    /* Writes one statistic, and the end of them: `word` is the text protocol's last line. */
    void (*stat)(struct connection *connection, const char *name, const char *value);
    void (*stat_end)(struct connection *connection, const char *word);
};

/* Answers a storage command of the text protocol whose value went to the store. */
typedef void upload_answer(struct connection *connection, enum store_result result);

/* A storage command whose value is being received. */
struct upload {
    struct item *item; /* held; NULL if none */
    char *at;          /* where the next byte goes */
    size_t missing_bytes;
    struct store_terms terms;
    upload_answer *answer; /* NULL: the dialect knows */
};

/* What the answer of ms repeats from its line, kept until the value has come (meta/set.c). */
struct echo {
    bool quiet; /* flag q */
    uint8_t letter_count;
    uint8_t opaque_bytes;
    char letters[4]; /* of k O c s, in their order */
    char opaque[META_OPAQUE_MAX_BYTES];
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
    struct connection *ready_next;      /* in the server's list of ready ones ... */
    struct connection **ready_link;     /* ... what points to this one there; NULL if nothing */
    struct event readable, writable;
    int fd;
    enum connection_state state;
    enum connection_end end;
    struct peer peer;              /* the client's address */
    const struct command *command; /* text: the row of the request at hand */
    void *task;                    /* what a dialect keeps that only few connections need */
    bool awaits_writable;          /* which of the two events is armed */
    bool receives_next;            /* armed is `writable`, but what is wanted is to receive */
    bool sends_next;               /* armed is `readable`, but what is wanted is to send */
    bool hung_up;                  /* an event told that the client sends nothing more */
    enum connection_unread unread;
    bool resting;           /* neither event is armed; somebody will wake it */
    bool datagram;          /* serves one UDP datagram: nothing may outlive the request */
    bool no_reply;          /* the request at hand said noreply, or is a quiet one */
    uint8_t opcode;         /* binary: of the request at hand, whose answers repeat it ... */
    uint32_t opaque;        /* ... and this, as it was sent */
    enum sasl_state sasl;   /* binary, with -S */
    bool dealt;             /* something of a request was dealt with since the last receive */
    bool broken;            /* memory for a reply was refused */
    unsigned budget;        /* requests (and keys of one get) left in this turn */
    uint32_t active_s;      /* when bytes came last */
    struct ssl_st *tls;     /* owned by transport_tls; else NULL */
    size_t scanned_bytes;   /* of `in`: known to hold no end of line */
    uint64_t swallow_bytes; /* state SWALLOW */
    struct buffer in, out;
    struct upload upload;       /* state VALUE */
    struct echo echo;           /* state VALUE, of ms */
    struct retrieval retrieval; /* state REPLY */
    struct item *sending;       /* held: a large value that follows what is in `out` */
    size_t sending_at;          /* its bytes that are sent already, ... */
    size_t sending_end;         /* ... and how many of value and "\r\n" are to be sent */
};

/* Takes over a connected non-blocking socket and its TLS session, if it has one; both are closed
 * with the connection. NULL if memory is refused (then the socket is closed too, the session is
 * not). The server's list and count are kept here. */
struct connection *connection_new(struct server *server, int fd, struct ssl_st *tls);

/* Deals with what was received. For net/ready.c. */
void connection_answer(struct connection *connection);

/* The transport has bytes at hand: receives them soon, though no event told of them. */
void connection_receive_soon(struct connection *connection);

/* One step of the state machine: one request, one piece of a value, or as much of a long reply as
 * the budget allows. False if it needs bytes that have not come. For net/udp.c, which feeds and
 * empties a connection by hand. */
bool connection_step(struct connection *connection);

/* Gives back what it holds of buffers and items, and nothing else. */
void connection_let_go(struct connection *connection);

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

/* Goes on soon: something was appended to `out` while the connection was not at work, or it has
 * rested. */
void connection_wake(struct connection *connection);

/* After this turn nothing happens on this connection until somebody wakes it. */
void connection_rest(struct connection *connection);

/* The next `bytes` bytes received are thrown away. */
void connection_swallow(struct connection *connection, uint64_t bytes);
