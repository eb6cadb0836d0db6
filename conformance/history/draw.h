/* SPDX-License-Identifier: MIT */
/* draw.h - a small history as a picture of lines of text: time from left to right. */
#pragma once

#include "history/history.h"

struct arena;

/* One line an operation: its session, a bar from its call to its return, what it asked and what it
 * was answered. The wrong one is marked. *count receives the number of lines; from the arena. */
const char *const *draw_history(struct arena *arena, const struct history *history, size_t wrong,
                                size_t *count);

/* "A" … "Z", "S26", …: the name of a session. */
const char *draw_session(struct arena *arena, unsigned session);
