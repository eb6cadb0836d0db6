/* SPDX-License-Identifier: MIT */
/* ready.h - clients whose requests have been received and not yet been looked at.
 *
 * When many clients have sent something, the server first receives from all of them and then
 * answers one after the other. In between, the memory that each request will need is on its way
 * to the processor (`foresee` in net/connection.h), so that nobody has to wait for it. One
 * struct ready for each server. */
#pragma once

#include <event2/event_struct.h>
#include <stdbool.h>

struct connection;
struct event_base;

/* More are not received from at once: each holds a block of input meanwhile. */
enum { READY_MAX = 64 };

struct ready {
    struct connection *first; /* the next to be answered */
    struct connection **end;  /* where the next one is linked to */
    unsigned count;
    struct event answer; /* active if there are any: fires when all have been received from */
};

/* Makes a list of nobody. */
void ready_init(struct ready *ready, struct event_base *base);

/* Nobody is answered any more. */
void ready_free(struct ready *ready);

/* The connection has received and is not in the list: it will be answered, by
 * connection_answer, before anything is received from anybody a second time. There must be room. */
void ready_add(struct ready *ready, struct connection *connection);

/* It will not, for it is answered now or closed. Does nothing if it is not in the list. */
void ready_remove(struct ready *ready, struct connection *connection);

/* True if there is room for one more. */
static inline bool ready_has_room(const struct ready *ready) {
    return ready->count < READY_MAX;
}
