/* SPDX-License-Identifier: MIT */
/* pieces.h - a text of a pattern, filled for one step of one play: a row of pieces, each of them
 * literal bytes, a wildcard, a packet or a frame. match.c has one row for each alternative;
 * packet_match.c has one for each field of a packet. */
#pragma once

#include "language/text.h"
#include "play/vars.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum match_state {
    MATCH_DONE, /* the first `length` bytes are the reply */
    MATCH_MORE, /* right so far; more bytes must come */
    MATCH_BAD,  /* wrong at `differs_at`, whatever may still come */
};

struct match {
    enum match_state state;
    size_t length;
    size_t differs_at;
    size_t piece, within; /* MORE, BAD: where in the pattern; for expectation_shown_at. Inside a
                             packet `within` is the field, inside a frame the number */
    size_t begin;         /* MORE, BAD: where that piece begins in the bytes */
    enum {
        LINE_NONE,    /* the match stands still elsewhere */
        LINE_DIFFERS, /* BAD: the line that {lines} leads to has come, with another end */
        LINE_MISSING, /* BAD: the list is over, and no line was the one that {lines} leads to */
    } line;
    size_t alternative; /* DONE: the one that matched; MORE, BAD: the one that came closest */
};

struct packet_want; /* packet_match.h */

struct piece {
    enum atom_kind kind; /* LITERAL, a wildcard, PACKET or FRAME */
    const char *name;    /* capture, or NULL */
    const char *word;    /* LINES: the first of every line, or NULL */
    uint64_t min, max;
    struct bytes literal;
    struct packet_want *packet; /* PACKET, PACKETS */
    struct pieces *numbers;     /* FRAME: FRAME_NUMBERS of them */
};

struct pieces {
    struct piece *list;
    size_t count;
};

/* Fills the holes of a text. False, with *problem in words, if one cannot be filled; what was made
 * is to be freed all the same. The row comes from `arena`, its literal bytes do not. */
bool pieces_fill(struct arena *arena, const struct text *text, const struct scope *scope,
                 struct pieces *pieces, const char **problem);
void pieces_free(struct pieces *pieces);

/* Matches the bytes from `begin` up to `length`. `whole`: they are all there is, as in a field of
 * a packet, so a wildcard may end with them, and none may be left over. `ends` receives where each
 * piece ends; NULL when nobody asks. */
struct match pieces_match(const struct pieces *pieces, const char *bytes, size_t begin,
                          size_t length, bool whole, size_t *ends);

/* After MATCH_DONE on the same bytes: stores what the wildcards captured. */
void pieces_capture(const struct pieces *pieces, const char *bytes, size_t begin, size_t length,
                    bool whole, const struct scope *scope);

/* Appends the pieces in the notation of scenarios; packets in words. `until` is how many: the
 * count for all of them. */
void pieces_show(const struct pieces *pieces, size_t until, struct bytes *out);
