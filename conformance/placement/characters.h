/* SPDX-License-Identifier: MIT */
/* characters.h - UTF-8 as characters, for clients that hash those and not bytes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The character at *at, which moves behind it. A byte that begins none is U+FFFD, as for
 * JavaScript's decoder. */
uint32_t character_next(const char *text, size_t length, size_t *at);
