/* SPDX-License-Identifier: MIT */
/* interleave.h - a scenario played once for each order of its actors' turns.
 *
 *   play_start ─▶ order 1: all steps, alignment ─▶ outcomes ─▶ order 2 … ─▶ the counts are judged
 *
 * Each order is a whole play of the scenario with keys of its own, on the same connections. More
 * orders than the budget are sampled by a seed. player.c calls this; the verb `interleave` itself
 * is perform_interleave. */
#pragma once

#include <stdint.h>

struct exploration;
struct play;
struct step;

/* For a scenario with an `interleave`; from the arena that lasts over all orders. */
struct exploration *exploration_new(struct play *play);

/* The steps of one order are played to their end: notes its outcomes. Returns the number of the
 * order to play next; 0 when all are judged (the play may have failed by that). */
uint64_t exploration_next(struct play *play);

/* Notes that an actor's turn passed without a step, as its `if` did not hold. */
void exploration_note_idle(struct play *play, const struct step *step);

/* "order 3 of 6: buyer1 get, buyer2 get, …", for a verdict; from the play's arena. */
const char *exploration_shown(struct play *play);
