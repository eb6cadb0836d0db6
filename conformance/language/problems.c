/* SPDX-License-Identifier: MIT */
/* problems.c - collects messages about files; the contract is in problems.h. */
#include "language/problems.h"

#include "arena.h"
#include "language/json_path.h"

#include <stdio.h>
#include <string.h>

enum {
    SHOWN_BYTES = 2000, /* of a message: a file may quote itself at length */
    UTF8_MORE = 0x80,   /* the upper bits of a byte that is not the first of its character */
    UTF8_MORE_MASK = 0xc0,
    SEARCHED_BYTES = 1 << 20, /* of a document, for the path of a place */
};

/* A problem is one line, and what it quotes from a file must not steer a terminal: control bytes
 * become \x1b. A long one is cut between two characters. */
static const char *printable(struct arena *arena, const char *message) {
    size_t length = 0, shown = strlen(message);
    if (shown > SHOWN_BYTES)
        for (shown = SHOWN_BYTES; ((unsigned char)message[shown] & UTF8_MORE_MASK) == UTF8_MORE;)
            shown--;
    char *safe = arena_alloc(arena, 4 * shown + sizeof "...");
    for (size_t i = 0; i < shown; i++) {
        unsigned char byte = (unsigned char)message[i];
        if (byte < 0x20 || byte == 0x7f)
            length += (size_t)snprintf(safe + length, 5, "\\x%02x", byte);
        else
            safe[length++] = message[i];
    }
    if (message[shown] != '\0')
        memcpy(safe + length, "...", sizeof "...");
    return safe;
}

static void add(struct problems *problems, const char *message, const char *path) {
    const char *told = printable(problems->arena, message);
    if (path != NULL)
        told = arena_format(problems->arena, "%s (%s)", told, printable(problems->arena, path));
    problems->list = arena_grow(problems->arena, problems->list, problems->count, sizeof(char *));
    problems->list[problems->count++] = told;
}

/* The JSON path of a place in the document that is read, below its root; or NULL. In a large one it
 * would take too long to find. */
static const char *path_of(const struct problems *problems, struct place at) {
    const char *document = problems->document, *source = at.source;
    if (document == NULL || source == NULL || source <= document ||
        source - document > (ptrdiff_t)problems->document_length ||
        source - document > SEARCHED_BYTES)
        return NULL;
    const char *path = json_path(problems->arena, document, source);
    return path[1] == '\0' ? NULL : path;
}

bool problems_enough(const struct problems *problems) {
    return problems->count > PROBLEMS_TOLD_MAX;
}

void problem_add(struct problems *problems, struct place at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vformat(problems->arena, format, arguments);
    va_end(arguments);
    add(problems,
        arena_format(problems->arena, "%s:%d:%d: %s", problems->file, at.line, at.column, message),
        path_of(problems, at));
}

void problem_add_file(struct problems *problems, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vformat(problems->arena, format, arguments);
    va_end(arguments);
    add(problems, arena_format(problems->arena, "%s: %s", problems->file, message), NULL);
}
