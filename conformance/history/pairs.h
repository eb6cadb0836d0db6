/* SPDX-License-Identifier: MIT */
/* pairs.h - small histories in which two operations of each kind are under way at once, with a read
 * beside them; and what has to be with uniques. Where a race was lost in a way that a few
 * operations do not bring back, one of these often does. */
#pragma once

#include "history/history.h"

enum { PAIRS_MAX = 80 };

/* Those for keys that hold counters, or text; returns how many. To be freed one by one. */
size_t pairs_make(bool counters, struct history *pairs[PAIRS_MAX]);
