/* SPDX-License-Identifier: MIT */
/* condition.h - relations between what a play knows: of `check`, of `if`, of outcomes. */
#pragma once

#include "language/scenario.h"

#include <stdbool.h>

struct play;

struct judged {
    bool holds;
    const char *left, *right; /* the two sides as they were compared; from the play's arena */
    const char *problem;      /* in words when a side cannot be had; else NULL */
};

/* Judges the relation as `as` sees it: captures and counts are its own. NULL is nobody: captures
 * of `client`, counts of all sessions together. */
struct judged condition_judge(struct play *play, const struct relation *relation, const char *as);

/* True when every condition of the step holds for the session; a side that cannot be had ends the
 * play with an error, and is false. */
bool conditions_hold(struct play *play, const struct step *step, const char *as);
