/* SPDX-License-Identifier: MIT */
/* server.h - everything one running server owns.
 *
 * There are no globals: a process could run two servers. main.c makes one, the connections find
 * it through their `server` pointer, and tests make one without listeners. */
#pragma once

#include <event2/event.h>
#include <stdbool.h>

#include "buffer.h"
#include "clock.h"
#include "commands.h"
#include "connection.h"
#include "counters.h"
#include "listener.h"
#include "options.h"
#include "store.h"

enum {
    SERVER_SWEEP_BUCKETS = 2000,  /* looked through at a time, ... */
    SERVER_SWEEP_PAUSE_MS = 10,   /* ... then others get this long, */
    SERVER_SWEEP_INTERVAL_S = 60, /* and a new round begins this long after the last began */
    SERVER_ACCEPTS_MAX = 64       /* connections accepted before others get a turn */
};

struct server {
    const struct options *options; /* borrowed */
    struct event_base *base;
    const struct dialect *dialect; /* of new connections */
    struct commands commands;
    struct clock clock;
    struct counters counters;
    struct store store;
    struct buffer_pool pool;
    struct listeners listeners;
    struct connection *connections;
    unsigned connection_count;
    unsigned tcp_port;  /* of the first TCP listener; 0 if none */
    unsigned verbosity; /* changed by the verbosity command */
    bool accepting;     /* false while the process has no file descriptor left */
    bool sweeping;
    uint32_t sweep_next_s;
    uint64_t refused_since_us; /* monotonic time at which accepting stopped */
    struct event tick, sweep, stop_term, stop_int;
};

/* Makes a server that has no listeners yet. `options` must outlive it. False if memory is
 * refused. */
bool server_init(struct server *server, const struct options *options);

/* Opens the listeners and starts to accept. False with a message in `error`. */
bool server_listen(struct server *server, char error[LISTENER_ERROR_BYTES]);

/* Serves until SIGTERM or SIGINT. */
void server_run(struct server *server);

/* Closes all connections and listeners and frees everything. */
void server_free(struct server *server);

/* Reads the clock, and lets happen what is due. At the beginning of every turn. */
void server_update_clock(struct server *server);

/* Starts a round of the sweep soon: there is something to free. */
void server_sweep_soon(struct server *server);

/* Told by connection_free: there is room for a new connection. */
void server_connection_closed(struct server *server);
