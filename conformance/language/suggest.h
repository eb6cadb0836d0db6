/* SPDX-License-Identifier: MIT */
/* suggest.h - "did you mean": the known word that a misspelt one was meant to be. */
#pragma once

#include <stddef.h>

struct arena;

/* How many letters must be inserted, removed, replaced or swapped with a neighbour to turn `from`
 * into `to` (Damerau-Levenshtein, each place edited once; case does not count). Words longer
 * than 127 bytes are as far as their longer length. */
size_t suggest_distance(const char *from, const char *to);

/* The nearest of `count` known words, or NULL when none is near: at most one edit for every three
 * letters. */
const char *suggest_word(const char *wrong, const char *const *known, size_t count);

/* The end of a message: `; did you mean "expect"?`, or, when none is near, `; known: "a", "b"` of
 * at most 32 known words, or "". */
const char *suggest_hint(struct arena *arena, const char *wrong, const char *const *known,
                         size_t count);
