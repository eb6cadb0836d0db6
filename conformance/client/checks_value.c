/* SPDX-License-Identifier: MIT */
/* checks_value.c - what comes back is what was stored: any bytes, none, many, too many. */
#include "client/checks.h"

#include "arena.h"

#include <string.h>

static void round_trip(struct trial *trial, const char *key, struct slice value) {
    if (ask_ok(trial, "set %s %s 0", key, word(trial, value)))
        ask_value(trial, key, value, "that was set");
}

void check_value_bytes(struct trial *trial) {
    static const char nasty[] = "\0\r\nEND\r\nSTORED\r\n\n \xff\xfe\x80VALUE x 0 1\r\n%%\t\r";
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    round_trip(trial, "nasty", (struct slice){nasty, sizeof nasty - 1});
    if (trial->verdict.outcome == VERDICT_PASS)
        round_trip(trial, "all", (struct slice){all, sizeof all});
}

void check_value_empty(struct trial *trial) {
    round_trip(trial, "empty", slice_of(""));
}

/* Bytes that do not compress. */
static struct slice noise(struct trial *trial, size_t length) {
    char *bytes = arena_alloc(trial->arena, length + 1);
    uint32_t state = 2463534242u;
    for (size_t i = 0; i < length; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes[i] = (char)(state >> 24);
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
