/* SPDX-License-Identifier: MIT */
/* test_expiry.c - what an exptime means, on a clock that stands where the test puts it. */
#include "reports/check.h"
#include "store/clock.h"
#include "store/expiry.h"

static void check_exptime(const struct clock *clock) {
    int32_t zero = (int32_t)clock->zero_unix_s;
    CHECK_INT(expiry_from_exptime(0, clock), CLOCK_NEVER_S, "0 is never");
    CHECK_INT(expiry_from_exptime(1, clock), 101, "1 is one second from now");
    CHECK_INT(expiry_from_exptime(2592000, clock), 2592100, "30 days are relative");
    CHECK_INT(expiry_from_exptime(2592001, clock), CLOCK_PAST_S,
              "one second more is a Unix time in 1970");
    CHECK_INT(expiry_from_exptime(-1, clock), CLOCK_PAST_S, "-1 is over at once");
    CHECK_INT(expiry_from_exptime(INT32_MIN, clock), CLOCK_PAST_S, "the most negative one too");
    CHECK_INT(expiry_from_exptime(zero + 150, clock), 150, "a Unix time in the future");
    CHECK_INT(expiry_from_exptime(zero + 90, clock), 90, "a Unix time in the past");
    CHECK_INT(expiry_from_exptime(zero, clock), CLOCK_PAST_S, "the server's zero is over");
    CHECK_INT(expiry_from_exptime(INT32_MAX, clock), INT32_MAX - zero,
              "the latest Unix time of 32 bits");
    struct clock last = {.now_s = UINT32_MAX - 10, .zero_unix_s = clock->zero_unix_s};
    CHECK_INT(expiry_from_exptime(10, &last), UINT32_MAX, "up to the last second of the clock");
    CHECK_INT(expiry_from_exptime(11, &last), UINT32_MAX, "and not beyond");
    CHECK_INT(expiry_from_exptime(2592000, &last), UINT32_MAX, "nor far beyond");
}

static void check_over(void) {
    CHECK(!expiry_is_over(CLOCK_NEVER_S, UINT32_MAX), "never is never over");
    CHECK(expiry_is_over(CLOCK_PAST_S, CLOCK_FIRST_S), "the past is over from the first second");
    CHECK(!expiry_is_over(101, 100), "not over the second before");
    CHECK(expiry_is_over(101, 101), "over in its second");
    CHECK(expiry_is_over(101, 102), "over after it");
}

static void check_clock(void) {
    struct clock clock;
    clock_start(&clock, false);
    CHECK_INT(clock.now_s, CLOCK_FIRST_S, "a clock begins at its first second");
    CHECK(clock_update(&clock) - CLOCK_FIRST_S <= 1, "and stays there for a second");
    clock.zero_monotonic_s -= 1000;
    CHECK(clock_update(&clock) - CLOCK_FIRST_S - 1000 <= 1, "it counts seconds");
    clock.zero_monotonic_ns = 1000000000;
    uint32_t later_s = clock.now_s;
    CHECK_INT(clock_update(&clock), later_s - 1, "a second is over when it is over");
    CHECK_INT(clock_unix_s(&clock), clock.zero_unix_s + clock.now_s, "and it knows the date");
}

int main(void) {
    struct clock clock = {.now_s = 100, .zero_unix_s = 1700000000};
    check_exptime(&clock);
    check_over();
    check_clock();
    return check_finish();
}
