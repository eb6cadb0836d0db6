/* SPDX-License-Identifier: MIT */
/* relation.c - reads "A.cas == B.cas": two operands with a relation between them. An operand is a
 * number, or a capture that may have a number added or taken away. */
#include "language/relation.h"

#include "arena.h"
#include "language/lexeme.h"

#include <string.h>

/* Longer signs first: "<=" begins with "<". */
static const struct sign {
    const char *written;
    enum relation_kind kind;
} signs[] = {
    {"==", RELATION_EQUAL},         {"!=", RELATION_NOT_EQUAL}, {"<=", RELATION_LESS_EQUAL},
    {">=", RELATION_GREATER_EQUAL}, {"<", RELATION_LESS},       {">", RELATION_GREATER},
};

static const char *skip_spaces(const char *at) {
    return at + strspn(at, " ");
}

/* The operand at `at`; returns what follows it, NULL when there is none. */
static const char *parse_operand(struct arena *arena, const char *at, struct operand *operand) {
    size_t length = lexeme_u64(at, &operand->number);
    if (length > 0)
        return skip_spaces(at + length);
    length = lexeme_name(at);
    if (length > 0 && at[length] == '.') {
        operand->session = arena_copy(arena, at, length);
        at += length + 1;
        length = lexeme_name(at);
    }
    if (length == 0)
        return NULL;
    operand->name = arena_copy(arena, at, length);
    at = skip_spaces(at + length);
    if (*at != '+' && *at != '-')
        return at;
    /* Spaces may stand on both sides of the sign. */
    const char *digits = skip_spaces(at + 1);
    char *offset = arena_format(arena, "%c%.*s", *at, (int)strspn(digits, "0123456789"), digits);
    length = lexeme_offset(offset, &operand->offset);
    return length == 0 ? NULL : skip_spaces(digits + length - 1);
}

static const char *parse_sign(const char *at, enum relation_kind *kind) {
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i].written);
        if (strncmp(at, signs[i].written, length) == 0) {
            *kind = signs[i].kind;
            return skip_spaces(at + length);
        }
    }
    return NULL;
}

/* Tells that `what` was expected where `at` points to, or points at the end of the string. */
static bool refuse(struct problems *problems, const struct json *value, const char *at,
                   const char *what) {
    problem_add(problems, json_place_inside(value->at, (size_t)(at - value->string)),
                "in the check \"%s\" expected %s; a check is written \"A.cas == B.cas\" or "
                "\"stock - 1 < 900\"",
                value->string, what);
    return false;
}

bool relation_parse(struct problems *problems, const struct json *value,
                    struct relation *relation) {
    static const char operand[] = "a capture or a number below 2^64 here";
    const char *at = skip_spaces(value->string);
    *relation = (struct relation){.shown = value->string};
    const char *next = parse_operand(problems->arena, at, &relation->left);
    if (next == NULL)
        return refuse(problems, value, at, operand);
    at = next;
    next = parse_sign(at, &relation->kind);
    if (next == NULL)
        return refuse(problems, value, at, "==, !=, <, <=, > or >= here");
    at = next;
    next = parse_operand(problems->arena, at, &relation->right);
    if (next == NULL)
        return refuse(problems, value, at, operand);
    if (*next != '\0')
        return refuse(problems, value, next, "the end here");
    if (relation->left.name == NULL && relation->right.name == NULL)
        return refuse(problems, value, value->string, "a capture on one side at least");
    return true;
}
