/* SPDX-License-Identifier: MIT */
/* listener.h - the sockets on which clients are awaited.
 *
 * Opens what -l, -p, -U, -s and -a ask for. Accepting is the server's business. */
#pragma once

#include <event2/event_struct.h>
#include <stdbool.h>

#include "start/options.h"

enum { LISTENERS_MAX = 64, LISTENER_NAME_BYTES = 160, LISTENER_ERROR_BYTES = 400 };

struct server;
struct udp;

enum listener_kind {
    LISTENER_TCP,
    LISTENER_TLS,
    LISTENER_UDP, /* no clients to accept: the requests themselves come in here */
    LISTENER_UNIX
};

struct listener {
    int fd;
    enum listener_kind kind;
    unsigned port;                  /* 0 for a Unix socket */
    char name[LISTENER_NAME_BYTES]; /* "127.0.0.1:11211", "[::1]:11211" or the path; with "udp:"
                                       or "notls:" before it where that applies */
    struct server *server;          /* the server's, while it runs: itself, ... */
    struct event acceptable;        /* ... what it waits for, ... */
    struct udp *udp;                /* ... and with LISTENER_UDP, who answers */
};

struct listeners {
    unsigned count;
    const char *unix_path; /* to be removed at the end; NULL if there is none */
    struct listener list[LISTENERS_MAX];
};

/* Opens and binds all sockets and starts to listen. False if one cannot be had; then `error`
 * says which and why, and all are closed again. */
bool listeners_open(struct listeners *listeners, const struct options *options,
                    char error[LISTENER_ERROR_BYTES]);

/* Closes all sockets and removes the Unix socket's file. */
void listeners_close(struct listeners *listeners);
