/* SPDX-License-Identifier: MIT */
/* bugs.h - deliberate defects: the one that a server was started with, and the list of all.
 *
 * main.c puts the bug that `--bug` names into a server before it listens. There is one at a time:
 * with two nobody could say which one was noticed. Functions of bugs find their memory here. */
#pragma once

#include <stdio.h>

#include "bugs/bug.h"
#include "server/server.h"

enum {
    BUGS_ERROR_BYTES = 400,
    BUGS_VERSIONS = 256,
    BUGS_CLIENTS = 4096 /* told apart by their descriptors */
};

struct delay;

/* What an item was before its last change; see bugs/versions.h. */
struct version {
    struct copy *copy; /* NULL: there was none */
    struct item *item; /* made of it, while it is read */
    uint64_t until_us; /* 0: not in use */
    int writer;        /* descriptor of the client that changed it */
    size_t key_bytes;
    char key[ITEM_KEY_MAX_BYTES];
};

/* What a bug's functions remember; each uses what it needs. All zero at the beginning. */
struct bug_memory {
    uint64_t number;
    unsigned count;
    struct connection *client;
    size_t length;
    char text[BUG_TEXT_BYTES];
};

struct bugs {
    const struct bug *bug;
    struct server *server;
    struct options options; /* the server's, for bugs that change them */
    struct store_ops ops;
    struct dialect start, text, binary;
    enum dialect_result (*first)(struct connection *connection); /* for another start.request */
    struct dialect task;         /* of a connection that answers for longer: a dump */
    const struct dialect *inner; /* what it stands in front of */
    struct transport transport, tls;
    struct udp_framing framing;
    struct bug_memory memory;
    bool asked[BUGS_CLIENTS]; /* the request at hand is one of the row's `tells` */
    struct delay *delays;
    struct version versions[BUGS_VERSIONS];
};

/* The bug of that name. NULL if there is none; then `error` says so, with what may be meant. */
const struct bug *bugs_find(const char *name, char error[BUGS_ERROR_BYTES]);

/* Prints all of them: name, area, rule and sentence, with tabs between, one a line. */
void bugs_list(FILE *out);

/* Puts a bug in front of a server that has no clients yet. False if memory is refused. */
bool bugs_put(struct server *server, const struct bug *bug);

/* Closes the connections and gives back what the bug's functions hold of the store; before
 * server_free. Then bugs_free. */
void bugs_let_go(struct server *server);
void bugs_free(struct server *server);

/* The bugs of a server whose store, or connection, is at hand. */
static inline struct bugs *bugs_of_store(const struct store *store) {
    const char *server = (const char *)store - offsetof(struct server, store);
    return ((const struct server *)(const void *)server)->bugs;
}

static inline struct bugs *bugs_of(const struct connection *connection) {
    return connection->server->bugs;
}

/* front.c: the dialects that call the bug's functions or the real ones, and let answers be
 * changed. */
void front_put(struct bugs *bugs);

/* asked.c: lines that a row means, at the front of the input, and the answers to them. */
void asked_read(struct connection *connection);
void asked_answer(struct answer *answer);

/* flags.c: the flags of meta commands that a row changes, in the request at the front of the
 * input and in its answer. */
void flags_ask(struct connection *connection);
void flags_answer(struct answer *answer);
