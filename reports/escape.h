/* SPDX-License-Identifier: MIT */
/* escape.h - bytes made printable, in the notation that scenarios use.
 *
 * Printable ASCII stays as it is; \r \n \t are named; every other byte is \xNN. What comes out
 * holds only bytes 0x20-0x7e, whatever a target sent: no newline, no terminal sequence, no broken
 * UTF-8. Long values are cut with the count of bytes left out: `set k[...1048576 bytes...]\r\n`.
 * Quoting for a format (YAML, TAP, XML) comes after this and belongs to that format's writer. */
#pragma once

#include <stddef.h>

enum escape_kind {
    ESCAPE_BYTES, /* what travelled: a backslash is doubled, so the notation can be read back */
    ESCAPE_TEXT,  /* our own words, which may quote a notation: a backslash stays single */
};

/* Smallest `size` of a buffer: room for a cut and for some bytes on both sides of it. */
enum { ESCAPE_SIZE_MIN = 80 };

/* Columns that the notation of `length` bytes takes, uncut. */
size_t escape_width(const char *data, size_t length, enum escape_kind kind);

/* Writes the notation of `length` bytes into `out`, a string of at most `size` - 1 columns
 * (`size` >= ESCAPE_SIZE_MIN). A value that is longer is cut in the middle: two thirds of the room
 * show its beginning, one third its end. */
void escape_value(char *out, size_t size, const char *data, size_t length, enum escape_kind kind);

/* The same for a C string of our own words; NULL gives "". */
void escape_text(char *out, size_t size, const char *text);

/* Writes the beginning of a value of `total` bytes of which only the first `length` are at hand;
 * what does not fit or is not at hand is counted at the end. */
void escape_beginning(char *out, size_t size, const char *data, size_t length, size_t total);

/* Writes the part of a value around offset `at` (0..length) and returns the column at which that
 * byte stands. Where the window begins depends only on the bytes before `at`: two values that
 * agree up to there are cut alike and stay aligned one above the other. */
size_t escape_window(char *out, size_t size, const char *data, size_t length, size_t at);
