/* SPDX-License-Identifier: MIT */
/* test_relation.c - the notation of checks. Mistakes in it are goldens in tests/loader. */
#include "language/relation.h"

#include "arena.h"
#include "language/lexeme.h"
#include "reports/check.h"

#include <stdlib.h>

static struct problems problems;

static struct relation parse(const char *check) {
    struct relation relation = {0};
    const char *json = arena_format(problems.arena, "\"%s\"", check);
    const struct json *value = json_parse(&problems, json, strlen(json));
    if (!CHECK(value != NULL && relation_parse(&problems, value, &relation), check))
        exit(check_finish());
    return relation;
}

static void check_signs(void) {
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *spaced = arena_format(problems.arena, " a  %s  5 ", signs[i]);
        CHECK_INT(parse(spaced).kind, i, "the sign, with spaces around");
        const char *tight = arena_format(problems.arena, "a%s5", signs[i]);
        CHECK_INT(parse(tight).kind, i, "the sign, without");
    }
}

static void check_operands(void) {
    struct relation relation = parse("A.cas-1 != B.cas + 20");
    CHECK_TEXT(relation.left.session, "A", "the session on the left");
    CHECK_TEXT(relation.left.name, "cas", "its capture");
    CHECK_INT(relation.left.offset, -1, "an offset without spaces");
    CHECK_TEXT(relation.right.session, "B", "the session on the right");
    CHECK_INT(relation.right.offset, 20, "an offset with spaces");
    relation = parse("18446744073709551615 >= stock");
    CHECK(relation.left.name == NULL && relation.left.number == UINT64_MAX, "the largest number");
    CHECK(relation.right.session == NULL, "a capture of any session");
    CHECK_TEXT(relation.shown, "18446744073709551615 >= stock", "as it was written");
}

static void check_lexemes(void) {
    uint64_t number;
    int64_t offset;
    CHECK_INT(lexeme_name("cas_2-1"), 5, "a name ends before a minus");
    CHECK_INT(lexeme_name("2cas"), 0, "a name does not begin with a digit");
    CHECK(!lexeme_is_name("") && !lexeme_is_name("a b") && lexeme_is_name("_a9"), "whole names");
    CHECK_INT(lexeme_u64("18446744073709551615x", &number), 20, "2^64-1 is a number");
    CHECK_INT(lexeme_u64("18446744073709551616", &number), 0, "2^64 is none");
    CHECK_INT(lexeme_u64("x", &number), 0, "x is none");
    CHECK_INT(lexeme_offset("-9223372036854775808", &offset), 20, "-2^63 is an offset");
    CHECK(offset == INT64_MIN, "of that value");
    CHECK_INT(lexeme_offset("+9223372036854775809", &offset), 0, "more is none");
    CHECK_INT(lexeme_offset("5", &offset), 0, "an offset has a sign");
}

int main(void) {
    problems = (struct problems){.arena = arena_new(), .file = "f"};
    check_signs();
    check_operands();
    check_lexemes();
    arena_free(problems.arena);
    return check_finish();
}
