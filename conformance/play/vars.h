/* SPDX-License-Identifier: MIT */
/* vars.h - what a play knows: its own keys, and what its sessions captured.
 *
 * Rendering a text fills its holes from here. Captures belong to the session that made them;
 * a name without a session means the session's own, or else what was captured last by any. */
#pragma once

#include "language/scenario.h"
#include "language/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct vars;

/* A growing run of bytes that its owner frees with bytes_free. */
struct bytes {
    char *data;
    size_t length, capacity;
};

void bytes_append(struct bytes *bytes, const void *data, size_t length);
/* Appends what printf would print, whole. */
void bytes_print(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void bytes_free(struct bytes *bytes);

/* Who asks: the session and the round of the innermost repeat. */
struct scope {
    struct vars *vars;
    const char *as; /* NULL: nobody; counts are those of all sessions together */
    unsigned round;
};

/* `stem` begins every key of the play (19 bytes or fewer); all memory comes from `arena`. */
struct vars *vars_new(struct arena *arena, const char *stem);

/* Remembers (or replaces) what `session` captured as `name`. The bytes are copied. */
void vars_capture(struct vars *vars, const char *session, const char *name, const char *bytes,
                  size_t length);

/* Notes that an alternative of any_of came to `session` once more. Both strings are borrowed. */
void vars_count(struct vars *vars, const char *session, const char *name);

/* Appends the bytes of one atom that is not a wildcard. On failure false, and *problem says in
 * words (from the arena) which hole could not be filled. */
bool vars_render_atom(const struct scope *scope, const struct atom *atom, struct bytes *out,
                      const char **problem);

/* A message for *problem, from the arena. */
const char *vars_problem(const struct scope *scope, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a whole text without wildcards. */
bool vars_render(const struct scope *scope, const struct text *text, struct bytes *out,
                 const char **problem);

/* The value of one side of a check, as bytes; *is_number tells whether *number holds it. */
bool vars_operand(const struct scope *scope, const struct operand *operand, struct bytes *out,
                  bool *is_number, uint64_t *number, const char **problem);
