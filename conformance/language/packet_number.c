/* SPDX-License-Identifier: MIT */
/* packet_number.c - the numbers in packets and frames. Whatever the notation, the text is decimal
 * afterwards, so that one matcher serves numbers and lines alike. See packet_load.h. */
#include "language/packet_load.h"

#include "arena.h"
#include "language/lexeme.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool set_number(struct problems *problems, uint64_t number, struct text *text) {
    const char *digits = arena_format(problems->arena, "%" PRIu64, number);
    *text = (struct text){0};
    text_add_bytes(problems->arena, text, digits, strlen(digits));
    return true;
}

/* "0x1f" or "31": the whole string. */
static bool read_plain(const char *string, uint64_t *number) {
    if (strncmp(string, "0x", 2) != 0) {
        size_t length = lexeme_u64(string, number);
        return length > 0 && string[length] == '\0';
    }
    size_t digits = strspn(string + 2, "0123456789abcdefABCDEF");
    *number = strtoull(string + 2, NULL, 16);
    return digits > 0 && digits <= 16 && string[2 + digits] == '\0';
}

/* One hole that becomes a number: what is captured, {now+1}, {round}; in a pattern {u64}. */
static bool is_numeric_hole(const struct text *text) {
    if (text->count != 1)
        return false;
    enum atom_kind kind = text->atoms[0].kind;
    return kind == ATOM_VALUE || kind == ATOM_NOW || kind == ATOM_ROUND || kind == ATOM_U64;
}

static bool refuse(struct problems *problems, const struct json *value, const char *what,
                   uint64_t max) {
    problem_add(problems, value->at,
                "%s is a number from 0 to %" PRIu64 " or a string with one: \"255\", \"0xff\", a "
                "hole like \"{cas}\", in a reply also \"{u64}\" or \"{cas=u64}\"",
                what, max);
    return false;
}

bool packet_number_load(struct problems *problems, const struct json *value, const char *what,
                        uint64_t max, enum text_use use, struct text *text) {
    uint64_t number = 0;
    if (value->kind == JSON_NUMBER) {
        double wanted = value->number;
        if (!(wanted >= 0 && wanted <= 4294967295.0) || wanted != (double)(uint64_t)wanted ||
            (uint64_t)wanted > max)
            return refuse(problems, value, what, max);
        return set_number(problems, (uint64_t)wanted, text);
    }
    if (value->kind != JSON_STRING)
        return refuse(problems, value, what, max);
    if (strchr(value->string, '{') == NULL)
        return read_plain(value->string, &number) && number <= max
                   ? set_number(problems, number, text)
                   : refuse(problems, value, what, max);
    if (!text_load(problems, value, use, text))
        return false;
    return is_numeric_hole(text) || refuse(problems, value, what, max);
}
