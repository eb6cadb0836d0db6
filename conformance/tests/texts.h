/* SPDX-License-Identifier: MIT */
/* texts.h - texts and patterns for unit tests, written as scenarios write them. */
#pragma once

#include "arena.h"
#include "language/scenario.h"
#include "language/text_load.h"

#include <stdio.h>
#include <stdlib.h>

/* The text, with its atoms in the arena. A notation that the loader refuses ends the test. */
static inline struct text text_of(struct arena *arena, const char *notation, enum text_use use) {
    struct problems problems = {.arena = arena, .file = "test"};
    struct text text = {0};
    if (!text_load_string(&problems, notation, (struct place){1, 1, notation}, use, &text)) {
        printf("Bail out! %s: %s\n", notation, problems.count > 0 ? problems.list[0] : "?");
        exit(1);
    }
    return text;
}

/* A pattern of one alternative, or of several with their names. */
static inline struct pattern pattern_of(struct arena *arena, const char *const *notations,
                                        const char *const *names, size_t count) {
    struct pattern pattern = {arena_alloc(arena, count * sizeof(struct alternative)), count};
    for (size_t i = 0; i < count; i++)
        pattern.alternatives[i] = (struct alternative){names ? names[i] : NULL,
                                                       text_of(arena, notations[i], TEXT_PATTERN)};
    return pattern;
}
