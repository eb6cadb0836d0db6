/* SPDX-License-Identifier: MIT */
/* test_packet.c - packets of the binary protocol as bytes, against literal ones from the examples
 * of protocol-binary.txt: what is sent, what is matched, every truncation, every corruption. */
#include "language/problems.h"
#include "language/text_load.h"
#include "play/match.h"
#include "play/packet_words.h"

#include "arena.h"
#include "reports/check.h"

#include <stdlib.h>

struct fixture {
    struct arena *arena;
    struct scope scope;
};

static struct fixture fixture_new(void) {
    struct arena *arena = arena_new();
    return (struct fixture){arena, {vars_new(arena, "stem"), "client", 1}};
}

static struct text text_of(struct arena *arena, const char *notation, enum text_use use) {
    struct problems problems = {.arena = arena, .file = "test"};
    struct text text = {0};
    const struct json *json = json_parse(&problems, notation, strlen(notation));
    if (json == NULL || !text_load(&problems, json, use, &text)) {
        printf("Bail out! %s: %s\n", notation, problems.count > 0 ? problems.list[0] : "?");
        exit(1);
    }
    return text;
}

/* Packets as hexadecimal digits; spaces are for the reader. */
static size_t bytes_of(const char *digits, char *bytes) {
    size_t length = 0;
    for (; *digits != '\0'; digits++)
        if (*digits != ' ') {
            bytes[length++] = (char)strtoul((char[]){digits[0], digits[1], '\0'}, NULL, 16);
            digits++;
        }
    return length;
}

static const struct {
    const char *notation, *digits;
} requests[] = {
    /* protocol-binary.txt 4.2.1: get "Hello" */
    {"{ \"opcode\": \"get\", \"key\": \"Hello\", \"opaque\": 0 }",
     "80 00 0005 00 00 0000 00000005 00000000 0000000000000000 48656c6c6f"},
    /* 4.3.1: add "Hello" "World", flags 0xdeadbeef, exptime 0x0e10 */
    {"{ \"opcode\": \"add\", \"key\": \"Hello\", \"value\": \"World\", \"opaque\": 0,"
     "  \"extras\": { \"flags\": \"0xdeadbeef\", \"exptime\": 3600 } }",
     "80 02 0005 08 00 0000 00000012 00000000 0000000000000000 deadbeef 00000e10 48656c6c6f "
     "576f726c64"},
    /* 4.5.1: increment "counter" by 1, initial 0, exptime 3600 */
    {"{ \"opcode\": \"increment\", \"key\": \"counter\", \"opaque\": 0,"
     "  \"extras\": { \"delta\": \"1\", \"exptime\": 3600 } }",
     "80 05 0007 14 00 0000 0000001b 00000000 0000000000000000 0000000000000001 "
     "0000000000000000 00000e10 636f756e746572"},
    {"{ \"opcode\": \"flush\", \"extras\": \"\", \"cas\": \"0x0102030405060708\" }",
     "80 08 0000 00 00 0000 00000000 6d637461 0102030405060708"},
    {"{ \"opcode\": \"0x99\", \"magic\": 129, \"vbucket\": 258, \"datatype\": 3, \"key_length\": 1,"
     "  \"extras_length\": 2, \"body_length\": \"4294967295\", \"counter\": 5 }",
     "81 99 0001 02 03 0102 ffffffff 6d637461 0000000000000000 0000000000000005"},
    {"[{ \"frame\": 258, \"sequence\": 3, \"total\": 4, \"reserved\": 5 }, \"mn\\r\\n\"]",
     "0102 0003 0004 0005 6d6e0d0a"},
};

static void requests_become_bytes(void) {
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct fixture fixture = fixture_new();
        char wanted[128];
        size_t length = bytes_of(requests[i].digits, wanted);
        struct text text = text_of(fixture.arena, requests[i].notation, TEXT_SENT);
        struct bytes out = {0};
        const char *problem = NULL;
        CHECK(vars_render(&fixture.scope, &text, &out, &problem), "the packet is filled");
        CHECK(out.length == length && memcmp(out.data, wanted, length) == 0, requests[i].notation);
        CHECK(text_size_max(&text) >= length, "it is not longer than text_size_max says");
        bytes_free(&out);
        arena_free(fixture.arena);
    }
}

static struct expectation *expect(struct fixture *fixture, const char *notation) {
    struct alternative alternative = {NULL, text_of(fixture->arena, notation, TEXT_PATTERN)};
    struct pattern pattern = {&alternative, 1};
    const char *problem = NULL;
    return expectation_new(fixture->arena, &pattern, &fixture->scope, &problem);
}

/* 4.2.1: the reply to get "Hello": flags 0xdeadbeef, value "World", cas 1. */
#define HIT "81 00 0000 04 00 0000 00000009 00000000 0000000000000001 deadbeef 576f726c64"
#define HIT_EXPECTED                                                                               \
    "{ \"opcode\": \"get\", \"opaque\": 0, \"cas\": 1, \"extras\": { \"flags\": \"0xdeadbeef\" }," \
    "  \"value\": \"World\" }"

static void whole_reply_matches(void) {
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(&fixture, HIT_EXPECTED);
    char bytes[64];
    size_t length = bytes_of(HIT, bytes);
    struct match match = expectation_match(expectation, bytes, length);
    CHECK_INT(match.state, MATCH_DONE, "the whole reply matches");
    CHECK_INT(match.length, length, "as a whole");
    size_t more = 0;
    for (size_t cut = 0; cut < length; cut++)
        more += expectation_match(expectation, bytes, cut).state == MATCH_MORE;
    CHECK_INT(more, length, "cut off behind any byte, more must come");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

/* Each byte changed: never right, and the place told is that of the field which holds it. */
static void every_byte_counts(void) {
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(&fixture, HIT_EXPECTED);
    char bytes[64];
    size_t length = bytes_of(HIT, bytes);
    for (size_t at = 0; at < length; at++) {
        bytes[at] ^= 0x40;
        struct match match = expectation_match(expectation, bytes, length);
        CHECK(match.state != MATCH_DONE, "a changed byte is never right");
        bytes[at] ^= 0x40;
    }
    bytes[6] = 0; /* status, its second byte */
    bytes[7] = 1;
    struct match match = expectation_match(expectation, bytes, length);
    const char *field = "";
    const char *told =
        expectation_explain(expectation, &match, bytes, length, fixture.arena, &field);
    CHECK_INT(match.differs_at, 6, "the status begins at byte 6");
    CHECK_TEXT(field, "status", "its name is told");
    CHECK_TEXT(told, "status: expected 0x0000 ok, received 0x0001 key not found", "and both sides");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static void lengths_that_contradict(void) {
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(&fixture, HIT_EXPECTED);
    char bytes[64];
    size_t length = bytes_of(HIT, bytes);
    bytes[11] = 3; /* body length, less than that of the extras */
    struct match match = expectation_match(expectation, bytes, length);
    const char *field = "";
    CHECK_INT(match.state, MATCH_BAD, "extras longer than the body are refused at once");
    CHECK_TEXT(expectation_explain(expectation, &match, bytes, length, fixture.arena, &field),
               "body length: 3 contradicts key length 0 and extras length 4", "and told");
    bytes[11] = 10;
    match = expectation_match(expectation, bytes, length);
    CHECK_INT(match.state, MATCH_MORE, "a body that is announced longer has to come");
    CHECK_TEXT(expectation_explain(expectation, &match, bytes, length, fixture.arena, &field),
               "the header announces a body of 10 bytes, 9 came", "and what is missing is told");
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static void captures(void) {
    struct fixture fixture = fixture_new();
    struct expectation *expectation = expect(
        &fixture, "[{ \"packets\": \"get\" }, { \"opcode\": \"get\", \"opaque\": \"{o=u64}\","
                  "  \"cas\": \"{c=u64:1..}\", \"extras\": { \"flags\": \"{f=u64}\" },"
                  "  \"value\": \"W{v=bytes}\" }, { \"opcode\": \"noop\", \"opaque\": 9 }]");
    char bytes[128];
    size_t length = bytes_of(HIT "81 0a 0000 00 00 0000 00000000 00000009 0000000000000000", bytes);
    struct match match = expectation_match(expectation, bytes, length);
    CHECK_INT(match.state, MATCH_DONE, "packets one behind the other match");
    expectation_capture(expectation, &match, bytes, &fixture.scope);
    struct text text = text_of(fixture.arena, "\"{o} {c} {f} {v} {f+1}\"", TEXT_SENT);
    struct bytes out = {0};
    const char *problem = "";
    CHECK(vars_render(&fixture.scope, &text, &out, &problem), problem);
    CHECK_TEXT(out.data, "0 1 3735928559 orld 3735928560", "fields are captured");
    bytes_free(&out);
    expectation_free(expectation);
    arena_free(fixture.arena);
}

static void words(void) {
    char bytes[64];
    size_t at, length = bytes_of(HIT, bytes);
    struct bytes out = {0};
    packet_words(bytes, length, 0, PACKET_STATUS, &out, &at);
    CHECK_TEXT(out.data,
               "reply get 0x00, 0x0000 ok, opaque 0x00000000, cas 1, flags 3735928559, "
               "value \"World\"",
               "a reply in words");
    CHECK_INT(at, 16, "and the place of a field in them");
    bytes_free(&out);
    for (size_t cut = 0; cut < length; cut++) { /* whatever is missing, nothing is read behind it */
        char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        packet_words(copy, cut, 0, PACKET_VALUE, &out, &at);
        bytes_free(&out);
        free(copy);
    }
    packet_words("ERROR\r\n", 7, 0, PACKET_MAGIC, &out, &at);
    CHECK_TEXT(out.data, "\"ERROR\r\n\"", "what is no packet stands in quotes");
    bytes_free(&out);
}

int main(void) {
    requests_become_bytes();
    whole_reply_matches();
    every_byte_counts();
    lengths_that_contradict();
    captures();
    words();
    return check_finish();
}
