/* SPDX-License-Identifier: MIT */
/* delay.c - a request that waits in the middle while others are served; see bugs/delay.h.
 *
 * A client that waits speaks a dialect that always wants more bytes, so nothing of its input is
 * looked at; its request still lies there when its own dialect is put back. */
#include "bugs/delay.h"

#include <event2/event.h>
#include <stdlib.h>

#include "bugs/bugs.h"

static void delay_free(struct delay *delay) {
    event_del(&delay->timer);
    if (delay->previous != NULL)
        delay->previous->next = delay->next;
    else
        delay->bugs->delays = delay->next;
    if (delay->next != NULL)
        delay->next->previous = delay->previous;
    copy_free(delay->copy);
    free(delay);
}

static enum dialect_result delay_wait(struct connection *connection) {
    (void)connection;
    return DIALECT_MORE;
}

static const struct dialect delay_dialect = {
    .name = "waiting", .request = delay_wait, .value = delay_wait, .leave = delay_leave};

static const struct dialect delay_dialect_binary = {.name = "waiting",
                                                    .binary = true,
                                                    .request = delay_wait,
                                                    .value = delay_wait,
                                                    .leave = delay_leave};

static void delay_on_time(evutil_socket_t fd, short what, void *arg) {
    struct delay *delay = arg;
    struct connection *connection = delay->connection;
    (void)fd;
    (void)what;
    delay->over = true;
    if (connection != NULL) {
        connection->dialect = delay->dialect;
        connection_wake(connection);
        return;
    }
    server_update_clock(delay->bugs->server);
    delay->then(delay);
    delay_free(delay);
}

static struct delay *delay_new(struct bugs *bugs, unsigned milliseconds) {
    struct timeval wait = {.tv_sec = milliseconds / 1000,
                           .tv_usec = (suseconds_t)(milliseconds % 1000) * 1000};
    struct delay *delay = calloc(1, sizeof(*delay));
    if (delay == NULL)
        return NULL;
    delay->bugs = bugs;
    delay->next = bugs->delays;
    if (delay->next != NULL)
        delay->next->previous = delay;
    bugs->delays = delay;
    event_assign(&delay->timer, bugs->server->base, -1, 0, delay_on_time, delay);
    event_add(&delay->timer, &wait);
    return delay;
}

struct delay *delay_of(const struct connection *connection) {
    return connection->task;
}

struct delay *delay_begin(struct connection *connection, unsigned milliseconds) {
    if (connection->datagram || connection->task != NULL)
        return NULL;
    struct delay *delay = delay_new(bugs_of(connection), milliseconds);
    if (delay == NULL)
        return NULL;
    delay->connection = connection;
    delay->dialect = connection->dialect;
    connection->task = delay;
    connection->dialect = delay->dialect->binary ? &delay_dialect_binary : &delay_dialect;
    return delay;
}

void delay_end(struct connection *connection) {
    struct delay *delay = connection->task;
    connection->task = NULL;
    if (delay != NULL)
        delay_free(delay);
}

void delay_later(struct bugs *bugs, unsigned milliseconds, struct copy *copy,
                 void (*then)(struct delay *delay)) {
    struct delay *delay = delay_new(bugs, milliseconds);
    if (delay == NULL) {
        copy_free(copy);
        return;
    }
    delay->copy = copy;
    delay->then = then;
}

void delay_leave(struct connection *connection) {
    delay_end(connection);
}

void delay_free_all(struct bugs *bugs) {
    struct delay *next;
    for (struct delay *delay = bugs->delays; delay != NULL; delay = next) {
        next = delay->next;
        if (delay->connection != NULL)
            delay->connection->task = NULL;
        delay_free(delay);
    }
}
