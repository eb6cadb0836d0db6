/* SPDX-License-Identifier: MIT */
/* crowd.c - did a play fail since the target did not take its connections? See stage.h.
 *
 * Many servers give listen() a short queue, and take connections slowly. What fails while the
 * kernel sends again says nothing about the protocol: it is played again, now with few at once,
 * and so is all that follows. */
#include "run/stage.h"

enum {
    CROWD_REPLAYS_MAX = 3,
    CROWD_JOBS = 2, /* at once from then on */
};

void crowd_begin(struct slot *slot) {
    slot->crowded_before = hub_crowded(slot->runner->hub);
}

bool crowd_plays_again(struct slot *slot) {
    struct runner *runner = slot->runner;
    if (play_verdict(slot->play)->outcome == VERDICT_PASS ||
        hub_crowded(runner->hub) == slot->crowded_before ||
        slot->crowded_replays == CROWD_REPLAYS_MAX)
        return false;
    runner->crowded += slot->crowded_replays++ == 0;
    return true;
}

unsigned crowd_jobs(const struct runner *runner) {
    unsigned jobs = runner->settings->jobs;
    return runner->crowded > 0 && jobs > CROWD_JOBS ? CROWD_JOBS : jobs;
}

const char *crowd_note(const struct slot *slot) {
    return slot->crowded_replays == 0
               ? NULL
               : "the target did not take connections as fast as they came; played again with few "
                 "at once";
}
