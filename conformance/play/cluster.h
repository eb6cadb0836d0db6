/* SPDX-License-Identifier: MIT */
/* cluster.h - which member a step goes to. */
#pragma once

#include "play/perform.h"

/* The member a step goes to: `on`, `via` or the only one. -1 after play_error. */
int play_member(struct play *play, const struct step *step, const char *as);

/* Plays a step that must find no member: nothing is sent. */
enum step_progress play_unplaced(struct play *play, const struct step *step);
