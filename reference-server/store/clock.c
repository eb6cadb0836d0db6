/* SPDX-License-Identifier: MIT */
/* clock.c - the server's time: whole seconds since (nearly) its start; see store/clock.h.
 *
 * Uses the monotonic clock, so setting the machine's date neither revives nor kills items. */
#include "store/clock.h"

#include <time.h>

/* Linux has a monotonic clock that is read in a fourth of the time and up to 4 ms late, which does
 * not matter for whole seconds. */
#ifdef CLOCK_MONOTONIC_COARSE
#define CLOCK_SOURCE CLOCK_MONOTONIC_COARSE
#else
#define CLOCK_SOURCE CLOCK_MONOTONIC
#endif

/* From now on the monotonic clock, as it is, means now_s. */
static void clock_anchor(struct clock *clock) {
    struct timespec monotonic;
    clock_gettime(CLOCK_SOURCE, &monotonic);
    clock->zero_monotonic_s = (int64_t)monotonic.tv_sec - clock->now_s;
    clock->zero_monotonic_ns = monotonic.tv_nsec;
}

void clock_start(struct clock *clock, bool manual) {
    *clock = (struct clock){.now_s = CLOCK_FIRST_S, .manual = manual, .stopped = manual};
    clock->zero_unix_s = (int64_t)time(NULL) - CLOCK_FIRST_S;
    clock_anchor(clock);
}

uint32_t clock_update(struct clock *clock) {
    struct timespec monotonic;
    if (clock->stopped)
        return clock->now_s;
    clock_gettime(CLOCK_SOURCE, &monotonic);
    int64_t elapsed_s = (int64_t)monotonic.tv_sec - clock->zero_monotonic_s;
    if (monotonic.tv_nsec < clock->zero_monotonic_ns)
        elapsed_s--;
    clock->stopped = elapsed_s >= UINT32_MAX;
    clock->now_s = clock->stopped ? UINT32_MAX : (uint32_t)elapsed_s;
    return clock->now_s;
}

void clock_stop(struct clock *clock) {
    clock_update(clock);
    clock->stopped = true;
}

void clock_resume(struct clock *clock) {
    if (!clock->stopped)
        return;
    clock_anchor(clock);
    clock->stopped = false;
}

void clock_move(struct clock *clock, int64_t seconds) {
    int64_t now_s = clock_update(clock);
    int64_t to_s = now_s;
    if (seconds < CLOCK_FIRST_S - now_s)
        to_s = CLOCK_FIRST_S;
    else if (seconds > (int64_t)UINT32_MAX - now_s)
        to_s = UINT32_MAX;
    else
        to_s += seconds;
    clock->now_s = (uint32_t)to_s;
    clock->zero_monotonic_s -= to_s - now_s;
}

int64_t clock_unix_s(const struct clock *clock) {
    return clock->zero_unix_s + (int64_t)clock->now_s;
}
