/* SPDX-License-Identifier: MIT */
/* base64.h - keys of any bytes, written in the 64 characters of RFC 4648, section 4.
 *
 * protocol.txt, "Meta Get", flag b. Four characters stand for three bytes. */
#pragma once

#include <stddef.h>

#include "bytes/slice.h"

/* Characters that `length` bytes are written with. */
#define BASE64_LENGTH(length) (((length) + 2) / 3 * 4)

/* Reads `text` into `bytes`, which has room for text.length of them. Returns how many there are, or
 * 0 if that is no base64. As memcached does, bytes outside the alphabet are passed over and reading
 * ends with the first group of four that is filled up with '='. */
size_t base64_decode(struct slice text, char *bytes);

/* Writes `bytes` at `at`, which has room for BASE64_LENGTH(bytes.length), and returns the address
 * after the last character. Writes no NUL. */
char *base64_encode(char *at, struct slice bytes);
