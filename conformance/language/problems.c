/* SPDX-License-Identifier: MIT */
/* problems.c - collects messages about files; the contract is in problems.h. */
#include "language/problems.h"

#include "arena.h"

#include <stdio.h>
#include <string.h>

/* A problem is one line, and what it quotes from a file must not steer a terminal: control bytes
 * become \x1b. */
static const char *printable(struct arena *arena, const char *message) {
    size_t length = 0;
    char *safe = arena_alloc(arena, 4 * strlen(message) + 1);
    for (; *message != '\0'; message++) {
        unsigned char byte = (unsigned char)*message;
        if (byte < 0x20 || byte == 0x7f)
            length += (size_t)snprintf(safe + length, 5, "\\x%02x", byte);
        else
            safe[length++] = *message;
    }
    return safe;
}

static void add(struct problems *problems, const char *message) {
    problems->list = arena_grow(problems->arena, problems->list, problems->count, sizeof(char *));
    problems->list[problems->count++] = printable(problems->arena, message);
}

void problem_add(struct problems *problems, struct place at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vformat(problems->arena, format, arguments);
    va_end(arguments);
    add(problems,
        arena_format(problems->arena, "%s:%d:%d: %s", problems->file, at.line, at.column, message));
}

void problem_add_file(struct problems *problems, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vformat(problems->arena, format, arguments);
    va_end(arguments);
    add(problems, arena_format(problems->arena, "%s: %s", problems->file, message));
}
