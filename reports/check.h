/* SPDX-License-Identifier: MIT */
/* check.h - TAP points for the unit tests of every room.
 *
 * A test program includes this header once, calls CHECK… for each claim and ends with
 * `return check_finish();`. The plan is printed last, as TAP allows. A failed point names the
 * file and line and shows both sides; the program goes on, so one run shows every failure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct { unsigned points, failures; } check_count;

static inline bool check_point(bool passed, const char *claim, const char *file, int line) {
    check_count.points++;
    printf("%sok %u - %s\n", passed ? "" : "not ", check_count.points, claim);
    if (!passed) {
        check_count.failures++;
        printf("# failed at %s:%d\n", file, line);
    }
    return passed;
}

static inline void check_show(const char *label, const void *bytes, size_t length) {
    const unsigned char *byte = bytes;
    printf("# %s (%zu bytes) ", label, length);
    for (size_t i = 0; i < length && i < 400; i++) {
        if (byte[i] == '\r')
            printf("\\r");
        else if (byte[i] == '\n')
            printf("\\n");
        else if (byte[i] < 0x20 || byte[i] > 0x7e || byte[i] == '\\')
            printf("\\x%02x", byte[i]);
        else
            putchar(byte[i]);
    }
    putchar('\n');
}

static inline bool check_bytes(const void *got, size_t got_length, const void *want,
                               size_t want_length, const char *claim, const char *file, int line) {
    bool same =
        got_length == want_length && (got_length == 0 || memcmp(got, want, got_length) == 0);
    if (!check_point(same, claim, file, line)) {
        check_show("expected", want, want_length);
        check_show("received", got, got_length);
    }
    return same;
}

static inline bool check_int(intmax_t got, intmax_t want, const char *claim, const char *file,
                             int line) {
    if (!check_point(got == want, claim, file, line))
        printf("# expected %jd\n# received %jd\n", want, got);
    return got == want;
}

static inline bool check_text(const char *got, const char *want, const char *claim,
                              const char *file, int line) {
    return check_bytes(got, strlen(got), want, strlen(want), claim, file, line);
}

/* Prints the plan; the exit status a test program returns from main. */
static inline int check_finish(void) {
    printf("1..%u\n", check_count.points);
    return check_count.failures == 0 ? 0 : 1;
}

/* CHECK(condition, claim): one point. CHECK_INT compares integers, CHECK_TEXT two C strings,
 * CHECK_BYTES two byte ranges; all show both sides when they differ. */
#define CHECK(condition, claim) check_point((condition), (claim), __FILE__, __LINE__)
#define CHECK_INT(got, want, claim)                                                                \
    check_int((intmax_t)(got), (intmax_t)(want), (claim), __FILE__, __LINE__)
#define CHECK_TEXT(got, want, claim) check_text((got), (want), (claim), __FILE__, __LINE__)
#define CHECK_BYTES(got, got_length, want, want_length, claim)                                     \
    check_bytes((got), (got_length), (want), (want_length), (claim), __FILE__, __LINE__)
