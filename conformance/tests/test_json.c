/* SPDX-License-Identifier: MIT */
/* test_json.c - strict JSON: where values stand, what is refused and with which words, and input
 * that means harm. */
#include "language/json.h"
#include "language/json_path.h"

#include "arena.h"
#include "reports/check.h"

#include <stdlib.h>
#include <string.h>

static struct problems problems_new(void) {
    return (struct problems){.arena = arena_new(), .file = "f"};
}

static void check_places(void) {
    static const char text[] = "{ \"a\": [1, \"\xc3\xa9\", true],\r\n\t\"b\" : {\n\"c\":null } }\n";
    struct problems problems = problems_new();
    const struct json *root = json_parse(&problems, text, sizeof text - 1);
    if (!CHECK(root != NULL, "a good document is read"))
        exit(check_finish());
    const struct json *a = json_member(root, "a"), *b = json_member(root, "b");
    const struct json *c = json_member(b, "c");
    CHECK_INT(root->at.column, 1, "the root stands in column 1");
    CHECK_INT(a->key_at.column, 3, "a key has its column");
    CHECK_INT(a->at.column, 8, "a list has its column");
    CHECK_INT(a->count, 3, "a list knows its length");
    CHECK_INT(a->first->next->at.column, 12, "the second item of a list");
    CHECK_INT(a->first->next->next->at.column, 17, "columns count characters, not bytes");
    CHECK(a->first->next->next->truth, "true is true");
    CHECK_INT(b->key_at.line, 2, "a key in the second line");
    CHECK_INT(b->key_at.column, 2, "a tab is one column");
    CHECK_INT(c->key_at.line, 3, "a key in the third line");
    CHECK_INT(c->at.column, 5, "its value");
    CHECK(c->kind == JSON_NULL, "null is null");
    CHECK(json_member(root, "A") == NULL, "keys differ by case");
    arena_free(problems.arena);
}

static void check_inside(void) {
    static const char text[] = "[\"a\\n\\u0041\xc3\xa9\\u00e9\\ud83d\\ude00z\"]";
    struct problems problems = problems_new();
    const struct json *root = json_parse(&problems, text, sizeof text - 1);
    const struct json *string = root->first;
    CHECK_TEXT(string->string, "a\nA\xc3\xa9\xc3\xa9\xf0\x9f\x98\x80z", "escapes are decoded");
    static const struct {
        size_t offset;
        int column;
    } rows[] = {{0, 3}, {1, 4}, {2, 6}, {3, 12}, {5, 13}, {7, 19}, {11, 31}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(json_place_inside(string->at, rows[i].offset).column, rows[i].column,
                  "the column of a byte inside a string with escapes");
    arena_free(problems.arena);
}

static void check_paths(void) {
    static const char text[] = "{ \"a\": [1, {\"b c\": [[], \"x,]\\\"\"], \"d_1\": 2}], \"e\": 3 }";
    static const struct {
        const char *from, *path;
    } rows[] = {{"{ ", "$"},
                {"\"a\"", "$.a"},
                {"[1", "$.a"},
                {"1,", "$.a[0]"},
                {"{\"b", "$.a[1]"},
                {"[]", "$.a[1][\"b c\"][0]"},
                {"\"x,", "$.a[1][\"b c\"][1]"},
                {",]", "$.a[1][\"b c\"][1]"},
                {"\"d_1", "$.a[1].d_1"},
                {"2}", "$.a[1].d_1"},
                {"3 }", "$.e"}};
    struct problems problems = problems_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_TEXT(json_path(problems.arena, text, strstr(text, rows[i].from)), rows[i].path,
                   "the path of a place");
    static const char broken[] = "[{\"a\": [\"x";
    CHECK_TEXT(json_path(problems.arena, broken, broken + sizeof broken - 1), "$[0].a[0]",
               "of what is no JSON so much as there is");
    arena_free(problems.arena);
}

/* Refused with this message, and with this one only; behind it may stand a path. */
static void refused(const char *bytes, size_t length, const char *message) {
    struct problems problems = problems_new();
    const struct json *root = json_parse(&problems, bytes, length);
    CHECK(root == NULL, "strict JSON refuses it");
    CHECK_INT(problems.count, 1, "with one problem");
    char *told = arena_string(problems.arena, problems.count > 0 ? problems.list[0] : "");
    char *path = strstr(told, " ($");
    if (path != NULL)
        *path = '\0';
    CHECK_TEXT(told, message, message);
    arena_free(problems.arena);
}

#define REFUSED(text, message) refused((text), sizeof(text) - 1, (message))

static void check_structure(void) {
    REFUSED("", "f:1:1: expected a value, but the file ends");
    REFUSED(" \n ", "f:2:2: expected a value, but the file ends");
    REFUSED("{", "f:1:2: expected a key in double quotes, but the file ends");
    REFUSED("{\"a\" 1}", "f:1:6: expected : behind the key, but 1 came");
    REFUSED("[1 2]", "f:1:3: expected , or ], but 2 came");
    REFUSED("{\"a\":1;", "f:1:7: expected , or }, but ; came");
    REFUSED("[1,]", "f:1:3: a comma stands before ]; remove it");
    REFUSED("[,]", "f:1:2: expected a value, but , came");
    REFUSED("{} {}", "f:1:4: expected the end of the file, but { came");
    REFUSED("[1]\0", "f:1:4: expected the end of the file, but the byte 0x00 came");
    REFUSED("[tru]", "f:1:2: expected a value, but tru came");
    REFUSED("[1,\n 2   \n\n 3]", "f:2:3: expected , or ], but 3 came");
    REFUSED("[trues]", "f:1:6: expected , or ], but s came");
    REFUSED("[NaN]", "f:1:2: expected a value, but NaN came");
    REFUSED("{\"a\":1,\n \"b\":2, \"a\":3}",
            "f:2:9: the key \"a\" stands twice in one object, first in line 1");
    REFUSED("[1] // end", "f:1:5: expected the end of the file, but / came; JSON has no comments, "
                          "use \"note\" or \"about\"");
}

static void check_numbers(void) {
    REFUSED("[007]", "f:1:2: a number does not begin with 0");
    REFUSED("[-01]", "f:1:2: a number does not begin with 0");
    REFUSED("[1.]", "f:1:4: expected a digit behind the point, but ] came");
    REFUSED("[.5]", "f:1:2: expected a value, but . came");
    REFUSED("[+1]", "f:1:2: expected a value, but + came");
    REFUSED("[-]", "f:1:3: expected a digit, but ] came");
    REFUSED("[1e]", "f:1:4: expected a digit in the exponent, but ] came");
    REFUSED("[0x10]", "f:1:3: expected , or ], but x10 came");
    REFUSED("[111111111111111111111111111111111]",
            "f:1:2: the number is longer than 32 characters");
}

static void check_strings(void) {
    REFUSED("[\"a\\u0000b\"]",
            "f:1:4: \\u0000 cannot stand in a string; write the part { \"hex\": \"00\" }");
    REFUSED("[\"a\0b\"]",
            "f:1:4: the control byte 0x00 stands in a string; write it as \\u0000, or "
            "rather as the part { \"hex\": \"00\" }");
    REFUSED("[\"a\tb\"]", "f:1:4: the control byte 0x09 stands in a string; write it as \\u0009");
    REFUSED("[\"a\nb\"]", "f:1:2: the string has no closing quote on its line; a line break inside "
                          "a string is written as \\n");
    REFUSED("[\"a", "f:1:2: the string has no closing quote; the file ends");
    REFUSED("[\"a\\", "f:1:4: unknown escape: behind \\ expected one of \" \\ / b f n r t u, but "
                      "the file ends");
    REFUSED("[\"\\x\"]",
            "f:1:3: unknown escape: behind \\ expected one of \" \\ / b f n r t u, but "
            "x came");
    REFUSED("[\"\\u12g4\"]", "f:1:7: expected four hex digits behind \\u, but g4 came");
    REFUSED("[\"\\ud800\"]", "f:1:3: \\ud800 is half of a surrogate pair");
    REFUSED("[\"\\ude00\\ud83d\"]", "f:1:3: \\ude00 is half of a surrogate pair");
    REFUSED("[\"\\ud83d\\n\"]", "f:1:3: \\ud83d is half of a surrogate pair");
    REFUSED("\xef\xbb\xbf[]",
            "f:1:1: the file begins with a byte order mark; save it as UTF-8 without one");
    REFUSED("[\"\xc3\xa9\xff\"]", "f:1:4: the byte 0xff is not UTF-8");
    REFUSED("[\"\xc0\x80\"]", "f:1:3: the byte 0xc0 is not UTF-8");
    REFUSED("[\"\xed\xa0\x80\"]", "f:1:3: the byte 0xed is not UTF-8");
    REFUSED("[\"\xf4\x90\x80\x80\"]", "f:1:3: the byte 0xf4 is not UTF-8");
    REFUSED("[\"\xe2\x82", "f:1:3: the byte 0xe2 is not UTF-8");
}

/* Refused or not, it must come back, and soon. */
static void check_hostile(void) {
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    if (bytes == NULL)
        exit(1);
    static const char fills[] = {'[', '{', '"', '9', '\\', ' ', '\n', '\0', '\xff'};
    for (size_t i = 0; i < sizeof fills; i++) {
        struct problems problems = problems_new();
        memset(bytes, fills[i], SIZE);
        CHECK(json_parse(&problems, bytes, SIZE) == NULL && problems.count == 1,
              "a megabyte of one byte is refused with one problem");
        arena_free(problems.arena);
    }
    struct problems problems = problems_new();
    memset(bytes, 'a', SIZE);
    bytes[0] = '"';
    bytes[SIZE - 1] = '"';
    const struct json *string = json_parse(&problems, bytes, SIZE);
    CHECK(string != NULL && strlen(string->string) == SIZE - 2, "a string of a megabyte is read");
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = i % 2 == 0 ? '0' : ',';
    bytes[0] = '[';
    bytes[1] = ' ';
    bytes[SIZE - 1] = ']';
    CHECK_INT(json_parse(&problems, bytes, SIZE)->count, SIZE / 2 - 1, "so is a long list");
    arena_free(problems.arena);
    free(bytes);
}

static void check_depth(void) {
    char bytes[300];
    memset(bytes, '[', 64);
    memset(bytes + 64, ']', 64);
    struct problems problems = problems_new();
    CHECK(json_parse(&problems, bytes, 128) != NULL, "64 levels are read");
    memset(bytes, '[', 65);
    memset(bytes + 65, ']', 65);
    refused(bytes, 130, "f:1:65: nested more than 64 levels deep");
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = "[],"[i % 3];
    bytes[1] = ' ';
    bytes[2] = ' ';
    bytes[sizeof bytes - 1] = ']';
    CHECK_INT(json_parse(&problems, bytes, sizeof bytes)->count, 99,
              "lists side by side are not deep");
    arena_free(problems.arena);
}

static void check_files(void) {
    struct problems problems = problems_new();
    problems.file = "/nowhere/at-all.json";
    CHECK(json_read(&problems) == NULL, "a missing file is refused");
    CHECK_TEXT(problems.list[0],
               "/nowhere/at-all.json: cannot be opened: No such file or directory", "and named");
    problems.file = "/";
    CHECK(json_read(&problems) == NULL, "a folder is refused");
    CHECK_TEXT(problems.list[1], "/: cannot be read: Is a directory", "and named");
    problems.file = "evil\033[2J.json";
    problem_add(&problems, (struct place){1, 2, NULL}, "key \"\r\n\"");
    CHECK_TEXT(problems.list[2], "evil\\x1b[2J.json:1:2: key \"\\x0d\\x0a\"",
               "control bytes in a message cannot reach a terminal");
    arena_free(problems.arena);
}

/* What is told stays readable, whatever the file holds. */
static void check_messages(void) {
    struct problems problems = problems_new();
    char quoted[4001];
    for (size_t i = 0; i + 1 < sizeof quoted; i += 2)
        memcpy(quoted + i, "\xc3\xa9", 2);
    quoted[sizeof quoted - 1] = '\0';
    problem_add_file(&problems, "%s", quoted);
    problem_add_file(&problems, "x%s", quoted);
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(problems.list[i]);
        CHECK(length > 1990 && length < 2010, "a long message is cut");
        CHECK_TEXT(problems.list[i] + length - 5, "\xc3\xa9...", "between two characters");
    }
    arena_free(problems.arena);
}

int main(void) {
    check_places();
    check_inside();
    check_paths();
    check_structure();
    check_numbers();
    check_strings();
    check_hostile();
    check_depth();
    check_files();
    check_messages();
    return check_finish();
}
