/* SPDX-License-Identifier: MIT */
/* server_fixture.h - a server without listeners, and clients on socket pairs.
 *
 * Everything happens when the test calls pump(): no time passes, nothing runs beside it. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/server.h"

struct client {
    int fd;
    struct connection *connection; /* good until the server closes it */
    bool closed;                   /* seen by fixture_receive */
};

static inline void fixture_start(struct server *server, struct options *options) {
    char error[OPTIONS_ERROR_BYTES];
    char *words[] = {"mcref", NULL};
    if (!options_parse(options, 1, words, error) || !server_init(server, options))
        abort();
}

static inline struct client fixture_connect(struct server *server) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        abort();
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    return (struct client){.fd = ends[0], .connection = connection_new(server, ends[1], NULL)};
}

static inline void fixture_pump(struct server *server) {
    event_base_loop(server->base, EVLOOP_NONBLOCK);
}

/* Sends as much as the kernel takes; how much that was. */
static inline size_t fixture_send(struct client *client, const char *bytes, size_t length) {
    ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
    return sent > 0 ? (size_t)sent : 0;
}

/* Receives what is there, without waiting, and appends it to `bytes`. */
static inline size_t fixture_receive(struct client *client, char *bytes, size_t room) {
    size_t total = 0;
    while (total < room) {
        ssize_t got = recv(client->fd, bytes + total, room - total, 0);
        if (got <= 0) {
            client->closed = got == 0 || errno == ECONNRESET;
            break;
        }
        total += (size_t)got;
    }
    return total;
}

/* Sends all and collects the answer; pumps until nothing moves any more. */
static inline size_t fixture_talk(struct server *server, struct client *client, const char *bytes,
                                  size_t length, char *answer, size_t room) {
    size_t sent = 0;
    size_t received = 0;
    for (int quiet = 0; quiet < 3; quiet++) {
        size_t out = fixture_send(client, bytes + sent, length - sent);
        fixture_pump(server);
        size_t in = fixture_receive(client, answer + received, room - received);
        sent += out;
        received += in;
        if (out + in > 0)
            quiet = 0;
    }
    return received;
}
