/* SPDX-License-Identifier: MIT */
/* json_scan.h - goes over JSON before cJSON does; used by json.c alone. */
#pragma once

#include "language/problems.h"

#include <stdbool.h>
#include <stddef.h>

/* The places of all values and keys in the order they are written: a member's key, then its
 * value, then what is inside that value. */
struct json_places {
    struct place *list;
    size_t count;
};

/* False when the bytes are not strict JSON (RFC 8259 and: no NUL, no byte order mark, at most 64
 * levels deep, numbers of at most 32 characters); the problem is then told. `bytes` has a NUL
 * behind its `length` bytes. */
bool json_scan(struct problems *problems, const char *bytes, size_t length,
               struct json_places *places);
