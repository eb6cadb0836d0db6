/* SPDX-License-Identifier: MIT */
/* duration.h - how long a scenario takes by what is written, before it is played. */
#pragma once

#include "language/scenario.h"

struct duration {
    unsigned waits_ms; /* its waits together: so long it takes at least */

    /* How long it may take against a server that answers at once: with the pauses between pieces
     * of requests, all tries of eventually_ms, and a little for each request. An estimate, to start
     * the longest first. */
    unsigned may_last_ms;
};

/* With an interleave the whole scenario is played once for each order; of more than `orders_max`
 * orders so many are played. */
struct duration scenario_duration(const struct scenario *scenario, unsigned orders_max);

/* Does it say anything about time: waits, eventually_ms, {now}? Then what it reads may depend on
 * how fast it is played. */
bool scenario_is_about_time(const struct scenario *scenario);
