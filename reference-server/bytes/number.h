/* SPDX-License-Identifier: MIT */
/* number.h - decimal numbers as memcached reads and writes them.
 *
 * protocol.txt only says "decimal". What memcached accepts is what C's strtoull accepts, and
 * clients have come to rely on some of it, so these functions follow it: white space before the
 * digits, a sign, then digits, then the end or white space (whatever comes after that is not
 * looked at). They are used for the words of a command line and for the stored values of
 * incr and decr. No function here writes to its result unless it returns true. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bytes/slice.h"

enum {
    NUMBER_DIGITS_MAX = 20 /* 18446744073709551615 */
};

/* Reads an unsigned 64-bit number: cas unique and the delta and values of incr/decr.
 * False if there is no digit, if other bytes follow the digits, or above 2^64-1.
 * A minus sign wraps the number around as strtoull does; it is refused only while the wrapped
 * number has its top bit set. So -1 is refused and -18446744073709551615 reads as 1. */
bool number_read_u64(struct slice text, uint64_t *number);

/* Reads a 32-bit unsigned number (flags, verbosity): read as 64 bits, then cut to the low 32.
 * So 4294967296 reads as 0, as in memcached. */
bool number_read_u32(struct slice text, uint32_t *number);

/* Reads a 32-bit signed number (exptime, bytes): read as signed 64 bits, then cut to the low 32.
 * So 2147483648 reads as -2147483648, as in memcached. */
bool number_read_i32(struct slice text, int32_t *number);

/* Reads a number with or without a fraction, as strtod does. False if other bytes follow. */
bool number_read_double(struct slice text, double *number);

/* Reads a signed 64-bit number. */
bool number_read_i64(struct slice text, int64_t *number);

/* Writes `number` in decimal at `at`, which has room for NUMBER_DIGITS_MAX bytes, and returns
 * the address after the last digit. Writes no NUL. */
char *number_write(char *at, uint64_t number);
