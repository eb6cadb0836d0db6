/* SPDX-License-Identifier: MIT */
/* match.h - expected against received, as far as the bytes have come.
 *
 * An expectation is a pattern whose holes are filled for one step of one play. Matching is a pure
 * function of the expectation and the bytes so far, so a reply may arrive in any pieces. */
#pragma once

#include "language/scenario.h"
#include "play/pieces.h"

struct expectation;

/* Fills the pattern's holes. NULL with *problem in words if one cannot be filled. All memory
 * comes from `arena`, but large literals are freed by expectation_free. */
struct expectation *expectation_new(struct arena *arena, const struct pattern *pattern,
                                    const struct scope *scope, const char **problem);
void expectation_free(struct expectation *expectation);

/* The expectation of exactly these bytes, which are copied. */
struct expectation *expectation_of_bytes(struct arena *arena, const char *bytes, size_t length);

/* True if the one alternative is no bytes at all: silence. */
bool expectation_is_silence(const struct expectation *expectation);

struct match expectation_match(const struct expectation *expectation, const char *bytes,
                               size_t length);

/* After MATCH_DONE on the same bytes: stores what the wildcards captured. */
void expectation_capture(const struct expectation *expectation, const struct match *match,
                         const char *bytes, const struct scope *scope);

/* The alternative in the notation of scenarios with its holes filled and wildcards as {u64}, and
 * packets in words; appended to `out`. */
void expectation_show(const struct expectation *expectation, size_t alternative, struct bytes *out);

/* Where in the text of expectation_show the match stands still. */
size_t expectation_shown_at(const struct expectation *expectation, const struct match *match);

/* What is wrong inside a packet or a frame, "status: expected 0x0001 key not found, received
 * 0x0000 ok"; NULL when the match stands still elsewhere. *field receives its name. */
const char *expectation_explain(const struct expectation *expectation, const struct match *match,
                                const char *bytes, size_t length, struct arena *arena,
                                const char **field);

/* How many alternatives there are, and the name of one: of any_of, or what a tally wants of it;
 * NULL for a plain pattern. */
size_t expectation_alternatives(const struct expectation *expectation);
const char *expectation_name(const struct expectation *expectation, size_t alternative);
