/* SPDX-License-Identifier: MIT */
/* server.c - everything one running server owns; see server.h.
 *
 * Accepts connections, keeps the clock, sweeps dead items in small steps, and stops on a
 * signal. What a connection does is in connection.c. */
#include "server.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "negotiation.h"

static uint64_t server_monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- accepting ---- */

/* With no file descriptor left, accept would fail again and again: wait for one instead. */
static void server_set_accepting(struct server *server, bool accepting) {
    if (server->accepting == accepting)
        return;
    server->accepting = accepting;
    for (unsigned i = 0; i < server->listeners.count; i++) {
        if (accepting)
            event_add(&server->listeners.list[i].acceptable, NULL);
        else
            event_del(&server->listeners.list[i].acceptable);
    }
    if (accepting) {
        server->counters.time_in_listen_disabled_us +=
            server_monotonic_us() - server->refused_since_us;
        return;
    }
    server->counters.listen_disabled_num++;
    server->refused_since_us = server_monotonic_us();
    if (server->verbosity > 0)
        fprintf(stderr, "mcref: no file descriptor left, accepting again when one is free\n");
}

void server_connection_closed(struct server *server) {
    server_set_accepting(server, true);
}

/* Above the limit a client is told so and sent away, as by memcached. */
static void server_reject(struct server *server, int fd) {
    static const char text[] = "ERROR Too many open connections\r\n";
    server->counters.rejected_connections++;
    ssize_t sent = send(fd, text, sizeof(text) - 1, 0);
    if (sent < 0 && server->verbosity > 0)
        fprintf(stderr, "mcref: rejected client not told: %s\n", strerror(errno));
    close(fd);
}

static void server_admit(struct server *server, int fd, bool tcp) {
    int on = 1;
    evutil_make_socket_nonblocking(fd);
    evutil_make_socket_closeonexec(fd);
    if (server->connection_count >= server->options->connections_max) {
        server_reject(server, fd);
        return;
    }
    if (tcp) /* replies leave at once; nothing is gained by waiting for more */
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    if (connection_new(server, fd) != NULL)
        server->counters.total_connections++;
}

static void server_on_acceptable(evutil_socket_t listener_fd, short what, void *arg) {
    struct server *server = arg;
    (void)what;
    bool tcp = server->listeners.unix_path == NULL;
    for (int i = 0; i < SERVER_ACCEPTS_MAX; i++) {
        int fd = accept(listener_fd, NULL, NULL);
        if (fd >= 0) {
            server_admit(server, fd, tcp);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            server_set_accepting(server, false);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return; /* EAGAIN: nobody else waits */
        }
    }
}

/* ---- time ---- */

void server_update_clock(struct server *server) {
    uint32_t before_s = server->clock.now_s;
    uint32_t now_s = clock_update(&server->clock);
    if (now_s == before_s)
        return;
    uint64_t flushed_unique = server->store.flushed_unique;
    store_tick(&server->store, now_s);
    if (server->store.flushed_unique != flushed_unique)
        server_sweep_soon(server);
}

void server_sweep_soon(struct server *server) {
    struct timeval pause = {.tv_usec = SERVER_SWEEP_PAUSE_MS * 1000};
    server->store.sweep_bucket = 0;
    server->sweep_next_s = server->clock.now_s + SERVER_SWEEP_INTERVAL_S;
    server->sweeping = true;
    event_add(&server->sweep, &pause);
}

static void server_on_sweep(evutil_socket_t fd, short what, void *arg) {
    struct server *server = arg;
    struct timeval pause = {.tv_usec = SERVER_SWEEP_PAUSE_MS * 1000};
    (void)fd;
    (void)what;
    server_update_clock(server);
    if (store_sweep(&server->store, SERVER_SWEEP_BUCKETS, server->clock.now_s))
        server->sweeping = false;
    else
        event_add(&server->sweep, &pause);
}

static void server_on_tick(evutil_socket_t fd, short what, void *arg) {
    struct server *server = arg;
    (void)fd;
    (void)what;
    server_update_clock(server);
    server_set_accepting(server, true);
    if (!server->sweeping && server->clock.now_s >= server->sweep_next_s)
        server_sweep_soon(server);
}

/* ---- beginning and end ---- */

static void server_on_stop(evutil_socket_t signal_number, short what, void *arg) {
    struct server *server = arg;
    (void)what;
    if (server->verbosity > 0)
        fprintf(stderr, "mcref: stopping on signal %d\n", (int)signal_number);
    event_base_loopbreak(server->base);
}

/* Any number a client cannot guess will do. */
static uint64_t server_hash_seed(void) {
    uint64_t seed = 0;
    evutil_secure_rng_get_bytes(&seed, sizeof(seed));
    return seed;
}

bool server_init(struct server *server, const struct options *options) {
    struct store_limits limits = {.memory_bytes = options->memory_bytes,
                                  .item_bytes = options->item_bytes,
                                  .evict = options->evict,
                                  .cas = options->cas_enabled};
    *server = (struct server){.options = options,
                              .dialect = &negotiation_dialect,
                              .verbosity = options->verbosity,
                              .accepting = true};
    commands_init(&server->commands);
    clock_start(&server->clock);
    server->sweep_next_s = server->clock.now_s + SERVER_SWEEP_INTERVAL_S;
    server->base = event_base_new();
    if (server->base == NULL)
        return false;
    if (!store_init(&server->store, &limits, &server->counters, server_hash_seed())) {
        event_base_free(server->base);
        return false;
    }
    event_assign(&server->tick, server->base, -1, EV_PERSIST, server_on_tick, server);
    event_assign(&server->sweep, server->base, -1, 0, server_on_sweep, server);
    event_assign(&server->stop_term, server->base, SIGTERM, EV_SIGNAL | EV_PERSIST, server_on_stop,
                 server);
    event_assign(&server->stop_int, server->base, SIGINT, EV_SIGNAL | EV_PERSIST, server_on_stop,
                 server);
    return true;
}

bool server_listen(struct server *server, char error[LISTENER_ERROR_BYTES]) {
    struct timeval second = {.tv_sec = 1};
    if (!listeners_open(&server->listeners, server->options, error))
        return false;
    for (unsigned i = 0; i < server->listeners.count; i++) {
        struct listener *listener = &server->listeners.list[i];
        event_assign(&listener->acceptable, server->base, listener->fd, EV_READ | EV_PERSIST,
                     server_on_acceptable, server);
        event_add(&listener->acceptable, NULL);
    }
    server->tcp_port = server->listeners.list[0].port;
    event_add(&server->tick, &second);
    event_add(&server->stop_term, NULL);
    event_add(&server->stop_int, NULL);
    return true;
}

void server_run(struct server *server) {
    event_base_dispatch(server->base);
}

void server_free(struct server *server) {
    while (server->connections != NULL)
        connection_free(server->connections);
    for (unsigned i = 0; i < server->listeners.count; i++)
        event_del(&server->listeners.list[i].acceptable);
    listeners_close(&server->listeners);
    event_del(&server->tick);
    event_del(&server->sweep);
    event_del(&server->stop_term);
    event_del(&server->stop_int);
    buffer_pool_free(&server->pool);
    store_free(&server->store);
    event_base_free(server->base);
}
