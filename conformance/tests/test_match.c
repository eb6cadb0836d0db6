/* SPDX-License-Identifier: MIT */
/* test_match.c - the matcher on literal bytes: every wildcard, every truncation, every corruption.
 * A truncated reply is MORE and never BAD; a corrupted one is never taken for the right one. */
#include "play/match.h"
#include "texts.h"

#include "reports/check.h"

struct fixture {
    struct arena *arena;
    struct scope scope;
};

static struct fixture fixture_new(void) {
    struct arena *arena = arena_new();
    return (struct fixture){arena, {vars_new(arena, "stem-of-19-bytes-xx"), "client", 1}};
}

static struct expectation *expect(struct fixture *fixture, const char *notation) {
    struct pattern *pattern = arena_alloc(fixture->arena, sizeof *pattern);
    *pattern = pattern_of(fixture->arena, &notation, NULL, 1);
    const char *problem = "";
    struct expectation *expectation =
        expectation_new(fixture->arena, pattern, &fixture->scope, &problem);
    CHECK(expectation != NULL, "the pattern is filled");
    return expectation;
}

/* One row: a pattern, bytes, and what must come of it. `at` is length (DONE) or differs_at. */
struct row {
    const char *notation, *bytes;
    size_t length; /* of bytes; 0: strlen */
    enum match_state state;
    size_t at;
};

static const struct row rows[] = {
    {"END\r\n", "END\r\n", 0, MATCH_DONE, 5},
    {"END\r\n", "END\r\nmore", 0, MATCH_DONE, 5},
    {"END\r\n", "END\n", 0, MATCH_BAD, 3},
    {"END\r\n", "END\0\r\n", 6, MATCH_BAD, 3},
    {"END\r\n", "\0END", 4, MATCH_BAD, 0},
    {"", "x", 0, MATCH_DONE, 0},
    {"{u64}\r\n", "0\r\n", 0, MATCH_DONE, 3},
    {"{u64}\r\n", "18446744073709551615\r\n", 0, MATCH_DONE, 22},
    {"{u64}\r\n", "18446744073709551616\r\n", 0, MATCH_BAD, 19},
    {"{u64}\r\n", "99999999999999999999999\r\n", 0, MATCH_BAD, 19},
    {"{u64}\r\n", "-1\r\n", 0, MATCH_BAD, 0},
    {"{u64}\r\n", "+1\r\n", 0, MATCH_BAD, 0},
    {"{u64}\r\n", " 1\r\n", 0, MATCH_BAD, 0},
    {"{u64}\r\n", "\r\n", 0, MATCH_BAD, 0},
    {"{u64}\r\n", "12a\r\n", 0, MATCH_BAD, 2},
    {"{u64}\r\n", "12\0\r\n", 5, MATCH_BAD, 2},
    {"{u64:9..10}\r\n", "9\r\n", 0, MATCH_DONE, 3},
    {"{u64:9..10}\r\n", "10\r\n", 0, MATCH_DONE, 4},
    {"{u64:9..10}\r\n", "8\r\n", 0, MATCH_BAD, 0},
    {"{u64:9..10}\r\n", "11\r\n", 0, MATCH_BAD, 0},
    {"{u64:9..10}\r\n", "1", 0, MATCH_MORE, 1},
    {"{word} {word}\r\n", "a \xff\x80\r\n", 0, MATCH_DONE, 6},
    {"{word}\r\n", "a\0b\r\n", 5, MATCH_DONE, 5},
    {"{word}\r\n", " a\r\n", 0, MATCH_BAD, 0},
    {"{word}\r\n", "a b\r\n", 0, MATCH_BAD, 1},
    {"{word}\r\n", "\r\n", 0, MATCH_BAD, 0},
    {"{text}\r\n", "\r\n", 0, MATCH_DONE, 2},
    {"{text}\r\n", "a b\tc\r\n", 0, MATCH_DONE, 7},
    {"{text}\r\n", "a\0\0b\r\n", 6, MATCH_DONE, 6},
    {"{text}\r\n", "a\nb\r\n", 0, MATCH_BAD, 1},
    {"{text}END\r\n", "xEND\r\n", 0, MATCH_BAD, 4},
    {"{lines}END\r\n", "END\r\n", 0, MATCH_DONE, 5},
    {"{lines}END\r\n", "STAT a 1\r\nSTAT END 2\r\nEND\r\n", 0, MATCH_DONE, 27},
    {"{lines}END\r\n", "STAT a 1\r\nSTAT EN", 0, MATCH_MORE, 17},
    {"{lines}END\r\n", "nothing of it", 0, MATCH_MORE, 13},
    {"{lines}STAT b {u64}\r\n{lines}END\r\n", "STAT a 1\r\nEND\r\n", 0, MATCH_BAD, 10},
    {"{lines}STAT b 1\r\n{lines}END\r\n", "STAT a 1\r\nSTAT b 2\r\nSTAT c 1\r\nEND\r\n", 0,
     MATCH_BAD, 17},
    {"{lines}STAT a 1\r\nEND\r\n", "STAT a 1\r\nSTAT b 2\r\nEND\r\n", 0, MATCH_BAD, 10},
    {"{lines}STAT a 1\r\n{lines}STAT b 1\r\n{lines}END\r\n",
     "STAT a 1\r\nSTAT b 2\r\nSTAT c 3\r\nEND\r\n", 0, MATCH_BAD, 17},
    {"{lines}STAT a 1\r\n{lines}STAT b 1\r\n{lines}END\r\n", "STAT a 1\r\nSTAT c 3\r\nEND\r\n", 0,
     MATCH_BAD, 20},
    {"{lines}STAT {u64}:b 1\r\n{lines}END\r\n", "STAT 3:b 22\r\nSTAT 4:b 2\r\nEND\r\n", 0,
     MATCH_BAD, 9},
    {"{lines}b {u64}\r\n{lines}END\r\n", "a 1\r\nb x\r\nb 2\r\nc\r\nEND\r\n", 0, MATCH_DONE, 23},
    {"VALUE {key} 0 {u64}\r\n", "VALUE stem-of-19-bytes-xx-key 0 3\r\n", 0, MATCH_DONE, 35},
};

static void rows_match(void) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture fixture = fixture_new();
        const struct row *row = &rows[i];
        struct expectation *expectation = expect(&fixture, row->notation);
        size_t length = row->length ? row->length : strlen(row->bytes);
        struct match match = expectation_match(expectation, row->bytes, length);
        CHECK_INT(match.state, row->state, "the state");
        CHECK_INT(match.state == MATCH_DONE ? match.length : match.differs_at, row->at,
                  "and the place");
        expectation_free(expectation);
        arena_free(fixture.arena);
    }
}

/* Replies that match, with a reply's every wildcard. */
static const struct {
    const char *notation, *bytes;
} replies[] = {
    {"VALUE {key} 7 3 {cas=u64}\r\none\r\nEND\r\n",
     "VALUE stem-of-19-bytes-xx-key 7 3 12\r\none\r\nEND\r\n"},
    {"VALUE {word} {u64:0..9} {u64}\r\n{text}\r\nEND\r\n", "VALUE key 7 3\r\no e\r\nEND\r\n"},
    {"{lines}STAT b {v=word}\r\n{lines}END\r\n", "STAT a 1\r\nSTAT b 2\r\nSTAT c 3\r\nEND\r\n"},
    {"CLIENT_ERROR {text}\r\n", "CLIENT_ERROR bad data chunk\r\n"},
};

/* The buffer holds exactly the bytes given, so that ASan sees one that is read beyond. */
static struct match match_exactly(const struct expectation *expectation, const char *bytes,
                                  size_t length) {
    char *exact = malloc(length ? length : 1);
    if (!exact)
        abort();
    memcpy(exact, bytes, length);
    struct match match = expectation_match(expectation, exact, length);
    free(exact);
    return match;
}

static void truncations_want_more(void) {
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        struct fixture fixture = fixture_new();
        struct expectation *expectation = expect(&fixture, replies[i].notation);
        size_t whole = strlen(replies[i].bytes), more = 0;
        for (size_t length = 0; length < whole; length++) {
            struct match match = match_exactly(expectation, replies[i].bytes, length);
            more += match.state == MATCH_MORE && match.differs_at == length;
        }
        CHECK_INT(more, whole, "every truncation wants more, from where the bytes end");
        struct match match = match_exactly(expectation, replies[i].bytes, whole);
        CHECK_INT(match.state, MATCH_DONE, "the whole reply matches");
        CHECK_INT(match.length, whole, "to its last byte");
        expectation_free(expectation);
        arena_free(fixture.arena);
    }
}

static void literal_corruptions_are_seen_at_once(void) {
    static const char reply[] = "VALUE key 7 3\r\none\r\nEND\r\n";
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(&fixture, reply);
    size_t length = sizeof reply - 1, seen = 0;
    for (size_t at = 0; at < length; at++) {
        for (int flip = 1; flip < 256; flip++) {
            char bytes[sizeof reply];
            memcpy(bytes, reply, sizeof reply);
            bytes[at] = (char)(bytes[at] ^ flip);
            struct match match = match_exactly(expectation, bytes, length);
            seen += match.state == MATCH_BAD && match.differs_at == at;
            match = match_exactly(expectation, bytes, at + 1);
            seen += match.state == MATCH_BAD && match.differs_at == at;
        }
    }
    CHECK_INT(seen, length * 255 * 2, "every other byte is BAD at its offset, also as the last");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

/* "N {u64:100..199}\r\n": what each corrupted byte must come to. */
static void wildcard_corruptions(void) {
    static const char reply[] = "N 150\r\n";
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(&fixture, "N {u64:100..199}\r\n");
    size_t wrong = 0;
    for (size_t at = 0; at < sizeof reply - 1; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char bytes[sizeof reply];
            memcpy(bytes, reply, sizeof reply);
            bytes[at] = (char)byte;
            bool digit = byte >= '0' && byte <= '9';
            bool right = bytes[at] == reply[at] || (digit && (at == 3 || at == 4));
            struct match match = match_exactly(expectation, bytes, sizeof reply - 1);
            wrong += match.state != (right ? MATCH_DONE : MATCH_BAD);
            /* A number out of its range is wrong as a whole, from its first digit on. */
            bool in_number = (at >= 2 && at <= 4) || (at == 5 && digit);
            wrong += !right && match.differs_at != (in_number ? 2 : at);
        }
    }
    CHECK_INT(wrong, 0, "a digit keeps the number in its range, or the number is BAD");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static void alternatives(void) {
    static const char *const notations[] = {"CLIENT_ERROR {text}\r\n", "ERROR\r\n",
                                            "EXISTS {u64}\r\n"};
    static const char *const names[] = {"refused", "unknown", "exists"};
    struct fixture fixture = fixture_new();
    struct pattern pattern = pattern_of(fixture.arena, notations, names, 3);
    const char *problem;
    struct expectation *expectation =
        expectation_new(fixture.arena, &pattern, &fixture.scope, &problem);
    struct match match = expectation_match(expectation, "ERROR\r\n", 7);
    CHECK_INT(match.state, MATCH_DONE, "the second alternative matches");
    CHECK_TEXT(expectation_name(expectation, match.alternative), "unknown", "and is named");
    match = expectation_match(expectation, "E", 1);
    CHECK_INT(match.state, MATCH_MORE, "two may still come");
    match = expectation_match(expectation, "EXISTS x", 8);
    CHECK_INT(match.state, MATCH_BAD, "none may come any more");
    CHECK_INT(match.differs_at, 7, "the one that came closest says where");
    CHECK_TEXT(expectation_name(expectation, match.alternative), "exists", "and is named");
    CHECK_INT(expectation_match(expectation, "", 0).state, MATCH_MORE, "nothing came yet");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static const char *captured(struct fixture *fixture, const char *name) {
    struct bytes out = {0};
    struct text text = text_of(fixture->arena, name, TEXT_SENT);
    const char *problem = "";
    char *copy = NULL;
    if (vars_render(&fixture->scope, &text, &out, &problem))
        copy = arena_copy(fixture->arena, out.data ? out.data : "", out.length);
    bytes_free(&out);
    return copy ? copy : problem;
}

static void captures(void) {
    struct fixture fixture = fixture_new();
    struct expectation *expectation =
        expect(&fixture, "{lines}VALUE {key1=word} {rest=word} y {empty=text}\r\n{lines}E\r\n");
    static const char reply[] = "STAT a 1\r\nVALUE key ee y \r\nmore\r\nE\r\n";
    struct match match = expectation_match(expectation, reply, sizeof reply - 1);
    CHECK_INT(match.state, MATCH_DONE, "captures on both sides of lines");
    expectation_capture(expectation, &match, reply, &fixture.scope);
    CHECK_TEXT(captured(&fixture, "{key1}"), "key", "a word");
    CHECK_TEXT(captured(&fixture, "{rest}"), "ee", "the next word");
    CHECK_TEXT(captured(&fixture, "{empty}"), "", "an empty text");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static void showing(void) {
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(
        &fixture, "VALUE {key} {f=u64} {n=u64:9..10} {w=word}\r\n{t=text}\r\n{lines}END\r\n");
    struct bytes out = {0};
    expectation_show(expectation, 0, &out);
    CHECK_TEXT(out.data,
               "VALUE stem-of-19-bytes-xx-key {u64} {u64:9..10} {word}\r\n{text}\r\n{lines}END\r\n",
               "shown with its holes filled");
    struct match match = expectation_match(expectation, "VALUE stem-of-19-bytes-xx-key 1 8 ", 34);
    CHECK_INT(expectation_shown_at(expectation, &match), 36, "a wildcard is pointed at as a whole");
    match = expectation_match(expectation, "VALUE stem-of-19-bytes-xy", 25);
    CHECK_INT(expectation_shown_at(expectation, &match), 24, "a literal at its byte");
    bytes_free(&out);
    expectation_free(expectation);
    expectation = expectation_of_bytes(fixture.arena, "a\0b", 3);
    CHECK_INT(expectation_match(expectation, "a\0b", 3).state, MATCH_DONE, "bytes with a NUL");
    CHECK_INT(expectation_match(expectation, "a\0c", 3).differs_at, 2, "and behind the NUL");
    CHECK(!expectation_is_silence(expectation), "three bytes are not silence");
    expectation_free(expectation);
    expectation = expect(&fixture, "");
    CHECK(expectation_is_silence(expectation), "no bytes are silence");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static void huge(void) {
    enum { SIZE = 8 * 1024 * 1024 };
    struct fixture fixture = fixture_new();
    char *value = malloc(SIZE + 1);
    if (!value)
        abort();
    memset(value, 'x', SIZE);
    struct expectation *expectation = expectation_of_bytes(fixture.arena, value, SIZE);
    CHECK_INT(expectation_match(expectation, value, SIZE).length, SIZE, "8 MiB match");
    value[SIZE - 1] = 'y';
    CHECK_INT(expectation_match(expectation, value, SIZE).differs_at, SIZE - 1,
              "the last of 8 MiB differs");
    expectation_free(expectation);
    expectation = expect(&fixture, "{t=text}\r\n");
    struct match match = expectation_match(expectation, value, SIZE);
    CHECK_INT(match.state, MATCH_MORE, "a line of 8 MiB without an end wants more");
    expectation_free(expectation);
    memset(value, '\n', SIZE);
    expectation = expect(&fixture, "{lines}END\r\n");
    CHECK_INT(expectation_match(expectation, value, SIZE).differs_at, SIZE, "8 million lines");
    expectation_free(expectation);
    free(value);
    arena_free(fixture.arena);
}

int main(void) {
    rows_match();
    truncations_want_more();
    literal_corruptions_are_seen_at_once();
    wildcard_corruptions();
    alternatives();
    captures();
    showing();
    huge();
    return check_finish();
}
