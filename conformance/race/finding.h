/* SPDX-License-Identifier: MIT */
/* finding.h - a wrong history, told: shrunk, named, drawn, and saved as a scenario that replays. */
#pragma once

#include "history/search.h"

struct arena;

struct finding {
    const char *message;      /* "lost update: …" */
    const char *const *lines; /* the picture and what goes with it */
    size_t line_count;
    const char *saved;   /* the command that plays the saved scenario; NULL: none was saved */
    const char *problem; /* why it could not be saved, or NULL */
};

/* Of several keys that are wrong, the one whose mistake is shown by the fewest operations.
 * `names` are those of the keys; `save` the file to write, NULL: none; `run` the command that plays
 * it, up to --file. All from the arena. */
struct finding finding_make(struct arena *arena, const struct history *history,
                            const char *const *names, const char *save, const char *run);
