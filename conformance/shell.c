/* SPDX-License-Identifier: MIT */
/* shell.c - quoting for the shell; the contract is in shell.h. Called where lines to repeat a
 * failure are made: options.c (the arguments) and play/by_hand.c (paths). */
#include "shell.h"

#include "arena.h"

#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "-_./:,+@%=";

const char *shell_quote(struct arena *arena, const char *word) {
    if (*word != '\0' && word[strspn(word, plain)] == '\0')
        return word;
    char *quoted = arena_alloc(arena, 4 * strlen(word) + 3), *end = quoted;
    *end++ = '\'';
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            memcpy(end, "'\\''", 4);
            end += 4;
        } else {
            *end++ = *word;
        }
    }
    *end = '\'';
    return quoted;
}
