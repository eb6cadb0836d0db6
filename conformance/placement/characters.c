/* SPDX-License-Identifier: MIT */
/* characters.c - UTF-8 as characters. See characters.h. */
#include "placement/characters.h"

enum { REPLACEMENT = 0xfffd };

/* How many bytes a character has, by its first one; 0: none begins so. */
static size_t character_length(unsigned char first) {
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

uint32_t character_next(const char *text, size_t length, size_t *at) {
    unsigned char first = (unsigned char)text[*at];
    size_t bytes = character_length(first);
    uint32_t character = bytes == 1 ? first : first & (0x7fu >> bytes);
    if (bytes == 0 || length - *at < bytes) {
        ++*at;
        return REPLACEMENT;
    }
    for (size_t i = 1; i < bytes; i++) {
        unsigned char next = (unsigned char)text[*at + i];
        if ((next & 0xc0) != 0x80) {
            ++*at;
            return REPLACEMENT;
        }
        character = character << 6 | (next & 0x3f);
    }
    *at += bytes;
    return character;
}
