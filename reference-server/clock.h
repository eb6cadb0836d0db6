/* SPDX-License-Identifier: MIT */
/* clock.h - the server's time: whole seconds since (nearly) its start.
 *
 * Expiry in memcached is kept in whole seconds, and 32 bits of them are enough when they are
 * counted from the start of the server. Two values are special, so the count begins at 2:
 * 0 means "never" and 1 means "before this server started", that is: already over.
 * Nothing in the store reads a clock: the caller passes `now_s`, so tests can pass any time. */
#pragma once

#include <stdint.h>

enum { CLOCK_NEVER_S = 0, CLOCK_PAST_S = 1, CLOCK_FIRST_S = 2 };

struct clock {
    uint32_t now_s;           /* seconds, counted from CLOCK_FIRST_S */
    int64_t zero_unix_s;      /* the Unix time at which now_s would have been 0 */
    int64_t zero_monotonic_s; /* the same moment on the monotonic clock, whole seconds ... */
    long zero_monotonic_ns;   /* ... and the rest */
};

/* Starts the clock: now_s becomes CLOCK_FIRST_S. */
void clock_start(struct clock *clock);

/* Reads the system's monotonic clock and returns the new now_s. It costs some 20 ns, so it is
 * done once for each batch of requests and not for each request. */
uint32_t clock_update(struct clock *clock);

/* The Unix time that belongs to now_s. */
int64_t clock_unix_s(const struct clock *clock);
