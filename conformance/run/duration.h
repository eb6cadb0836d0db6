/* SPDX-License-Identifier: MIT */
/* duration.h - how long a scenario takes by what is written, before it is played. */
#pragma once

#include "language/scenario.h"

/* How long its waits take together, in milliseconds: so long it takes at least. */
unsigned scenario_waits_ms(const struct scenario *scenario);

/* How long it may take against a server that answers at once: with the pauses between pieces of
 * requests, all tries of eventually_ms, and a little for each request. Of an interleave with more
 * than `orders_max` orders so many are played. An estimate, to start the longest first. */
unsigned scenario_may_last_ms(const struct scenario *scenario, unsigned orders_max);
