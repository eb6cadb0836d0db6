/* SPDX-License-Identifier: MIT */
/* tls_handshake.c - a TLS client between being accepted and being a connection.
 *
 * See server/tls_handshake.h. A one-shot event waits for whatever OpenSSL wants next, never beyond
 * the deadline, however slowly bytes drip in. Called by server/admission.c. */
#include "server/tls_handshake.h"

#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "net/tls.h"
#include "server/admission.h"
#include "server/server.h"

struct tls_handshake {
    struct server *server;
    struct tls_handshake *next, *previous;
    SSL *session;
    int fd;
    int64_t deadline_ms;
    struct event ready;
};

static int64_t handshake_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes it off the server's list. Socket and session stay. */
static void handshake_remove(struct tls_handshake *handshake) {
    struct server *server = handshake->server;
    event_del(&handshake->ready);
    if (handshake->previous != NULL)
        handshake->previous->next = handshake->next;
    else
        server->handshakes = handshake->next;
    if (handshake->next != NULL)
        handshake->next->previous = handshake->previous;
    server->handshake_count--;
    free(handshake);
}

void tls_handshake_free(struct tls_handshake *handshake) {
    struct server *server = handshake->server;
    SSL *session = handshake->session;
    int fd = handshake->fd;
    handshake_remove(handshake); /* its event must be gone before the descriptor is */
    SSL_free(session);
    close(fd);
    admission_client_gone(server);
}

static void handshake_fail(struct tls_handshake *handshake, const char *reason) {
    struct server *server = handshake->server;
    server->counters.ssl_handshake_errors++;
    if (server->verbosity > 0)
        fprintf(stderr, "mcref: %d: closed: TLS handshake: %s\n", handshake->fd, reason);
    tls_handshake_free(handshake);
}

/* The client is who it should be. Its first request may have come along with its last word, so
 * the connection looks for it without waiting for an event. */
static void handshake_succeed(struct tls_handshake *handshake) {
    struct server *server = handshake->server;
    SSL *session = handshake->session;
    int fd = handshake->fd;
    if (SSL_session_reused(session) == 0)
        server->counters.ssl_new_sessions++;
    handshake_remove(handshake);
    struct connection *connection = connection_new(server, fd, session);
    if (connection == NULL) {
        SSL_free(session);
        return;
    }
    server->counters.total_connections++;
    connection_receive_soon(connection);
}

static void handshake_go_on(struct tls_handshake *handshake) {
    int64_t left_ms = handshake->deadline_ms - handshake_now_ms();
    if (left_ms <= 0) {
        handshake_fail(handshake, "not done in time");
        return;
    }
    ERR_clear_error();
    int result = SSL_accept(handshake->session);
    if (result == 1) {
        handshake_succeed(handshake);
        return;
    }
    int wanted = SSL_get_error(handshake->session, result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
        const char *reason = ERR_reason_error_string(ERR_get_error());
        ERR_clear_error();
        handshake_fail(handshake, reason != NULL ? reason : "the client went away");
        return;
    }
    struct timeval rest = {.tv_sec = (time_t)(left_ms / 1000),
                           .tv_usec = (suseconds_t)(left_ms % 1000 * 1000)};
    short event = wanted == SSL_ERROR_WANT_WRITE ? EV_WRITE : EV_READ;
    event_del(&handshake->ready);
    event_assign(&handshake->ready, handshake->server->base, handshake->fd, event,
                 event_get_callback(&handshake->ready), handshake);
    if (event_add(&handshake->ready, &rest) != 0)
        handshake_fail(handshake, "no memory for an event");
}

static void handshake_on_ready(evutil_socket_t fd, short what, void *arg) {
    (void)fd;
    (void)what;
    handshake_go_on(arg);
}

void tls_handshake_begin(struct server *server, int fd) {
    struct tls_handshake *handshake = calloc(1, sizeof(*handshake));
    SSL *session = handshake != NULL ? tls_session(server->tls, fd) : NULL;
    if (session == NULL) {
        server->counters.malloc_fails++;
        free(handshake);
        close(fd);
        return;
    }
    handshake->server = server;
    handshake->session = session;
    handshake->fd = fd;
    handshake->deadline_ms = handshake_now_ms() + TLS_HANDSHAKE_MS;
    event_assign(&handshake->ready, server->base, fd, EV_READ, handshake_on_ready, handshake);
    handshake->next = server->handshakes;
    if (handshake->next != NULL)
        handshake->next->previous = handshake;
    server->handshakes = handshake;
    server->handshake_count++;
    handshake_go_on(handshake);
}
