/* SPDX-License-Identifier: MIT */
/* suggest.c - finds the known word that a misspelt one was meant to be. */
#include "language/suggest.h"

#include "arena.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 127, LISTED_MAX = 40 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static bool same_letter(char a, char b) {
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Row i holds the distances from the first i letters of `from` to every beginning of `to`. It
 * needs the row above it, and for a swap the one above that: three rows take turns. */
size_t suggest_distance(const char *from, const char *to) {
    size_t rows = strlen(from), columns = strlen(to);
    if (rows > WORD_MAX || columns > WORD_MAX)
        return rows > columns ? rows : columns;
    size_t table[3][WORD_MAX + 1];
    for (size_t j = 0; j <= columns; j++)
        table[0][j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t *row = table[i % 3], *above = table[(i - 1) % 3], *swap = table[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t replaced = above[j - 1] + (same_letter(from[i - 1], to[j - 1]) ? 0 : 1);
            row[j] = smaller(replaced, smaller(above[j] + 1, row[j - 1] + 1));
            if (i > 1 && j > 1 && same_letter(from[i - 1], to[j - 2]) &&
                same_letter(from[i - 2], to[j - 1]))
                row[j] = smaller(row[j], swap[j - 2] + 1);
        }
    }
    return table[rows % 3][columns];
}

const char *suggest_word(const char *wrong, const char *const *known, size_t count) {
    const char *nearest = NULL;
    size_t length = strlen(wrong);
    size_t limit = length < 3 ? 1 : length / 3;
    for (size_t i = 0; i < count; i++) {
        size_t distance = suggest_distance(wrong, known[i]);
        if (distance <= limit && distance < strlen(known[i])) {
            nearest = known[i];
            if (distance == 0)
                break;
            limit = distance - 1; /* only a nearer one replaces it */
        }
    }
    return nearest;
}

const char *suggest_hint(struct arena *arena, const char *wrong, const char *const *known,
                         size_t count) {
    const char *word = suggest_word(wrong, known, count);
    if (word != NULL)
        return arena_format(arena, "; did you mean \"%s\"?", word);
    if (count == 0 || count > LISTED_MAX)
        return "";
    const char *list = arena_format(arena, "; known: \"%s\"", known[0]);
    for (size_t i = 1; i < count; i++)
        list = arena_format(arena, "%s, \"%s\"", list, known[i]);
    return list;
}
