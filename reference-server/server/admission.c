/* SPDX-License-Identifier: MIT */
/* admission.c - who gets in: accepting clients, the limit of -c, and sending away the silent.
 *
 * See server/admission.h. */
#include "server/admission.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/server.h"
#include "server/tls_handshake.h"

static uint64_t admission_monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static bool admission_has_room(const struct server *server) {
    return server->connection_count + server->handshake_count < server->options->connections_max;
}

/* With no file descriptor left, accept would fail again and again: wait for one instead. With
 * no_maxconns_fast the same is done above the limit of -c: the next client waits in the backlog. */
static void admission_set_open(struct server *server, bool open) {
    if (server->accepting == open)
        return;
    server->accepting = open;
    for (unsigned i = 0; i < server->listeners.count; i++) {
        struct listener *listener = &server->listeners.list[i];
        if (listener->kind == LISTENER_UDP)
            continue;
        if (open)
            event_add(&listener->acceptable, NULL);
        else
            event_del(&listener->acceptable);
    }
    if (open) {
        server->counters.time_in_listen_disabled_us +=
            admission_monotonic_us() - server->refused_since_us;
        return;
    }
    server->counters.listen_disabled_num++;
    server->refused_since_us = admission_monotonic_us();
    if (server->verbosity > 0)
        fprintf(stderr, "mcref: %s, accepting again when one is free\n",
                admission_has_room(server) ? "no file descriptor left" : "no connection left");
}

/* False, and closed, if clients above the limit are to wait and the limit is reached. */
static bool admission_stays_open(struct server *server) {
    if (server->options->maxconns_fast || admission_has_room(server))
        return true;
    admission_set_open(server, false);
    return false;
}

void admission_client_gone(struct server *server) {
    if (!server->accepting && (server->options->maxconns_fast || admission_has_room(server)))
        admission_set_open(server, true);
}

/* Above the limit a client is told so and sent away, as by memcached. */
static void admission_reject(struct server *server, int fd) {
    static const char text[] = "ERROR Too many open connections\r\n";
    server->counters.rejected_connections++;
    ssize_t sent = send(fd, text, sizeof(text) - 1, 0);
    if (sent < 0 && server->verbosity > 0)
        fprintf(stderr, "mcref: rejected client not told: %s\n", strerror(errno));
    close(fd);
}

static void admission_admit(struct server *server, int fd, enum listener_kind kind) {
    int on = 1;
    evutil_make_socket_nonblocking(fd);
    evutil_make_socket_closeonexec(fd);
    if (!admission_has_room(server)) {
        admission_reject(server, fd);
        return;
    }
    if (kind != LISTENER_UNIX) /* replies leave at once; nothing is gained by waiting for more */
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    if (kind == LISTENER_TLS)
        tls_handshake_begin(server, fd);
    else if (connection_new(server, fd, NULL) != NULL)
        server->counters.total_connections++;
}

void admission_on_acceptable(evutil_socket_t fd, short what, void *arg) {
    const struct listener *listener = arg;
    struct server *server = listener->server;
    (void)what;
    for (int i = 0; i < SERVER_ACCEPTS_MAX && admission_stays_open(server); i++) {
        int client = accept(fd, NULL, NULL);
        if (client >= 0) {
            admission_admit(server, client, listener->kind);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            admission_set_open(server, false);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return; /* EAGAIN: nobody else waits */
        }
    }
}

/* As memcached: only between two requests, never in the middle of a value or an answer. */
static void admission_close_idle(struct server *server) {
    uint32_t now_s = server->clock.now_s;
    struct connection *next;
    for (struct connection *at = server->connections; at != NULL; at = next) {
        next = at->next;
        if (at->state != CONNECTION_REQUEST || buffer_length(&at->out) > 0 || at->sending != NULL ||
            at->task != NULL || now_s <= at->active_s + server->options->idle_timeout_s)
            continue;
        server->counters.idle_kicks++;
        at->end = CONNECTION_END_IDLE;
        connection_free(at);
    }
}

void admission_tick(struct server *server) {
    admission_client_gone(server);
    if (server->options->idle_timeout_s > 0)
        admission_close_idle(server);
}
