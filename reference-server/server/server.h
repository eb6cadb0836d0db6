/* SPDX-License-Identifier: MIT */
/* server.h - everything one running server owns.
 *
 * There are no globals: a process could run two servers. main.c makes one, the connections find
 * it through their `server` pointer, and tests make one without listeners. */
#pragma once

#include <event2/event.h>
#include <stdbool.h>

#include "admin/log.h"
#include "admin/prefixes.h"
#include "auth/auth_file.h"
#include "binary/commands.h"
#include "bytes/buffer.h"
#include "classic/commands.h"
#include "net/connection.h"
#include "net/ready.h"
#include "net/tls.h"
#include "server/crawler.h"
#include "server/listener.h"
#include "start/options.h"
#include "store/clock.h"
#include "store/counters.h"
#include "store/store.h"

enum {
    SERVER_TRIM_ITEMS = 2000, /* evicted at a time when the memory limit was lowered, ... */
    SERVER_TRIM_PAUSE_MS = 1, /* ... then others get this long */
    SERVER_ACCEPTS_MAX = 64   /* connections accepted before others get a turn */
};

struct bugs;

struct server {
    const struct options *options; /* borrowed */
    struct event_base *base;
    const struct dialect *dialect;     /* of new connections, and of datagrams */
    const struct transport *transport; /* of new connections without TLS */
    const struct udp_framing *framing;
    struct bugs *bugs; /* NULL without --bug */
    struct commands commands;
    struct binary_commands binary_commands;
    struct clock clock;
    struct counters counters;
    struct store store;
    struct buffer_pool pool;
    struct listeners listeners;
    struct connection *connections;
    struct ready ready;
    struct connection *turn; /* the one that is being dealt with; NULL between turns */
    struct log log;
    struct crawler crawler;
    struct tuning tuning;
    struct prefixes prefixes;
    size_t memory_goal_bytes; /* what cache_memlimit asked for; store.limits gets there slowly */
    unsigned connection_count;
    struct tls_handshake *handshakes; /* TLS clients that are not connections yet */
    unsigned handshake_count;
    struct tls *tls; /* NULL without -Z */
    struct auth_file auth_file;
    uint32_t files_read_s;     /* when certificates and auth_file were read */
    unsigned tcp_port;         /* of the first TCP listener; 0 if none */
    unsigned udp_port;         /* of the first UDP listener; 0 if none */
    unsigned verbosity;        /* changed by the verbosity command */
    bool accepting;            /* false while the process has no file descriptor left */
    uint64_t refused_since_us; /* monotonic time at which accepting stopped */
    struct event tick, trim, stop_term, stop_int, stop_usr1, reload;
};

/* Makes a server that has no listeners yet. `options` must outlive it. False if memory is
 * refused. */
bool server_init(struct server *server, const struct options *options);

/* Reads the certificates of -Z and the file of -Y, at the beginning and at every SIGHUP. False
 * with a message in `error`; then what was read before stays. */
bool server_read_files(struct server *server, char error[TLS_ERROR_BYTES]);

/* Opens the listeners and starts to accept. False with a message in `error`. */
bool server_listen(struct server *server, char error[LISTENER_ERROR_BYTES]);

/* Serves until SIGTERM or SIGINT. */
void server_run(struct server *server);

/* A client is gone: there is room for another. */
void server_client_gone(struct server *server);

/* Closes all connections and listeners and frees everything. */
void server_free(struct server *server);

/* Reads the clock, and lets happen what is due. At the beginning of every turn. */
void server_update_clock(struct server *server);

/* Makes everything disappear that is stored now, or at the time `exptime` if that is above 0.
 * flush_all. */
void server_flush(struct server *server, int64_t exptime);

/* Changes the memory limit; what is above a lower one is evicted in steps. cache_memlimit. */
void server_limit_memory(struct server *server, size_t memory_bytes);

/* Moves a manual clock, and lets happen what is due then. debugtime. */
void server_move_clock(struct server *server, int64_t seconds);

/* Lets server_run return. `reason` is for -v. */
void server_stop(struct server *server, const char *reason);
