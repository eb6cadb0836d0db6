/* SPDX-License-Identifier: MIT */
/* checks_key.c - keys that the protocol cannot carry: does the client refuse them, encode them, or
 * send them and so send another command than the one that was called? */
#include "client/checks.h"

#include "arena.h"

#include <string.h>

/* What all of these must keep: the server saw only whole requests that a set or get can make, and
 * the client still works afterwards. */
static void sent_clean(struct trial *trial, size_t from) {
    struct slice rest;
    for (size_t i = from;
         i < backends_count(trial->backends) && trial->verdict.outcome == VERDICT_PASS; i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        const struct request *request = &arrival->request;
        trial->verdict.received =
            (struct verdict_bytes){request->whole.data, request->whole.length};
        if (request->verb == VERB_FLUSH_ALL)
            fail(trial, "the key became a command of its own: flush_all");
        else if (request->complaint)
            fail(trial, "it was sent, and the server sees: %s", request->complaint);
    }
    if (backends_unfinished(trial->backends, &rest))
        fail(trial, "it was sent, and the server waits for the rest of a request");
    if (trial->verdict.outcome == VERDICT_PASS)
        trial->verdict.received = (struct verdict_bytes){0};
}

/* True if the key travelled under its own name in a packet that has room for any byte. */
static bool travelled_binary(const struct trial *trial, size_t from, struct slice key) {
    const struct arrival *arrival = seen_key(trial, from, key);
    return arrival && arrival->request.dialect == DIALECT_BINARY;
}

static void try_key(struct trial *trial, struct slice key) {
    const char *name = word(trial, key);
    size_t from = mark(trial);
    if (!ask(trial, "set %s hostile 0", name))
        return;
    settle(trial, 20);
    bool told_ok = trial->answer.kind == ANSWER_OK;
    sent_clean(trial, from);
    if (trial->verdict.outcome != VERDICT_PASS || !ask(trial, "get %s", name))
        return;
    settle(trial, 20);
    sent_clean(trial, from);
    if (told_ok && !was_value(trial, slice_of("hostile")))
        fail(trial, "set was told as ok, and get as \"%s\"", trial->answer.line);
    if (travelled_binary(trial, from, key))
        note(trial, "the binary protocol carries it as it is");
    else if (told_ok)
        note(trial, "it is sent under another name");
    else
        note(trial, "it is refused: \"%.60s\"", trial->answer.line);
    if (trial->verdict.outcome == VERDICT_PASS && ask_ok(trial, "set after fine 0"))
        ask_value(trial, "after", slice_of("fine"), "in the call after it");
}

void check_key_longest(struct trial *trial) {
    const char *key = word(trial, filled(trial, 'k', 250));
    if (ask_ok(trial, "set %s long 0", key))
        ask_value(trial, key, slice_of("long"), "under a key of 250 bytes");
}

/* Two keys that differ behind the 250th byte; who cuts them makes one of them. */
static void stay_apart(struct trial *trial, const char *first, const char *second) {
    if (trial->verdict.outcome == VERDICT_PASS && ask(trial, "set %s one 0", first) &&
        trial->answer.kind == ANSWER_OK && ask(trial, "set %s two 0", second))
        ask_value(trial, first, slice_of("one"), "after another key was set");
}

void check_key_too_long(struct trial *trial) {
    struct slice key = filled(trial, 'k', 251);
    try_key(trial, key);
    stay_apart(trial, word(trial, key), arena_format(trial->arena, "%.250sx", key.data));
}

/* 126 letters of two bytes each. */
void check_key_too_long_utf8(struct trial *trial) {
    const char *key = "";
    for (int i = 0; i < 126; i++)
        key = arena_format(trial->arena, "%s\xc3\xb6", key);
    try_key(trial, slice_of(key));
}

void check_key_case(struct trial *trial) {
    stay_apart(trial, "CaseCounts", "casecounts");
}

/* Calls that a client may have forgotten when it looks at keys. */
void check_key_every_call(struct trial *trial) {
    static const struct {
        const char *name, *rest;
    } calls[] = {{"gets", ""},      {"mget", " fine"},      {"mget fine", ""},  {"mset", " x"},
                 {"delete", ""},    {"touch", " 10"},       {"incr", " 1"},     {"decr", " 1"},
                 {"add", " x 0"},   {"replace", " x 0"},    {"append", " x 0"}, {"prepend", " x 0"},
                 {"cas", " x 0 1"}, {"set-noreply", " x 0"}};
    const char *key = word(trial, slice_of("key\r\nflush_all\r\nget key"));
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        size_t from = mark(trial);
        if (!ask_if_any(trial, "%s %s%s", calls[i].name, key, calls[i].rest)) {
            if (trial->verdict.outcome != VERDICT_PASS)
                return;
            continue;
        }
        settle(trial, 20);
        sent_clean(trial, from);
    }
}

void check_key_space(struct trial *trial) {
    try_key(trial, slice_of("two words"));
}

void check_key_line_end(struct trial *trial) {
    try_key(trial, slice_of("key 0 0 1\r\nx\r\nflush_all\r\nset key"));
}

void check_key_newline_last(struct trial *trial) {
    try_key(trial, slice_of("newline\n"));
}

void check_key_control(struct trial *trial) {
    try_key(trial, slice_of("con\x01trol\x7f"));
}

void check_key_empty(struct trial *trial) {
    size_t from = mark(trial);
    if (!ask(trial, "set  empty-key 0"))
        return;
    if (trial->answer.kind == ANSWER_OK)
        fail(trial, "set of an empty key was told as ok");
    settle(trial, 20);
    sent_clean(trial, from);
    if (trial->verdict.outcome == VERDICT_PASS && ask(trial, "get "))
        sent_clean(trial, from);
    if (trial->verdict.outcome == VERDICT_PASS && ask_ok(trial, "set after fine 0"))
        ask_value(trial, "after", slice_of("fine"), "in the call after it");
}

void check_key_utf8(struct trial *trial) {
    const char *key = "sch\xc3\xb6n";
    size_t from = mark(trial);
    const char *name = word(trial, slice_of(key));
    if (!ask_ok(trial, "set %s utf8 0", name) ||
        !ask_value(trial, name, slice_of("utf8"), "under a key in UTF-8"))
        return;
    if (!seen_key(trial, from, slice_of(key)))
        note(trial, "it is sent under another name");
}
