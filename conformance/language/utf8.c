/* SPDX-License-Identifier: MIT */
/* utf8.c - is this UTF-8? The rows are table 3-7 of the Unicode standard. */
#include "language/utf8.h"

/* A character that begins with a byte from `first` to `last` has `length` bytes; the second lies
 * between `low` and `high`, the others between 0x80 and 0xbf. */
static const struct row {
    unsigned char first, last, length, low, high;
} rows[] = {
    {0x00, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* The length of the character at `byte`, of which `left` bytes are there; 0 when it is none. */
static size_t character_length(const unsigned char *byte, size_t left) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        if (byte[0] < row->first || byte[0] > row->last)
            continue;
        if (row->length > left)
            return 0;
        if (row->length > 1 && (byte[1] < row->low || byte[1] > row->high))
            return 0;
        for (size_t k = 2; k < row->length; k++)
            if (byte[k] < 0x80 || byte[k] > 0xbf)
                return 0;
        return row->length;
    }
    return 0;
}

size_t utf8_span(const char *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        size_t character = character_length((const unsigned char *)bytes + at, length - at);
        if (character == 0)
            break;
        at += character;
    }
    return at;
}
