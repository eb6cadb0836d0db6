/* SPDX-License-Identifier: MIT */
/* replay.h - a small history as a scenario: the same operations, those that overlapped sent
 * together, and the replies that memcached may give. It fails where the mistake comes again. */
#pragma once

#include "history/history.h"

#include <stdio.h>

struct replay_title {
    const char *name, *why; /* of the scenario */
    unsigned rounds;        /* a race is not lost every time */
    unsigned pause_ms;      /* before each group of operations; 0: none */
};

/* Around the scenarios of a file, and between them. */
void replay_begin_file(FILE *out, const struct history *history);
void replay_between(FILE *out);
void replay_end_file(FILE *out);

/* One scenario of several histories, one after the other. Keys and uniques are general. False when
 * one is too long, or can go in too many ways: what was written is no scenario then. */
bool replay_write(FILE *out, const struct history *const *histories, size_t count,
                  const struct replay_title *title);
