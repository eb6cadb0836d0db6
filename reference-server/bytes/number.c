/* SPDX-License-Identifier: MIT */
/* number.c - decimal numbers as memcached reads and writes them; see bytes/number.h for the rules.
 *
 * Works on slices, so it never reads past the end of a token or a value. Knows nothing of
 * commands. Called by the dialects for command words and by the store for incr and decr. */
#include "bytes/number.h"

#include <stdlib.h>
#include <string.h>

/* The parts of a number before they are judged: sign and size. */
struct scanned {
    uint64_t magnitude;
    bool negative;
};

static bool number_is_space(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Reads [space] [sign] digits, then demands the end, a white space or a NUL. */
static bool number_scan(struct slice text, struct scanned *scanned) {
    const char *at = text.bytes;
    const char *end = text.bytes + text.length;
    uint64_t magnitude = 0;

    while (at < end && number_is_space(*at))
        at++;
    scanned->negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    const char *first_digit = at;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (__builtin_mul_overflow(magnitude, 10, &magnitude) ||
            __builtin_add_overflow(magnitude, digit, &magnitude))
            return false;
    }
    scanned->magnitude = magnitude;
    return at > first_digit && (at == end || number_is_space(*at) || *at == '\0');
}

bool number_read_u64(struct slice text, uint64_t *number) {
    struct scanned scanned;
    if (!number_scan(text, &scanned))
        return false;
    uint64_t value = scanned.negative ? 0 - scanned.magnitude : scanned.magnitude;
    bool top_bit = (value >> 63) != 0;
    if (top_bit && memchr(text.bytes, '-', text.length) != NULL)
        return false;
    *number = value;
    return true;
}

bool number_read_u32(struct slice text, uint32_t *number) {
    uint64_t value;
    if (!number_read_u64(text, &value))
        return false;
    *number = (uint32_t)value;
    return true;
}

bool number_read_i64(struct slice text, int64_t *number) {
    struct scanned scanned;
    if (!number_scan(text, &scanned))
        return false;
    uint64_t limit = scanned.negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    if (scanned.magnitude > limit)
        return false;
    *number = (int64_t)(scanned.negative ? 0 - scanned.magnitude : scanned.magnitude);
    return true;
}

bool number_read_i32(struct slice text, int32_t *number) {
    int64_t value;
    if (!number_read_i64(text, &value))
        return false;
    *number = (int32_t)(uint32_t)value;
    return true;
}

bool number_read_double(struct slice text, double *number) {
    char copy[64];
    char *end;
    if (text.length == 0 || text.length >= sizeof(copy))
        return false;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    double value = strtod(copy, &end);
    if (end == copy || (*end != '\0' && !number_is_space(*end)))
        return false;
    *number = value;
    return true;
}

char *number_write(char *at, uint64_t number) {
    char digits[NUMBER_DIGITS_MAX];
    char *first = digits + sizeof(digits);
    for (; number >= 10; number /= 10)
        *--first = (char)('0' + number % 10);
    *--first = (char)('0' + number);
    while (first < digits + sizeof(digits))
        *at++ = *first++;
    return at;
}
