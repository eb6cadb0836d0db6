/* SPDX-License-Identifier: MIT */
/* checks_value.c - what comes back is what was stored: any bytes, none, many, too many. */
#include "client/checks.h"

#include "arena.h"

#include <string.h>

static void round_trip(struct trial *trial, const char *key, struct slice value) {
    if (trial->verdict.outcome == VERDICT_PASS &&
        ask_ok(trial, "set %s %s 0", key, word(trial, value)))
        ask_value(trial, key, value, "that was set");
}

void check_value_bytes(struct trial *trial) {
    static const char nasty[] = "\0\r\nEND\r\nSTORED\r\n\n \xff\xfe\x80VALUE x 0 1\r\n%%\t\r";
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    round_trip(trial, "nasty", (struct slice){nasty, sizeof nasty - 1});
    round_trip(trial, "all", (struct slice){all, sizeof all});
}

/* Texts that look like something else must not become it. */
void check_value_text(struct trial *trial) {
    static const char *const texts[] = {"007",  "1e3", "  spaces  ", "true",
                                        "null", "{}",  "\"q\"",      "0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        round_trip(trial, "text", slice_of(texts[i]));
}

void check_value_utf8(struct trial *trial) {
    round_trip(trial, "utf8", slice_of("sch\xc3\xb6n \xe2\x98\x83 \xf0\x9f\x8e\x89"));
}

void check_value_fresh(struct trial *trial) {
    round_trip(trial, "fresh", slice_of("old"));
    if (trial->verdict.outcome != VERDICT_PASS)
        return;
    write_as_other(trial, slice_of("fresh"), slice_of("new"));
    ask_value(trial, "fresh", slice_of("new"), "that another client has stored");
}

/* 2^53 + 1 is no double. */
void check_value_counter(struct trial *trial) {
    if (!ask_ok(trial, "set counter 9007199254740992 0") || !ask(trial, "incr counter 1"))
        return;
    if (trial->answer.kind != ANSWER_NUMBER ||
        !slice_equal(trial->answer.words[0], slice_of("9007199254740993")))
        fail(trial, "9007199254740992 and 1 was told as \"%s\"", trial->answer.line);
}

void check_value_empty(struct trial *trial) {
    round_trip(trial, "empty", slice_of(""));
}

/* Letters and digits that compress to three quarters at best, so that a client of texts takes them
 * and a client that compresses sends many all the same. */
static struct slice noise(struct trial *trial, size_t length) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *bytes = arena_alloc(trial->arena, length + 1);
    uint32_t state = 2463534242u;
    for (size_t i = 0; i < length; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes[i] = letters[state >> 26];
    }
    return (struct slice){bytes, length};
}

void check_value_large(struct trial *trial) {
    round_trip(trial, "large", noise(trial, 1000000));
}

void check_value_too_large(struct trial *trial) {
    size_t from = mark(trial);
    if (!ask(trial, "set huge %s 0", word(trial, noise(trial, 2000000))))
        return;
    if (!was_refused(trial))
        fail(trial, "set of 2,000,000 bytes was answered \"%s\"", trial->answer.line);
    if (!seen(trial, from, VERB_SET))
        note(trial, "the client refuses it itself; nothing is sent");
    round_trip(trial, "huge", slice_of("small"));
}
