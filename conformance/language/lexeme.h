/* SPDX-License-Identifier: MIT */
/* lexeme.h - the smallest pieces of the notations inside strings: names and numbers.
 *
 * Used by text_parse.c ("{A.cas+1}"), relation.c ("A.cas < 10") and scenario_step.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the name at the beginning of `string`: a letter or _, then letters, digits and _;
 * 0 when there is none. Captures and sessions have such names. */
size_t lexeme_name(const char *string);

/* The whole string is a name. */
bool lexeme_is_name(const char *string);

/* The length of the unsigned decimal number at the beginning of `string`, 0 when there is none or
 * it is not below 2^64. */
size_t lexeme_u64(const char *string, uint64_t *number);

/* The length of "+N" or "-N" at the beginning of `string`, N at most 2^63; 0 when there is none.
 * Offsets are added modulo 2^64, as incr does, so +2^63 and -2^63 are the same. */
size_t lexeme_offset(const char *string, int64_t *offset);
