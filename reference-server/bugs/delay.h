/* SPDX-License-Identifier: MIT */
/* delay.h - a request that waits in the middle while others are served, and things done later.
 *
 * Most defects of concurrency are a gap between reading and writing: here a request can be left
 * lying for some milliseconds and be taken up again, and whatever other clients do meanwhile is
 * done. Called by bugs. */
#pragma once

#include <event2/event_struct.h>
#include <stdbool.h>

#include "bugs/copy.h"
#include "net/connection.h"

struct bugs;

enum { DELAY_GAP_MS = 5 /* the usual gap: wide enough for every other client to get in */ };

struct delay {
    struct bugs *bugs;
    struct delay *next, *previous;
    struct event timer;
    struct connection *connection; /* that waits; NULL: nobody does */
    const struct dialect *dialect; /* what it speaks again afterwards */
    bool over;
    struct copy *copy; /* of an item as it was; NULL: none. Freed with the delay */
    void (*then)(struct delay *delay);
};

/* The delay of the request at hand: NULL at first. When it is over the request is handed to the
 * dialect once more, and this is where the bug finds what it kept. */
struct delay *delay_of(const struct connection *connection);

/* Lets the request at hand wait: the caller takes nothing off the input, returns DIALECT_MORE and
 * is called again when `milliseconds` are over. NULL if that cannot be: go on at once. */
struct delay *delay_begin(struct connection *connection, unsigned milliseconds);

/* The request goes on: forgets its delay. */
void delay_end(struct connection *connection);

/* Calls `then` later, whatever becomes of the client. `copy` is handed over. */
void delay_later(struct bugs *bugs, unsigned milliseconds, struct copy *copy,
                 void (*then)(struct delay *delay));

/* The client is gone: dialect.leave. */
void delay_leave(struct connection *connection);

/* All of them, at the end. */
void delay_free_all(struct bugs *bugs);
