/* SPDX-License-Identifier: MIT */
/* surroundings.h - what was done to a key beside the few operations that show a mistake. Those tell
 * that it is one; what brought it about may be another that was under way. */
#pragma once

#include "history/history.h"

/* All changes since the key was deleted before, one after the other, and the reads of the small
 * history. */
struct history *surroundings_before(const struct history *whole, const struct history *small);

/* The small history in another shape: what it needs first, then its changes all at once, in their
 * order or the last of them first, then its reads. */
struct history *surroundings_at_once(const struct history *small, bool last_first);
