/* SPDX-License-Identifier: MIT */
/* outcomes.h - what a server that is right may answer when a small history is played again.
 *
 * Unlike the search, which judges the replies that came, this looks for those that may come: it
 * follows every path through the operations, group by group. A group is a run of operations of
 * which each overlaps another; sent together, they take effect in any order. Pure. */
#pragma once

#include "history/model.h"

enum {
    OUTCOMES_OPS_MAX = 48,    /* of a history that can be played again */
    OUTCOMES_GROUP_MAX = 6,   /* operations at once; more are taken one after the other */
    OUTCOMES_PATHS_MAX = 256, /* that are followed */
    OUTCOMES_REPLIES_MAX = 8, /* that an operation may have */
};

/* One way it can have gone so far. */
struct path {
    uint32_t value;
    unsigned version;                    /* counts the changes: stands for the unique */
    unsigned captured[OUTCOMES_OPS_MAX]; /* by gets: the version that it saw; 0: none */
    uint64_t waiting; /* operations whose connection was cut: they may still happen */
};

struct outcomes {
    struct history *history;
    struct path paths[OUTCOMES_PATHS_MAX];
    size_t path_count;
    /* Of the group that was played last: the replies of each operation, and whether together they
     * are always the same ones, in whatever order. */
    struct history_op replies[OUTCOMES_OPS_MAX][OUTCOMES_REPLIES_MAX];
    size_t reply_count[OUTCOMES_OPS_MAX];
    bool same_replies;
    unsigned totals[HISTORY_MISS + 1]; /* if they are: how often each came */
    bool too_many; /* paths or replies: the history cannot be played again in full */
};

void outcomes_begin(struct outcomes *outcomes, struct history *history);

/* The end of the group that begins at operation `first`. */
size_t outcomes_group(const struct history *history, size_t first);

/* Plays the operations from `first` to before `end` as one group. */
void outcomes_play(struct outcomes *outcomes, size_t first, size_t end);

/* The gets whose unique the cas `op` sends, or SIZE_MAX. */
size_t outcomes_source(const struct history *history, size_t op);
