/* SPDX-License-Identifier: MIT */
/* server.c - everything one running server owns; see server/server.h.
 *
 * Opens what it needs, keeps the clock, sweeps dead items in small steps, and stops on a
 * signal. What a connection does is in net/connection.c. */
#include "server/server.h"

#include <event2/event.h>
#include <event2/util.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "net/udp.h"
#include "net/udp_frame.h"
#include "server/admission.h"
#include "server/negotiation.h"
#include "server/tls_handshake.h"
#include "store/expiry.h"

/* ---- time ---- */

/* The clock shows another second: lets happen what is due. */
static void server_clock_moved(struct server *server) {
    uint64_t flushed_unique = server->store.flushed_unique;
    store_tick(&server->store, server->clock.now_s);
    if (server->store.flushed_unique != flushed_unique)
        crawler_start(server);
}

void server_update_clock(struct server *server) {
    uint32_t before_s = server->clock.now_s;
    if (clock_update(&server->clock) != before_s)
        server_clock_moved(server);
}

void server_move_clock(struct server *server, int64_t seconds) {
    clock_move(&server->clock, seconds);
    if (seconds < 0)
        store_went_back(&server->store, server->clock.now_s);
    server_clock_moved(server);
    crawler_start(server);
}

/* Without a delay, what is stored later in this second must stay, so the flush belongs to the
 * second before. A delayed flush happens at the beginning of the second before its time, as in
 * memcached 1.6.18; a Unix time from before the server's start cannot hit anything. */
void server_flush(struct server *server, int64_t exptime) {
    uint32_t now_s = server->clock.now_s;
    uint32_t at_s = exptime > 0 ? expiry_from_exptime(exptime, &server->clock) : now_s;
    uint32_t due_s = at_s == CLOCK_PAST_S ? CLOCK_NEVER_S : at_s - 1;
    store_flush(&server->store, due_s, now_s);
    if (due_s <= now_s)
        crawler_start(server);
}

/* Memory shrinks in steps too, so that nobody waits while a million items are evicted. */
static void server_on_trim(evutil_socket_t fd, short what, void *arg) {
    struct server *server = arg;
    struct timeval pause = {.tv_usec = SERVER_TRIM_PAUSE_MS * 1000};
    (void)fd;
    (void)what;
    server_update_clock(server);
    if (!store_limit_memory(&server->store, server->memory_goal_bytes, SERVER_TRIM_ITEMS,
                            server->clock.now_s))
        event_add(&server->trim, &pause);
}

void server_limit_memory(struct server *server, size_t memory_bytes) {
    server->memory_goal_bytes = memory_bytes;
    server_on_trim(-1, 0, server);
}

static void server_on_tick(evutil_socket_t fd, short what, void *arg) {
    struct server *server = arg;
    (void)fd;
    (void)what;
    server_update_clock(server);
    admission_tick(server);
    crawler_tick(server);
}

/* ---- beginning and end ---- */

void server_stop(struct server *server, const char *reason) {
    if (server->verbosity > 0)
        fprintf(stderr, "mcref: stopping on %s\n", reason);
    event_base_loopbreak(server->base);
}

static void server_on_stop(evutil_socket_t signal_number, short what, void *arg) {
    char reason[32];
    (void)what;
    snprintf(reason, sizeof(reason), "signal %d", (int)signal_number);
    server_stop(arg, reason);
}

bool server_read_files(struct server *server, char error[TLS_ERROR_BYTES]) {
    const struct options *options = server->options;
    if (options->auth_path != NULL &&
        !auth_file_load(&server->auth_file, options->auth_path, error))
        return false;
    if (options->tls.enabled && server->tls == NULL)
        server->tls = tls_new(&options->tls, error);
    else if (options->tls.enabled && !tls_load(server->tls, error))
        return false;
    server->files_read_s = server->clock.now_s;
    return server->tls != NULL || !options->tls.enabled;
}

/* The server goes on with what it has if a file has become bad. */
static void server_on_reload(evutil_socket_t signal_number, short what, void *arg) {
    struct server *server = arg;
    char error[TLS_ERROR_BYTES];
    (void)signal_number;
    (void)what;
    server_update_clock(server);
    if (!server_read_files(server, error))
        fprintf(stderr, "mcref: not reloaded: %s\n", error);
    else if (server->verbosity > 0)
        fprintf(stderr, "mcref: certificates and authentication file reloaded\n");
}

/* Any number a client cannot guess will do. */
static uint64_t server_hash_seed(void) {
    uint64_t seed = 0;
    evutil_secure_rng_get_bytes(&seed, sizeof(seed));
    return seed;
}

static void server_catch(struct server *server, struct event *event, int signal_number,
                         event_callback_fn on_signal) {
    event_assign(event, server->base, signal_number, EV_SIGNAL | EV_PERSIST, on_signal, server);
}

bool server_init(struct server *server, const struct options *options) {
    struct store_limits limits = {.memory_bytes = options->memory_bytes,
                                  .item_bytes = options->item_bytes,
                                  .evict = options->evict,
                                  .cas = options->cas_enabled};
    *server = (struct server){.options = options,
                              .dialect = negotiation_begin(options->protocol),
                              .transport = &transport_socket,
                              .framing = &udp_real_framing,
                              .verbosity = options->verbosity,
                              .tuning = options->tuning,
                              .memory_goal_bytes = options->memory_bytes,
                              .accepting = true};
    if (options->auth_path != NULL)
        server->dialect = &auth_dialect;
    commands_init(&server->commands);
    binary_commands_init(&server->binary_commands);
    clock_start(&server->clock, options->clock_manual);
    server->base = event_base_new();
    if (server->base == NULL)
        return false;
    if (!store_init(&server->store, &limits, &server->counters, server_hash_seed())) {
        event_base_free(server->base);
        return false;
    }
    event_assign(&server->tick, server->base, -1, EV_PERSIST, server_on_tick, server);
    event_assign(&server->trim, server->base, -1, 0, server_on_trim, server);
    crawler_init(server);
    ready_init(&server->ready, server->base);
    prefixes_init(&server->prefixes, options->prefix_delimiter, options->prefix_given);
    server->store.log = &server->log;
    server_catch(server, &server->stop_term, SIGTERM, server_on_stop);
    server_catch(server, &server->stop_int, SIGINT, server_on_stop);
    server_catch(server, &server->stop_usr1, SIGUSR1, server_on_stop);
    server_catch(server, &server->reload, SIGHUP, server_on_reload);
    return true;
}

/* Waits for clients, or for datagrams. False if memory is refused. */
static bool server_serve_listener(struct server *server, struct listener *listener) {
    listener->server = server;
    if (listener->kind == LISTENER_UDP) {
        listener->udp = udp_new(server, listener->fd, listener->port);
        if (server->udp_port == 0)
            server->udp_port = listener->port;
        return listener->udp != NULL;
    }
    if (server->tcp_port == 0)
        server->tcp_port = listener->port;
    event_assign(&listener->acceptable, server->base, listener->fd, EV_READ | EV_PERSIST,
                 admission_on_acceptable, listener);
    return event_add(&listener->acceptable, NULL) == 0;
}

bool server_listen(struct server *server, char error[LISTENER_ERROR_BYTES]) {
    struct timeval second = {.tv_sec = 1};
    if (!listeners_open(&server->listeners, server->options, error))
        return false;
    for (unsigned i = 0; i < server->listeners.count; i++) {
        struct listener *listener = &server->listeners.list[i];
        if (!server_serve_listener(server, listener)) {
            snprintf(error, LISTENER_ERROR_BYTES, "cannot serve %s: no memory", listener->name);
            return false;
        }
    }
    event_add(&server->tick, &second);
    event_add(&server->stop_term, NULL);
    event_add(&server->stop_int, NULL);
    event_add(&server->stop_usr1, NULL);
    event_add(&server->reload, NULL);
    return true;
}

void server_client_gone(struct server *server) {
    admission_client_gone(server);
}

void server_run(struct server *server) {
    event_base_dispatch(server->base);
}

void server_free(struct server *server) {
    while (server->connections != NULL)
        connection_free(server->connections);
    while (server->handshakes != NULL)
        tls_handshake_free(server->handshakes);
    for (unsigned i = 0; i < server->listeners.count; i++) {
        struct listener *listener = &server->listeners.list[i];
        if (listener->udp != NULL)
            udp_free(listener->udp);
        else if (listener->server != NULL)
            event_del(&listener->acceptable);
    }
    listeners_close(&server->listeners);
    event_del(&server->tick);
    event_del(&server->trim);
    ready_free(&server->ready);
    crawler_free(server);
    prefixes_free(&server->prefixes);
    event_del(&server->stop_term);
    event_del(&server->stop_int);
    event_del(&server->stop_usr1);
    event_del(&server->reload);
    tls_free(server->tls);
    auth_file_free(&server->auth_file);
    buffer_pool_free(&server->pool);
    store_free(&server->store);
    event_base_free(server->base);
}
