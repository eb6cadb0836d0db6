/* SPDX-License-Identifier: MIT */
/* crowd.c - did a play fail since the target did not take its connections? See stage.h.
 *
 * Many servers give listen() a short queue, and take connections slowly. What fails while the
 * kernel sends again says nothing about the protocol: it is played again, now with few at once,
 * and so is all that follows. */
#include "run/stage.h"

enum {
    CROWD_REPLAYS_MAX = 3,
    CROWD_JOBS = 2,     /* at once from then on */
    CROWD_VAIN_MAX = 8, /* replays on end that found the same: the target takes nothing any more */
};

void crowd_begin(struct slot *slot) {
    slot->crowded_before = hub_crowded(slot->runner->hub);
}

static bool is_over(const struct runner *runner) {
    return runner->crowd_vain >= CROWD_VAIN_MAX;
}

bool crowd_plays_again(struct slot *slot) {
    struct runner *runner = slot->runner;
    bool crowded = play_verdict(slot->play)->outcome != VERDICT_PASS &&
                   hub_crowded(runner->hub) != slot->crowded_before;
    if (slot->crowded_replays > 0 && !is_over(runner))
        runner->crowd_vain = crowded ? runner->crowd_vain + 1 : 0;
    if (!crowded || is_over(runner) || slot->crowded_replays == CROWD_REPLAYS_MAX)
        return false;
    runner->crowded += slot->crowded_replays++ == 0;
    return true;
}

unsigned crowd_jobs(const struct runner *runner) {
    unsigned jobs = runner->settings->jobs;
    bool crowded = runner->crowded > 0 && !is_over(runner);
    return crowded && jobs > CROWD_JOBS ? CROWD_JOBS : jobs;
}

const char *crowd_note(const struct slot *slot) {
    return slot->crowded_replays == 0
               ? NULL
               : "the target did not take connections as fast as they came; played again with few "
                 "at once";
}
