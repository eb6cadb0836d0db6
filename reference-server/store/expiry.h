/* SPDX-License-Identifier: MIT */
/* expiry.h - what the exptime of a command means.
 *
 * protocol.txt, "Expiration times": 0 never; up to 30 days a number of seconds from now; above
 * that a Unix time; negative at once. Items keep the answer as a second of the server's clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/clock.h"

enum { EXPIRY_RELATIVE_MAX_S = 60 * 60 * 24 * 30 };

/* Turns an exptime as sent by a client into a second of the server's clock: CLOCK_NEVER_S,
 * CLOCK_PAST_S (negative, or a Unix time before the server's zero) or the second at which the
 * item is over, which is the clock's last at most. `exptime` holds the text protocol's signed 32
 * bits and the binary protocol's unsigned ones. */
static inline uint32_t expiry_from_exptime(int64_t exptime, const struct clock *clock) {
    if (exptime == 0)
        return CLOCK_NEVER_S;
    if (exptime < 0)
        return CLOCK_PAST_S;
    if (exptime <= EXPIRY_RELATIVE_MAX_S)
        return exptime < UINT32_MAX - clock->now_s ? clock->now_s + (uint32_t)exptime : UINT32_MAX;
    if (exptime <= clock->zero_unix_s)
        return CLOCK_PAST_S;
    return (uint32_t)(exptime - clock->zero_unix_s);
}

/* True if something that expires at `expires_s` is over at `now_s`. An item stored with exptime
 * N in the middle of a second is over when N ticks have passed, so it lives N-1 to N seconds. */
static inline bool expiry_is_over(uint32_t expires_s, uint32_t now_s) {
    return expires_s != CLOCK_NEVER_S && expires_s <= now_s;
}
