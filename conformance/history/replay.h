/* SPDX-License-Identifier: MIT */
/* replay.h - a small history as a file of scenarios: the same operations, those that overlapped
 * sent together, and the replies that memcached may give. It fails where the mistake comes again.
 */
#pragma once

#include "history/history.h"

#include <stdio.h>

/* `name` and `why` are those of the scenario. Keys and uniques are general. False when the history
 * is too long, or can go in too many ways: what was written is no scenario then. */
bool replay_write(FILE *out, const struct history *history, const char *name, const char *why);
