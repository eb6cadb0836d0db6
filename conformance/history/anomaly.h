/* SPDX-License-Identifier: MIT */
/* anomaly.h - a wrong history in words: what kind of mistake it is, and what would have been right.
 */
#pragma once

#include "history/history.h"

struct arena;

struct anomaly {
    const char *name;     /* "lost update" */
    const char *sentence; /* what happened, and why it cannot be */
    const char *right;    /* the replies that would have been right: "EXISTS" */
};

/* Of a history as shrink_history() leaves it: operation `wrong` cannot be. From the arena. */
struct anomaly anomaly_find(struct arena *arena, const struct history *history, size_t wrong);

/* An operation as it is told: `cas 17 "B2"`, and its reply: `VALUE "A1" unique 17`. */
const char *anomaly_request(struct arena *arena, const struct history *history,
                            const struct history_op *op);
const char *anomaly_reply(struct arena *arena, const struct history *history,
                          const struct history_op *op);
