/* SPDX-License-Identifier: MIT */
/* escape.c - see escape.h. Three primitives (the notation of one byte, how many bytes fit from the
 * front or the back, a cursor that appends) carry the ways to cut a value. */
#include "escape.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { BYTE_MAX = 4 }; /* the longest notation of one byte: \xNN */

/* A string under construction; what would not fit is a mistake of this file. */
struct cursor {
    char *out;
    size_t used, size;
};

/* The notation of one byte, a string of 1 to BYTE_MAX columns; returns the number of columns. */
static size_t notate(unsigned char byte, enum escape_kind kind, char notation[BYTE_MAX + 1]) {
    static const char digits[] = "0123456789abcdef";
    const char *named = byte == '\r'                           ? "\\r"
                        : byte == '\n'                         ? "\\n"
                        : byte == '\t'                         ? "\\t"
                        : byte == '\\' && kind == ESCAPE_BYTES ? "\\\\"
                                                               : NULL;
    if (named != NULL) {
        memcpy(notation, named, 3);
        return 2;
    }
    if (byte >= 0x20 && byte <= 0x7e) {
        notation[0] = (char)byte;
        notation[1] = '\0';
        return 1;
    }
    memcpy(notation, "\\x", 2);
    notation[2] = digits[byte >> 4];
    notation[3] = digits[byte & 15];
    notation[4] = '\0';
    return BYTE_MAX;
}

/* How many bytes from offset `begin` on, and before `end`, fit in `columns`. */
static size_t fit_front(const char *data, size_t begin, size_t end, enum escape_kind kind,
                        size_t columns) {
    char notation[BYTE_MAX + 1];
    size_t used = 0;
    for (size_t i = begin; i < end; i++) {
        used += notate((unsigned char)data[i], kind, notation);
        if (used > columns)
            return i - begin;
    }
    return end - begin;
}

/* How many bytes before offset `end`, and from `begin` on, fit in `columns`. */
static size_t fit_back(const char *data, size_t begin, size_t end, enum escape_kind kind,
                       size_t columns) {
    char notation[BYTE_MAX + 1];
    size_t used = 0;
    for (size_t i = end; i > begin; i--) {
        used += notate((unsigned char)data[i - 1], kind, notation);
        if (used > columns)
            return end - i;
    }
    return end - begin;
}

/* Columns of the mark that stands for `count` bytes left out. */
static size_t gap_width(size_t count) {
    return (size_t)snprintf(NULL, 0, "[...%zu byte%s...]", count, count == 1 ? "" : "s");
}

static void put_gap(struct cursor *cursor, size_t count) {
    size_t room = cursor->size - cursor->used;
    int wrote = snprintf(cursor->out + cursor->used, room, "[...%zu byte%s...]", count,
                         count == 1 ? "" : "s");
    assert(wrote > 0 && (size_t)wrote < room);
    cursor->used += (size_t)wrote;
}

/* Appends the bytes of `data` from offset `begin` up to `end`. */
static void put_bytes(struct cursor *cursor, const char *data, size_t begin, size_t end,
                      enum escape_kind kind) {
    char notation[BYTE_MAX + 1];
    for (size_t i = begin; i < end; i++) {
        size_t width = notate((unsigned char)data[i], kind, notation);
        assert(cursor->used + width < cursor->size);
        memcpy(cursor->out + cursor->used, notation, width + 1);
        cursor->used += width;
    }
}

/* Appends the bytes from `begin` on as far as they fit. A mark counts the rest of `total`. */
static void put_beginning(struct cursor *cursor, const char *data, size_t begin, size_t end,
                          size_t total) {
    size_t room = cursor->size - 1 - cursor->used;
    size_t shown = fit_front(data, begin, end, ESCAPE_BYTES, room);
    if (begin + shown < total)
        shown = fit_front(data, begin, end, ESCAPE_BYTES, room - gap_width(total - begin));
    put_bytes(cursor, data, begin, begin + shown, ESCAPE_BYTES);
    if (begin + shown < total)
        put_gap(cursor, total - begin - shown);
}

static struct cursor cursor_on(char *out, size_t size) {
    assert(size >= ESCAPE_SIZE_MIN);
    out[0] = '\0';
    return (struct cursor){.out = out, .used = 0, .size = size};
}

size_t escape_width(const char *data, size_t length, enum escape_kind kind) {
    char notation[BYTE_MAX + 1];
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += notate((unsigned char)data[i], kind, notation);
    return columns;
}

void escape_value(char *out, size_t size, const char *data, size_t length, enum escape_kind kind) {
    struct cursor cursor = cursor_on(out, size);
    if (fit_front(data, 0, length, kind, size - 1) == length) {
        put_bytes(&cursor, data, 0, length, kind);
        return;
    }
    size_t room = size - 1 - gap_width(length);
    size_t head = fit_front(data, 0, length, kind, room * 2 / 3);
    size_t tail = fit_back(data, head, length, kind, room / 3);
    put_bytes(&cursor, data, 0, head, kind);
    put_gap(&cursor, length - head - tail);
    put_bytes(&cursor, data, length - tail, length, kind);
}

void escape_text(char *out, size_t size, const char *text) {
    if (text == NULL)
        text = "";
    escape_value(out, size, text, strlen(text), ESCAPE_TEXT);
}

void escape_beginning(char *out, size_t size, const char *data, size_t length, size_t total) {
    assert(total >= length);
    struct cursor cursor = cursor_on(out, size);
    put_beginning(&cursor, data, 0, length, total);
}

size_t escape_window(char *out, size_t size, const char *data, size_t length, size_t at) {
    assert(at <= length);
    struct cursor cursor = cursor_on(out, size);
    size_t columns = size - 1, begin = 0;
    if (fit_front(data, 0, at, ESCAPE_BYTES, columns / 2) < at) {
        begin = at - fit_back(data, 0, at, ESCAPE_BYTES, columns / 4);
        put_gap(&cursor, begin);
    }
    put_bytes(&cursor, data, begin, at, ESCAPE_BYTES);

    size_t column = cursor.used;
    put_beginning(&cursor, data, at, length, length);
    return column;
}
