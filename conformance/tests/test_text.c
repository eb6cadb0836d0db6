/* SPDX-License-Identifier: MIT */
/* test_text.c - strings with holes and parts: what they are read as, and that text_quote() writes
 * what text_load() reads. Mistakes in them are goldens in tests/loader. */
#include "language/text_load.h"

#include "arena.h"
#include "reports/check.h"

#include <stdlib.h>

static struct problems problems;

/* The JSON value, loaded. Ends the program when it has mistakes. */
static struct text load(const char *json, enum text_use use) {
    struct text text = {0};
    const struct json *value = json_parse(&problems, json, strlen(json));
    if (value == NULL || !text_load(&problems, value, use, &text)) {
        printf("Bail out! %s: %s\n", json,
               problems.count > 0 ? problems.list[problems.count - 1] : "refused without a word");
        exit(1);
    }
    return text;
}

static void check_literals(void) {
    struct text text = load("\"\"", TEXT_PATTERN);
    CHECK_INT(text.count, 0, "the empty string has no atoms");
    text = load("\"a{{b}}c\\r\\n\"", TEXT_SENT);
    CHECK_INT(text.count, 1, "a string without holes is one atom");
    CHECK_BYTES(text.atoms[0].bytes, text.atoms[0].length, "a{b}c\r\n", 7,
                "doubled braces are braces");
    text = load("{ \"hex\": \"00fFaB0d\" }", TEXT_SENT);
    CHECK_BYTES(text.atoms[0].bytes, text.atoms[0].length, "\0\xff\xab\r", 4, "hex digits");
}

static void check_holes(void) {
    struct text text =
        load("\"{key}{key:a_-1}{now}{now-5}{round}{as}{cas}{A.cas}{n-1}{B.n+9223372036854775808}\"",
             TEXT_SENT);
    static const enum atom_kind kinds[] = {ATOM_KEY,   ATOM_KEY,  ATOM_NOW,   ATOM_NOW,
                                           ATOM_ROUND, ATOM_AS,   ATOM_VALUE, ATOM_VALUE,
                                           ATOM_VALUE, ATOM_VALUE};
    if (!CHECK_INT(text.count, 10, "ten holes are ten atoms"))
        return;
    for (size_t i = 0; i < 10; i++)
        CHECK_INT(text.atoms[i].kind, kinds[i], "a hole is of its kind");
    CHECK_TEXT(text.atoms[0].name, "", "{key} has the empty name");
    CHECK_TEXT(text.atoms[1].name, "a_-1", "{key:NAME} has its name");
    CHECK(text.atoms[3].has_offset, "{now-5} has an offset");
    CHECK_INT(text.atoms[3].offset, -5, "of minus five");
    CHECK(text.atoms[6].session == NULL && !text.atoms[6].has_offset, "{cas} is a name alone");
    CHECK_TEXT(text.atoms[7].session, "A", "{A.cas} is of session A");
    CHECK_TEXT(text.atoms[7].name, "cas", "and captured as cas");
    CHECK_INT(text.atoms[8].offset, -1, "{n-1} is one less");
    CHECK_INT((uint64_t)text.atoms[9].offset, (uint64_t)1 << 63, "2^63 can be added");
}

static void check_wildcards(void) {
    struct text text = load(
        "\"{u64} {u64:9..18446744073709551615} {cas=u64:1..2} {v=word} {text}\\r\\n{lines:STAT}E\"",
        TEXT_PATTERN);
    if (!CHECK_INT(text.count, 12, "six wildcards and the bytes between"))
        return;
    const struct atom *atom = text.atoms;
    CHECK(atom[0].kind == ATOM_U64 && atom[0].name == NULL, "{u64} captures nothing");
    CHECK(atom[0].min == 0 && atom[0].max == UINT64_MAX, "{u64} has no bounds");
    CHECK(atom[2].min == 9 && atom[2].max == UINT64_MAX, "{u64:9..} has");
    CHECK_TEXT(atom[4].name, "cas", "{cas=u64:1..2} is captured");
    CHECK(atom[4].min == 1 && atom[4].max == 2, "with bounds");
    CHECK(atom[6].kind == ATOM_WORD && strcmp(atom[6].name, "v") == 0, "{v=word}");
    CHECK(atom[8].kind == ATOM_TEXT && atom[8].name == NULL, "{text}");
    CHECK(atom[10].kind == ATOM_LINES, "{lines}");
    CHECK_TEXT(atom[10].first_word, "STAT", "of lines that begin with STAT");
}

static void check_parts(void) {
    struct text text =
        load("[\"a\", { \"repeat\": [\"{key:k}\", { \"hex\": \"00\" }], \"count\": 3 },"
             " { \"key\": \"long\", \"length\": 250 }]",
             TEXT_SENT);
    if (!CHECK_INT(text.count, 3, "three parts are three atoms"))
        return;
    CHECK_INT(text.atoms[1].times, 3, "a repeat knows how often");
    CHECK_INT(text.atoms[1].body.count, 2, "and what");
    CHECK_TEXT(text.atoms[2].name, "long", "a padded key has its name");
    CHECK_INT(text.atoms[2].length, 250, "and length");
    CHECK_INT(text_size_max(&text), 1 + 3 * (TEXT_KEY_MAX + 1) + 250, "the size is the sum");
    text = load("\"{cas}\"", TEXT_SENT);
    CHECK(text_size_max(&text) == SIZE_MAX, "nobody knows the size of a capture");
}

/* Written as it is read. */
static void check_quotes(void) {
    static const char *const values[] = {
        "\"\"",
        "\"set {key} 0 0 3\\r\\none\\r\\n\"",
        "\"{{{key:a}}} \\\"\\\\\\t\\b\\f\\u0001\\u007f\"",
        "\"{now}{now+100}{round}{as}{cas}{A.cas}{n-1}{n+1}\"",
        "\"{u64}.{u64:0..9}.{u64:5..}.\"",
        "\"{a=u64}.{b=u64:1..2}.{c=word}.{d=text}\\r\\n{lines}END\"",
        "[\"a\", { \"hex\": \"00ff0d0a\" }, \"b\"]",
        "[{ \"hex\": \"ff\" }]",
        "[{ \"repeat\": \"{key}\\r\\n\", \"count\": 3 }, { \"key\": \"k\", \"length\": 250 }]",
        "[{ \"repeat\": [\"a\", { \"hex\": \"80\" }], \"count\": 3 }]",
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct text text = load(values[i], TEXT_PATTERN);
        CHECK_TEXT(text_quote(problems.arena, &text), values[i], "a text is written as it is read");
    }
}

static void check_raw(void) {
    size_t length;
    struct text text = load("[\"{{get}} {key}\\r\\n{n=u64}\\u0001\", { \"hex\": \"00ff\" },"
                            " { \"repeat\": \"x\", \"count\": 9 }]",
                            TEXT_PATTERN);
    static const char shown[] =
        "{{get}} {key}\r\n{n=u64}\x01\0\xff{ \"repeat\": \"x\", \"count\": 9 }";
    const char *bytes = text_show(problems.arena, &text, &length);
    CHECK_BYTES(bytes, length + 1, shown, sizeof shown,
                "text_show writes literal bytes raw, holes in braces, and a NUL behind");
}

/* A megabyte of anything is read or refused at once. */
static void check_hostile(void) {
    static const char *const units[] = {"{{", "}}", "{key}", "a",   "{cas-1}",
                                        "{ ", "} ", "{a",    "{x}}"};
    enum { SIZE = 1 << 20 };
    char *source = malloc(SIZE + 2), *bytes = source + 1; /* behind a quote, as in a file */
    if (source == NULL)
        exit(1);
    source[0] = '"';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t unit = strlen(units[i]), length = 0;
        while (length + unit <= SIZE) {
            memcpy(bytes + length, units[i], unit);
            length += unit;
        }
        bytes[length] = '\0';
        struct problems own = {.arena = arena_new(), .file = "f"};
        struct text text;
        const struct place at = {1, 1, source};
        bool good = text_load_string(&own, bytes, at, TEXT_SENT, &text);
        CHECK(good == (i < 5) && own.count == (i < 5 ? 0 : 1),
              "a megabyte of holes or braces is read, or refused with one problem");
        arena_free(own.arena);
    }
    free(source);
}

int main(void) {
    problems = (struct problems){.arena = arena_new(), .file = "f"};
    check_literals();
    check_holes();
    check_wildcards();
    check_parts();
    check_quotes();
    check_raw();
    check_hostile();
    arena_free(problems.arena);
    return check_finish();
}
