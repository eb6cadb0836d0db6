/* SPDX-License-Identifier: MIT */
/* perform.h - the functions of the verbs, one a row of steps.def. */
#pragma once

#include <stdbool.h>

struct play;
struct step;

enum step_progress {
    PROGRESS_NEXT,  /* done: play the next step */
    PROGRESS_WAITS, /* play_resume will be called */
};

typedef enum step_progress step_function(struct play *play, const struct step *step);

#define STEP(verb, word, operand, fields, function) step_function function;
#include "language/steps.def"
#undef STEP

/* After all exchanges of a step with a tally: true if the counts add up; else the play has
 * failed. */
bool tally_holds(struct play *play);
