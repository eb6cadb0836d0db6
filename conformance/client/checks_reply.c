/* SPDX-License-Identifier: MIT */
/* checks_reply.c - what a client makes of replies: refusals, errors, garbage, closed connections,
 * silence, and bytes that come in pieces. */
#include "client/checks.h"

#include "arena.h"

static void must_be_refused(struct trial *trial, const char *what) {
    if (!was_refused(trial))
        fail(trial, "%s was told as \"%s\"", what, trial->answer.line);
}

void check_reply_not_stored(struct trial *trial) {
    if (!ask_ok(trial, "set there first 0") || !ask(trial, "add there second 0"))
        return;
    must_be_refused(trial, "add of a key that exists, answered NOT_STORED,");
    if (!ask_value(trial, "there", slice_of("first"), "after an add that was refused"))
        return;
    if (ask(trial, "replace missing third 0"))
        must_be_refused(trial, "replace of a missing key, answered NOT_STORED,");
}

void check_reply_not_found(struct trial *trial) {
    if (!ask(trial, "get missing"))
        return;
    if (trial->answer.kind != ANSWER_MISS)
        fail(trial, "get of a missing key was told as \"%s\"", trial->answer.line);
    if (!ask(trial, "incr missing 1"))
        return;
    if (trial->answer.kind == ANSWER_NUMBER || trial->answer.kind == ANSWER_OK)
        fail(trial, "incr of a missing key was told as \"%s\"", trial->answer.line);
    if (ask(trial, "touch missing 10") && trial->answer.kind == ANSWER_OK)
        fail(trial, "touch of a missing key was told as \"%s\"", trial->answer.line);
}

void check_reply_delete_missing(struct trial *trial) {
    if (ask_ok(trial, "set there x 0") && ask_ok(trial, "delete there") &&
        ask(trial, "delete there") && trial->answer.kind == ANSWER_OK)
        fail(trial, "delete of a missing key, answered NOT_FOUND, was told as success");
}

static void refused_with(struct trial *trial, enum result result, const char *name) {
    struct fault fault = {
        .kind = FAULT_RESULT, .class = VERB_CLASS_WRITE, .result = result, .times = 1};
    fault_everywhere(trial, &fault);
    if (!ask(trial, "set key value 0"))
        return;
    if (trial->answer.kind == ANSWER_OK && holder(trial, -1, "key", "value") >= 0)
        note(trial, "it tries again by itself");
    else
        must_be_refused(trial, arena_format(trial->arena, "a set answered with %s", name));
    backends_release(trial->backends);
    still_in_step(trial, "key");
}

void check_reply_server_error(struct trial *trial) {
    refused_with(trial, RESULT_OUT_OF_MEMORY, "SERVER_ERROR out of memory");
}

void check_reply_error(struct trial *trial) {
    refused_with(trial, RESULT_ERROR, "ERROR");
}

void check_reply_non_numeric(struct trial *trial) {
    if (!ask_ok(trial, "set word abc 0") || !ask(trial, "incr word 1"))
        return;
    if (trial->answer.kind == ANSWER_NUMBER || trial->answer.kind == ANSWER_OK)
        fail(trial, "incr of \"abc\", answered CLIENT_ERROR, was told as \"%s\"",
             trial->answer.line);
    still_in_step(trial, "word");
}

/* A get that goes wrong: it brings no value; or the right one, when the client asks again. */
static bool ask_no_hit(struct trial *trial, const char *key, const char *value, const char *what) {
    if (!ask(trial, "get %s", key))
        return false;
    if (was_value(trial, slice_of(value)))
        note(trial, "it asks again by itself");
    else if (trial->answer.kind == ANSWER_VALUE)
        fail(trial, "%s was told as a hit: \"%s\"", what, trial->answer.line);
    return trial->verdict.outcome == VERDICT_PASS;
}

void check_reply_get_error(struct trial *trial) {
    struct fault fault = {
        .kind = FAULT_RESULT, .class = VERB_CLASS_READ, .result = RESULT_OUT_OF_MEMORY, .times = 1};
    if (!ask_ok(trial, "set key value 0"))
        return;
    fault_everywhere(trial, &fault);
    if (!ask_no_hit(trial, "key", "value", "a get answered with SERVER_ERROR"))
        return;
    backends_release(trial->backends);
    still_in_step(trial, "key");
}

void check_reply_garbage(struct trial *trial) {
    const char *first, *second;
    struct fault fault = {.kind = FAULT_BYTES,
                          .class = VERB_CLASS_READ,
                          .bytes = slice_of("WHAT IS THIS\r\n\x01\x02 no reply at all\r\n"),
                          .times = 1};
    if (!two_keys(trial, &first, &second))
        return;
    backends_fault(trial->backends, 0, &fault);
    if (ask_no_hit(trial, first, "first-value", "a get answered with garbage"))
        never_wrong(trial, second, "second-value");
}

void check_reply_get_error_told(struct trial *trial) {
    struct fault fault = {
        .kind = FAULT_RESULT, .class = VERB_CLASS_READ, .result = RESULT_OUT_OF_MEMORY, .times = 1};
    if (!ask_ok(trial, "set key value 0"))
        return;
    fault_everywhere(trial, &fault);
    if (!ask(trial, "get key"))
        return;
    if (trial->answer.kind == ANSWER_MISS)
        fail(trial, "a get answered with SERVER_ERROR was told as a miss");
}

/* True if the reply to this read tells the value alone. */
static bool names_no_key(const struct request *request) {
    return request->dialect == DIALECT_BINARY ||
           (request->dialect == DIALECT_META && !meta_flag(request, 'k', NULL));
}

void check_reply_other_key(struct trial *trial) {
    const char *first, *second;
    struct fault fault = {.kind = FAULT_OTHER_KEY, .class = VERB_CLASS_READ, .times = 1};
    if (!two_keys(trial, &first, &second))
        return;
    backends_fault(trial->backends, 0, &fault);
    size_t from = mark(trial);
    if (!ask(trial, "get %s", first))
        return;
    const struct arrival *get = seen(trial, from, VERB_COUNT);
    if (get && names_no_key(&get->request) && trial->answer.kind == ANSWER_VALUE)
        skip(trial, "the reply to %s names no key, so the client cannot see it",
             get->request.dialect == DIALECT_BINARY ? "a binary get" : "mg without k");
    else if (trial->answer.kind == ANSWER_VALUE)
        fail(trial, "a reply about another key was told as a hit: \"%s\"", trial->answer.line);
}

void check_reply_closed(struct trial *trial) {
    const char *first, *second;
    struct fault fault = {.kind = FAULT_CLOSE, .class = VERB_CLASS_DATA, .times = 1};
    if (!two_keys(trial, &first, &second))
        return;
    backends_fault(trial->backends, 0, &fault);
    if (!ask(trial, "set %s new-value 0", first))
        return;
    /* A client that goes round the server stores it elsewhere, and the old value stays behind. */
    if (trial->answer.kind == ANSWER_OK && holder(trial, -1, first, "new-value") < 0)
        fail(trial, "the server closed the connection without a reply, and the client tells ok "
                    "though the value is not stored");
    never_wrong(trial, second, "second-value");
}

void check_reply_cut(struct trial *trial) {
    const char *first, *second;
    if (!two_keys(trial, &first, &second))
        return;
    for (size_t at = 1; at <= 30; at += 7) {
        struct fault fault = {.kind = FAULT_CUT, .class = VERB_CLASS_READ, .at = at, .times = 1};
        backends_fault(trial->backends, 0, &fault);
        if (!ask(trial, "get %s", first))
            return;
        if (trial->answer.kind == ANSWER_VALUE && !was_value(trial, slice_of("first-value")))
            fail(trial, "a reply cut behind %zu bytes was told as a hit: \"%s\"", at,
                 trial->answer.line);
    }
    never_wrong(trial, second, "second-value");
}

void check_reply_recovers(struct trial *trial) {
    const char *first, *second;
    struct fault fault = {.kind = FAULT_CLOSE, .class = VERB_CLASS_DATA, .times = 1};
    if (!two_keys(trial, &first, &second))
        return;
    backends_fault(trial->backends, 0, &fault);
    if (!ask(trial, "get %s", first))
        return;
    if (was_value(trial, slice_of("first-value")))
        note(trial, "it tries again by itself");
    if (!ask(trial, "get %s", second))
        return;
    if (!was_value(trial, slice_of("second-value")))
        fail(trial, "the call after a closed connection was told as \"%s\"", trial->answer.line);
}
