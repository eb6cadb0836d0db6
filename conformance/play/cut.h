/* SPDX-License-Identifier: MIT */
/* cut.h - replays with other cuts: the same bytes, in other writes. Verdicts must not change.
 *
 * sending.c asks where the next write ends; join.c makes one write of the requests that follow
 * each other. UDP is left alone: there a write is a datagram. */
#pragma once

#include "language/scenario.h"

#include <stdint.h>

enum cut_kind {
    CUT_NONE,   /* as the scenario says */
    CUT_BYTES,  /* byte by byte */
    CUT_EACH,   /* every request is cut at one offset; a play for each offset */
    CUT_JOINED, /* requests that follow each other on a session leave in one write */
    CUT_RANDOM, /* at places that a seed chooses */
};

struct cut {
    enum cut_kind kind;
    uint64_t seed; /* RANDOM */
    size_t at;     /* EACH: the offset of this play */
};

/* Where the write that begins at `sent` ends, in a request of `length` bytes. */
size_t cut_end(const struct cut *cut, size_t sent, size_t length);

/* The offset behind `at` to be tried next when the longest request had `longest` bytes; 0: none.
 * The beginning and the end of long requests are tried, not the middle of a large value. */
size_t cut_after(size_t at, size_t longest);

/* ", cut at byte 7" for messages; "" for CUT_NONE. */
const char *cut_shown(struct arena *arena, const struct cut *cut);

/* The steps with every row of exchanges that can be joined made one. From the arena; those that are
 * not joined are the same. */
const struct step *steps_join(struct arena *arena, const struct step *steps, size_t count,
                              size_t *joined);
