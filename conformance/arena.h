/* SPDX-License-Identifier: MIT */
/* arena.h - memory that is freed all at once.
 *
 * A catalogue of scenarios, and a play of one, are made of hundreds of small strings and arrays
 * that live exactly as long as their owner. They come from its arena, so nothing frees them one
 * by one. Out of memory ends the program with a message: there is nothing useful to go on with. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */

/* Zeroed memory, aligned for any type. `size` may be 0. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `length` bytes with a NUL behind them. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);

/* A copy of a C string; arena_format, arena_vformat: as sprintf, vsprintf. */
char *arena_string(struct arena *arena, const char *string);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Room for one more element at the end of an array of `count` elements of `size` bytes that was
 * made by this call alone: returns the (possibly moved) array; capacity doubles. `array` may be
 * NULL when count is 0. The new element is zeroed. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);
