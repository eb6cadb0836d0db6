/* SPDX-License-Identifier: MIT */
/* narrow.h - takes apart what overlaps only by chance. */
#pragma once

#include "history/history.h"

/* Makes the operations of a small history shorter, so that as few as possible overlap: it stays
 * wrong, at the same operation. Two changes at once stay at once, if there were any: they may be
 * the race. Returns where the wrong operation `wrong` is now. */
size_t narrow_history(struct history *history, size_t wrong);
