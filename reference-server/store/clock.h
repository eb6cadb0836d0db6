/* SPDX-License-Identifier: MIT */
/* clock.h - the server's time: whole seconds since (nearly) its start.
 *
 * A manual clock (--clock manual) stands still until it is moved or let run: a class can jump 30
 * days without sleeping, and a test need not wait for a second to pass.
 *
 * Expiry in memcached is kept in whole seconds, and 32 bits of them are enough when they are
 * counted from the start of the server. Two values are special, so the count begins at 2:
 * 0 means "never" and 1 means "before this server started", that is: already over.
 * Nothing in the store reads a clock: the caller passes `now_s`, so tests can pass any time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_NEVER_S = 0, CLOCK_PAST_S = 1, CLOCK_FIRST_S = 2 };

struct clock {
    uint32_t now_s;           /* seconds, counted from CLOCK_FIRST_S */
    int64_t zero_unix_s;      /* the Unix time at which now_s would have been 0 */
    int64_t zero_monotonic_s; /* the same moment on the monotonic clock, whole seconds ... */
    long zero_monotonic_ns;   /* ... and the rest */
    bool manual;              /* may be stopped, let run and moved */
    bool stopped;
};

/* Starts the clock: now_s becomes CLOCK_FIRST_S. A manual clock stands still there. */
void clock_start(struct clock *clock, bool manual);

/* Reads the system's monotonic clock and returns the new now_s; at UINT32_MAX, its end, the clock
 * stops. It costs some 5 ns, so it is done once for each batch of requests and not for each
 * request. */
uint32_t clock_update(struct clock *clock);

/* Stops a manual clock, or lets it run on from where it stands. */
void clock_stop(struct clock *clock);
void clock_resume(struct clock *clock);

/* Moves a manual clock by some seconds, back as well, but not before CLOCK_FIRST_S or beyond what
 * now_s can hold: there it ends. */
void clock_move(struct clock *clock, int64_t seconds);

/* The Unix time that belongs to now_s. */
int64_t clock_unix_s(const struct clock *clock);
