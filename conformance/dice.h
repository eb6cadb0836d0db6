/* SPDX-License-Identifier: MIT */
/* dice.h - numbers by chance that can be had again: the same seed gives the same sequence on every
 * machine. Not for secrets. */
#pragma once

#include <stdint.h>

struct dice {
    uint64_t state;
};

/* Any seed is fine, also 0. */
struct dice dice_of(uint64_t seed);

/* A number from 0 up to, not including, `below`, which is not 0. */
uint64_t dice_roll(struct dice *dice, uint64_t below);

/* A seed that nobody chose: from the clock and the process. */
uint64_t dice_seed(void);
