/* SPDX-License-Identifier: MIT */
/* ready.c - clients whose requests have been received and not yet been looked at; see net/ready.h.
 *
 * libevent calls first what is ready first, so an event that is made active by the first client
 * of a round fires after the last one. */
#include "net/ready.h"

#include <event2/event.h>

#include "net/connection.h"

static void ready_on_answer(evutil_socket_t fd, short what, void *arg) {
    struct ready *ready = arg;
    (void)fd;
    (void)what;
    while (ready->first != NULL) {
        struct connection *connection = ready->first;
        ready_remove(ready, connection);
        connection_answer(connection);
    }
}

void ready_init(struct ready *ready, struct event_base *base) {
    *ready = (struct ready){.first = NULL};
    ready->end = &ready->first;
    event_assign(&ready->answer, base, -1, 0, ready_on_answer, ready);
}

void ready_free(struct ready *ready) {
    event_del(&ready->answer);
}

void ready_add(struct ready *ready, struct connection *connection) {
    if (ready->first == NULL)
        event_active(&ready->answer, EV_TIMEOUT, 1);
    connection->ready_next = NULL;
    connection->ready_link = ready->end;
    *ready->end = connection;
    ready->end = &connection->ready_next;
    ready->count++;
}

void ready_remove(struct ready *ready, struct connection *connection) {
    struct connection *next = connection->ready_next;
    if (connection->ready_link == NULL)
        return;
    *connection->ready_link = next;
    if (next != NULL)
        next->ready_link = connection->ready_link;
    else
        ready->end = connection->ready_link;
    connection->ready_link = NULL;
    ready->count--;
}
