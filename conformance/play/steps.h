/* SPDX-License-Identifier: MIT */
/* steps.h - what the player needs of the steps beside their functions (see play.h). */
#pragma once

#include "play/play.h"

/* After all exchanges of a step with a tally: true if the counts add up; else the play has
 * failed. */
bool tally_holds(struct play *play);
