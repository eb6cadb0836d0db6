/* SPDX-License-Identifier: MIT */
/* scribe.h - writes a tape as a scenario: keys, cas uniques and times are made general, so that it
 * plays on any server and at any time. */
#pragma once

#include "play/vars.h"
#include "record/tape.h"

/* What else stands in the file. */
struct scribe_title {
    const char *name;  /* the claim */
    const char *about; /* from whom it was recorded */
};

/* What was written, and what had to be left out. */
struct scribe_result {
    size_t steps;
    size_t unfinished;  /* requests or replies that end in the middle */
    size_t unanswered;  /* turns to which no byte came, though they ask for a reply */
    bool has_passwords; /* SASL travelled: the file holds what was sent */
};

/* Appends the whole file, a JSON document, to `out`. Memory comes from the arena. */
struct scribe_result scribe_write(struct arena *arena, const struct tape *tape,
                                  const struct scribe_title *title, struct bytes *out);
