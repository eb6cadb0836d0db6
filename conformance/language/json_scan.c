/* SPDX-License-Identifier: MIT */
/* json_scan.c - goes over JSON before cJSON does: the place of every value and key, and a clear
 * message for the first byte that is not strict JSON. Decodes nothing; cJSON does that next. */
#include "language/json_scan.h"

#include "arena.h"
#include "language/utf8.h"

#include <ctype.h>
#include <string.h>

enum { DEPTH_MAX = 64, NUMBER_MAX = 32 };

struct scan {
    struct problems *problems;
    struct json_places *places;
    const char *at, *end;
    struct place here; /* of `at` */
    unsigned depth;
};

static bool scan_value(struct scan *scan);

static struct place place_of(const struct scan *scan) {
    struct place place = scan->here;
    place.source = scan->at;
    return place;
}

/* The byte under the cursor; NUL at the end, which is never a valid byte. */
static char peek(const struct scan *scan) {
    char byte = '\0';
    if (scan->at < scan->end)
        byte = *scan->at;
    return byte;
}

static void advance(struct scan *scan) {
    unsigned char byte = (unsigned char)*scan->at++;
    if (byte == '\n') {
        scan->here.line++;
        scan->here.column = 1;
    } else if ((byte & 0xc0) != 0x80) {
        scan->here.column++; /* a continuation byte of UTF-8 is no character of its own */
    }
}

static void skip_space(struct scan *scan) {
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
        advance(scan);
}

/* What stands under the cursor, for messages. */
static const char *found(const struct scan *scan) {
    struct arena *arena = scan->problems->arena;
    if (scan->at == scan->end)
        return "the file ends";
    if (!isalnum((unsigned char)*scan->at))
        return isgraph((unsigned char)*scan->at)
                   ? arena_format(arena, "%c came", *scan->at)
                   : arena_format(arena, "the byte 0x%02x came", (unsigned char)*scan->at);
    int length = 0;
    while (length < 20 && scan->at + length < scan->end && isalnum((unsigned char)scan->at[length]))
        length++;
    return arena_format(arena, "%.*s came", length, scan->at);
}

/* Told at `place`, which may lie before what was found: behind the value that lacks its comma. */
static bool expected_at(const struct scan *scan, struct place place, const char *what) {
    const char *hint = "";
    if (peek(scan) == '/' || peek(scan) == '#')
        hint = "; JSON has no comments, use \"note\" or \"about\"";
    else if (peek(scan) == '\'')
        hint = "; strings stand in double quotes";
    problem_add(scan->problems, place, "expected %s, but %s%s", what, found(scan), hint);
    return false;
}

static bool expected(const struct scan *scan, const char *what) {
    return expected_at(scan, scan->here, what);
}

static void remember(struct scan *scan) {
    struct json_places *places = scan->places;
    places->list =
        arena_grow(scan->problems->arena, places->list, places->count, sizeof *places->list);
    places->list[places->count++] = place_of(scan);
}

/* Behind \u: four hex digits. */
static bool scan_hex(struct scan *scan, unsigned *code) {
    *code = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef";
        char digit = (char)tolower((unsigned char)peek(scan));
        const char *found_digit = digit == '\0' ? NULL : strchr(digits, digit);
        if (found_digit == NULL)
            return expected(scan, "four hex digits behind \\u");
        *code = *code * 16 + (unsigned)(found_digit - digits);
        advance(scan);
    }
    return true;
}

/* A character above U+FFFF is written as two: \ud83d\ude00. One half alone is nothing. */
static bool scan_unicode(struct scan *scan, struct place begin) {
    unsigned code, low;
    if (!scan_hex(scan, &code))
        return false;
    if (code == 0) {
        problem_add(scan->problems, begin,
                    "\\u0000 cannot stand in a string; write the part { \"hex\": \"00\" }");
        return false;
    }
    if (code < 0xd800 || code > 0xdfff)
        return true;
    if (code < 0xdc00 && scan->end - scan->at >= 2 && scan->at[0] == '\\' && scan->at[1] == 'u') {
        advance(scan);
        advance(scan);
        if (!scan_hex(scan, &low))
            return false;
        if (low >= 0xdc00 && low <= 0xdfff)
            return true;
    }
    problem_add(scan->problems, begin, "\\u%04x is half of a surrogate pair", code);
    return false;
}

static bool scan_escape(struct scan *scan) {
    struct place begin = scan->here;
    advance(scan); /* the backslash */
    char letter = peek(scan);
    if (letter == 'u') {
        advance(scan);
        return scan_unicode(scan, begin);
    }
    if (letter == '\0' || strchr("\"\\/bfnrt", letter) == NULL) {
        problem_add(scan->problems, begin,
                    "unknown escape: behind \\ expected one of \" \\ / b f n r t u, but %s",
                    found(scan));
        return false;
    }
    advance(scan);
    return true;
}

static bool scan_string(struct scan *scan) {
    struct place begin = scan->here;
    remember(scan);
    advance(scan); /* the quote */
    while (scan->at < scan->end && *scan->at != '"') {
        unsigned char byte = (unsigned char)*scan->at;
        if (byte == '\n' || byte == '\r') {
            problem_add(scan->problems, begin,
                        "the string has no closing quote on its line; a line break inside a "
                        "string is written as \\n");
            return false;
        }
        if (byte < 0x20) {
            problem_add(scan->problems, scan->here,
                        "the control byte 0x%02x stands in a string; write it as \\u%04x%s", byte,
                        byte, byte == 0 ? ", or rather as the part { \"hex\": \"00\" }" : "");
            return false;
        }
        if (byte == '\\') {
            if (!scan_escape(scan))
                return false;
        } else {
            advance(scan);
        }
    }
    if (scan->at == scan->end) {
        problem_add(scan->problems, begin, "the string has no closing quote; the file ends");
        return false;
    }
    advance(scan);
    return true;
}

static bool scan_digits(struct scan *scan, const char *what) {
    if (!isdigit((unsigned char)peek(scan)))
        return expected(scan, what);
    while (isdigit((unsigned char)peek(scan)))
        advance(scan);
    return true;
}

static bool scan_number(struct scan *scan) {
    struct place begin = place_of(scan);
    remember(scan);
    if (peek(scan) == '-')
        advance(scan);
    bool zero = peek(scan) == '0';
    const char *digits = scan->at;
    if (!scan_digits(scan, "a digit"))
        return false;
    if (zero && scan->at - digits > 1) {
        problem_add(scan->problems, begin, "a number does not begin with 0");
        return false;
    }
    if (peek(scan) == '.') {
        advance(scan);
        if (!scan_digits(scan, "a digit behind the point"))
            return false;
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        advance(scan);
        if (peek(scan) == '+' || peek(scan) == '-')
            advance(scan);
        if (!scan_digits(scan, "a digit in the exponent"))
            return false;
    }
    if (scan->at - begin.source > NUMBER_MAX) {
        problem_add(scan->problems, begin, "the number is longer than %d characters", NUMBER_MAX);
        return false;
    }
    return true;
}

static bool scan_word(struct scan *scan) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, words[i], length) != 0)
            continue;
        remember(scan);
        while (length-- > 0)
            advance(scan);
        return true;
    }
    return expected(scan, "a value");
}

static bool scan_member(struct scan *scan) {
    if (peek(scan) != '"')
        return expected(scan, "a key in double quotes");
    if (!scan_string(scan))
        return false;
    skip_space(scan);
    if (peek(scan) != ':')
        return expected(scan, ": behind the key");
    advance(scan);
    return scan_value(scan);
}

/* A list or an object: items with commas between them, up to `close`. */
static bool scan_items(struct scan *scan, char close, bool (*item)(struct scan *)) {
    remember(scan);
    if (++scan->depth > DEPTH_MAX) {
        problem_add(scan->problems, scan->here, "nested more than %d levels deep", DEPTH_MAX);
        return false;
    }
    advance(scan); /* the opening bracket */
    skip_space(scan);
    bool empty = peek(scan) == close;
    while (!empty) {
        if (!item(scan))
            return false;
        struct place end = scan->here;
        skip_space(scan);
        if (peek(scan) == close)
            break;
        if (peek(scan) != ',')
            return expected_at(scan, end, close == '}' ? ", or }" : ", or ]");
        struct place comma = scan->here;
        advance(scan);
        skip_space(scan);
        if (peek(scan) == close) {
            problem_add(scan->problems, comma, "a comma stands before %c; remove it", close);
            return false;
        }
    }
    advance(scan);
    scan->depth--;
    return true;
}

static bool scan_value(struct scan *scan) {
    skip_space(scan);
    switch (peek(scan)) {
    case '{':
        return scan_items(scan, '}', scan_member);
    case '[':
        return scan_items(scan, ']', scan_value);
    case '"':
        return scan_string(scan);
    case '-':
        return scan_number(scan);
    default:
        return isdigit((unsigned char)peek(scan)) ? scan_number(scan) : scan_word(scan);
    }
}

/* Not UTF-8, or with a byte order mark: goes to the byte and says so. */
static bool scan_encoding(struct scan *scan) {
    size_t length = (size_t)(scan->end - scan->at);
    if (length >= 3 && memcmp(scan->at, "\xef\xbb\xbf", 3) == 0) {
        problem_add(scan->problems, scan->here,
                    "the file begins with a byte order mark; save it as UTF-8 without one");
        return false;
    }
    struct scan probe = *scan;
    const char *bad = scan->at + utf8_span(scan->at, length);
    if (bad == scan->end)
        return true;
    while (probe.at < bad)
        advance(&probe);
    problem_add(scan->problems, probe.here, "the byte 0x%02x is not UTF-8", (unsigned char)*bad);
    return false;
}

bool json_scan(struct problems *problems, const char *bytes, size_t length,
               struct json_places *places) {
    struct scan scan = {problems, places, bytes, bytes + length, {1, 1, bytes}, 0};
    if (!scan_encoding(&scan) || !scan_value(&scan))
        return false;
    skip_space(&scan);
    return scan.at == scan.end || expected(&scan, "the end of the file");
}
