/* SPDX-License-Identifier: MIT */
/* answer.h - reading and changing an answer that waits in a connection's output.
 *
 * An answer is what one request, or one part of a long one, has appended to `out`. Values above
 * CONNECTION_COPY_MAX_BYTES are not in it: they are sent from their items. Called by bugs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"

struct connection;

struct answer {
    struct connection *connection;
    size_t begin; /* in `out`, after what waited there before */
};

/* One line of a text answer, and the data block behind it if it announces one. Offsets in the
 * answer. */
struct answer_line {
    size_t at;
    size_t length;     /* without the line end */
    size_t data_at;    /* after the line end ... */
    size_t data_bytes; /* ... and how much of the block is in the answer, with its line end */
};

char *answer_bytes(const struct answer *answer);
size_t answer_length(const struct answer *answer);

/* True if it answers this command of the text protocol; then `line` can be its first line. */
bool answer_is_to(const struct answer *answer, const char *word);
bool answer_first_line(const struct answer *answer, const char *word, struct answer_line *line);

/* True if that is how the answer begins, or all of it. */
bool answer_begins(const struct answer *answer, const char *text);
bool answer_is(const struct answer *answer, const char *text);

/* `length` bytes from `at` on become others. */
void answer_replace(struct answer *answer, size_t at, size_t length, struct slice by);

/* The first `from` becomes `to`. False if there is none. */
bool answer_say(struct answer *answer, const char *from, const char *to);

/* Nothing is answered, or this text instead. */
void answer_drop(struct answer *answer);
void answer_only(struct answer *answer, const char *text);

/* The next line of a text answer; begin with a struct of zeros. False after the last. */
bool answer_next_line(const struct answer *answer, struct answer_line *line);

/* Word `index` of a line; empty if it has fewer. */
struct slice answer_word(const struct answer *answer, const struct answer_line *line,
                         unsigned index);

/* Word `index` of a line becomes `text`; the line's numbers follow. An empty text also takes the
 * space before the word. */
void answer_set_word(struct answer *answer, struct answer_line *line, unsigned index,
                     const char *text);
void answer_set_number(struct answer *answer, struct answer_line *line, unsigned index,
                       uint64_t number);

/* The next packet of a binary answer: its first byte, or NULL. Begin with *at = 0. */
unsigned char *answer_next_packet(const struct answer *answer, size_t *at);
