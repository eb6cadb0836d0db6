/* SPDX-License-Identifier: MIT */
/* dice.c - SplitMix64 (Steele, Lea, Flood 2014). See dice.h. */
#include "dice.h"

#include <time.h>
#include <unistd.h>

static uint64_t next(struct dice *dice) {
    uint64_t mixed = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

struct dice dice_of(uint64_t seed) {
    return (struct dice){seed};
}

/* `below` is far smaller than 2^64, so that the remainder favours no number noticeably. */
uint64_t dice_roll(struct dice *dice, uint64_t below) {
    return next(dice) % below;
}

uint64_t dice_seed(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct dice dice =
        dice_of((uint64_t)now.tv_sec ^ ((uint64_t)now.tv_nsec << 20) ^ ((uint64_t)getpid() << 44));
    return dice_roll(&dice, 1000000000); /* short enough to be typed again */
}
