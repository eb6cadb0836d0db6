/* SPDX-License-Identifier: MIT */
/* slice.h - a run of bytes somebody else owns.
 *
 * Requests are taken apart without copying: a key or a number is a slice of the connection's
 * input buffer. A slice is only good until its owner moves or frees the bytes, so whoever wants
 * to keep it copies it (the store does). Slices are not NUL-terminated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *bytes;
    size_t length;
};

/* True if the slice holds exactly the bytes of the C string `text`. */
static inline bool slice_is(struct slice slice, const char *text) {
    return strlen(text) == slice.length && memcmp(slice.bytes, text, slice.length) == 0;
}

/* True if the slice begins with the bytes of the C string `text`. */
static inline bool slice_begins(struct slice slice, const char *text) {
    size_t length = strlen(text);
    return slice.length >= length && memcmp(slice.bytes, text, length) == 0;
}
