/* SPDX-License-Identifier: MIT */
/* clock.c - the server's time: whole seconds since (nearly) its start; see clock.h.
 *
 * Uses the monotonic clock, so setting the machine's date neither revives nor kills items. */
#include "clock.h"

#include <time.h>

void clock_start(struct clock *clock) {
    struct timespec monotonic;
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    clock->now_s = CLOCK_FIRST_S;
    clock->zero_unix_s = (int64_t)time(NULL) - CLOCK_FIRST_S;
    clock->zero_monotonic_s = (int64_t)monotonic.tv_sec - CLOCK_FIRST_S;
    clock->zero_monotonic_ns = monotonic.tv_nsec;
}

uint32_t clock_update(struct clock *clock) {
    struct timespec monotonic;
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    int64_t elapsed_s = (int64_t)monotonic.tv_sec - clock->zero_monotonic_s;
    if (monotonic.tv_nsec < clock->zero_monotonic_ns)
        elapsed_s--;
    clock->now_s = (uint32_t)elapsed_s;
    return clock->now_s;
}

int64_t clock_unix_s(const struct clock *clock) {
    return clock->zero_unix_s + (int64_t)clock->now_s;
}
