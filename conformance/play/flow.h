/* SPDX-License-Identifier: MIT */
/* flow.h - how a play goes on and ends: what any part of it may say to the player. */
#pragma once

#include "play/vars.h"
#include "reports/verdict.h"

struct play;
struct step;

/* Goes on with the next step; called when what the step waited for has happened. */
void play_resume(struct play *play);

/* Ends the play with this outcome; play_fail and play_error also with a reason. The rest of the
 * verdict may be filled before. Later calls change nothing. */
void play_finish(struct play *play, enum verdict_outcome outcome);
void play_fail(struct play *play, const struct step *step, const char *reason);
void play_error(struct play *play, const struct step *step, const char *reason);

/* It waits now, or no longer: play_rests. */
void play_rest(struct play *play, bool rests);

/* An exchange of the step being played has waited so long since the step began, since the scenario
 * says so. Exchanges wait beside each other: of the step the longest wait counts. */
void play_note_wait(struct play *play, unsigned waited_ms);

/* The scope in which the texts of a step are filled for one session. */
struct scope play_scope(const struct play *play, const char *as);

/* The round of the innermost repeat, from 1. */
unsigned play_round(const struct play *play);
