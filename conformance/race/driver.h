/* SPDX-License-Identifier: MIT */
/* driver.h - one round of a race: sessions that ask at once, and the history of it.
 *
 *   every session:  CONNECTING ─▶ IDLE ─▶ WAITING ─▶ IDLE ─▶ …        the round ends when all
 *                       ▲                    │                        operations were asked and
 *                       └─── cut ◀───────────┘                        every session is idle
 *
 * A session asks one to four operations in one write (one, while many ask at once on few keys) and
 * reads the replies in their order; some writes come in two pieces, a little apart. One that is
 * noreply takes effect before the next reply comes: that is its return. Sometimes a session closes
 * its connection behind its requests, which may then happen or not, or in the middle of the last
 * one, which then must not happen. At the end the round's keys are deleted. */
#pragma once

#include "race/workload.h"

struct address;
struct arena;
struct hub;

struct driver_setup {
    struct hub *hub;
    const struct address *address;
    struct workload *workload; /* its history is filled */
    unsigned clients;
    size_t operations;
    unsigned timeout_ms;
};

enum driver_end {
    DRIVER_DONE,    /* the history is whole */
    DRIVER_REFUSED, /* no connection */
    DRIVER_CLOSED,  /* the target closed a connection that waited for a reply */
    DRIVER_SILENT,  /* no reply within timeout_ms */
    DRIVER_WRONG,   /* a reply that cannot answer its request */
};

struct driver;

/* Called once, from the event loop. `problem` is in words, or NULL; from the arena. */
typedef void driver_done(struct driver *driver, enum driver_end end, const char *problem,
                         void *owner);

struct driver *driver_start(struct arena *arena, const struct driver_setup *setup,
                            driver_done *done, void *owner);
void driver_free(struct driver *driver);
