/* SPDX-License-Identifier: MIT */
/* utf8.h - is this UTF-8? */
#pragma once

#include <stddef.h>

/* How many of `length` bytes, from the beginning, are well-formed UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF): `length` when all are. */
size_t utf8_span(const char *bytes, size_t length);
