/* SPDX-License-Identifier: MIT */
/* progress.h - one line on a terminal that says how far a run is, for people who wait.
 * It is drawn on stderr and only when stderr is a terminal; a pipe or a log never sees a byte.
 * The runner calls clear before a writer prints (both may share the terminal), update after. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct progress {
    FILE *out; /* NULL: nothing is ever drawn */
    bool colour;
    bool drawn; /* the line is on the screen now */
};

/* Decides once whether to draw: `out` is a terminal and TERM is neither unset nor "dumb".
 * Colour is used unless NO_COLOR is set and not empty (https://no-color.org). */
struct progress progress_on(FILE *out);

/* Draws `done` of `planned` scenarios, and how many failed, over the line drawn before. */
void progress_update(struct progress *progress, unsigned done, unsigned planned, unsigned failed);

/* Wipes the line; the cursor stands at the left edge again. */
void progress_clear(struct progress *progress);
