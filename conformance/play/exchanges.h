/* SPDX-License-Identifier: MIT */
/* exchanges.h - all exchanges of one step, which play at once. */
#pragma once

struct play;

/* Connects and plays all exchanges that were added (exchange.h); the step waits for them. */
void exchanges_begin(struct play *play);

/* Frees those of the step before. */
void exchanges_clear(struct play *play);
