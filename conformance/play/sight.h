/* SPDX-License-Identifier: MIT */
/* sight.h - what a hint looks at: one fault with its bytes, and small tools to read them.
 *
 * The tools read lines and words; they are shared by the files hint_*.c. Bytes may be anything. */
#pragma once

#include "play/explain.h"
#include "reports/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sight {
    enum fault fault;
    bool silence;      /* no reply was expected at all */
    bool again;        /* in an earlier round of a repeat the step was answered */
    bool first;        /* nothing was sent on this session before */
    bool cut;          /* the request left in several segments */
    bool closing;      /* the connection had to end with what was expected */
    const char *field; /* of a binary packet, the one that is wrong; NULL for text */
    struct verdict_bytes request, expected, received;
    size_t at;    /* of the first wrong byte in `received` */
    size_t there; /* of what was wanted there in `expected` */
};

/* Does `word` stand at this place of the bytes? */
bool sight_begins(struct verdict_bytes bytes, size_t at, const char *word);
bool sight_ends_with(struct verdict_bytes bytes, const char *word);
bool sight_contains(struct verdict_bytes bytes, const char *word);

/* The bytes differ, and the replies begin with these words. */
bool sight_instead(const struct sight *sight, const char *expected, const char *received);

/* The line that holds the offset, without its line end; the n-th word of a line (from 0), without
 * data when there are fewer. */
struct verdict_bytes sight_line(struct verdict_bytes bytes, size_t at);
struct verdict_bytes sight_word(struct verdict_bytes line, unsigned n);

bool sight_same(struct verdict_bytes left, struct verdict_bytes right);

/* A decimal number below 2^64 that fills the word. */
bool sight_number(struct verdict_bytes word, uint64_t *number);

/* The functions of hints.def: true when this mistake explains the fault. */
#define HINT(name, sentence) bool hint_##name(const struct sight *sight);
#include "play/hints.def"
#undef HINT
