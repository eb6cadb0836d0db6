/* SPDX-License-Identifier: MIT */
/* checks_stream.c - replies on their connection: none, late, in pieces, under another opaque; and a
 * connection that is gone. */
#include "client/checks.h"

#include "arena.h"

#include <inttypes.h>

static void hold(struct trial *trial) {
    struct fault fault = {.kind = FAULT_HOLD, .class = VERB_CLASS_ANY};
    backends_fault(trial->backends, 0, &fault);
}

void check_reply_hung(struct trial *trial) {
    const char *first, *second;
    if (!two_keys(trial, &first, &second))
        return;
    hold(trial);
    if (!ask(trial, "get %s", first))
        return;
    if (trial->answer.kind == ANSWER_VALUE)
        fail(trial, "no reply came, and the client tells \"%s\"", trial->answer.line);
    note(trial, "it gives up after %u.%u s and tells \"%.60s\"", trial->answer.took_ms / 1000,
         trial->answer.took_ms % 1000 / 100, trial->answer.line);
}

void check_reply_late(struct trial *trial) {
    const char *first, *second;
    if (!two_keys(trial, &first, &second))
        return;
    hold(trial);
    if (!ask(trial, "get %s", first)) {
        trial->verdict.outcome = VERDICT_PASS;
        skip(trial, "the client never gives up, see client.reply.hung");
        return;
    }
    backends_release(trial->backends);
    settle(trial, 50);
    never_wrong(trial, second, "second-value");
}

void check_reply_one_byte(struct trial *trial) {
    struct fault fault = {.kind = FAULT_TRICKLE, .class = VERB_CLASS_DATA};
    fault_everywhere(trial, &fault);
    if (ask_ok(trial, "set slow slow-value 0") &&
        ask_value(trial, "slow", slice_of("slow-value"), "one byte at a time") &&
        ask(trial, "get slow-missing") && trial->answer.kind != ANSWER_MISS)
        fail(trial, "a miss that came one byte at a time was told as \"%s\"", trial->answer.line);
}

void check_reply_split(struct trial *trial) {
    if (!ask_ok(trial, "set split split-value 0"))
        return;
    for (size_t at = 1; at < 45; at++) {
        struct fault fault = {.kind = FAULT_SPLIT, .class = VERB_CLASS_DATA, .at = at};
        fault_everywhere(trial, &fault);
        if (!ask_value(trial, "split", slice_of("split-value"),
                       arena_format(trial->arena,
                                    "when the reply came in two pieces, cut behind "
                                    "byte %zu",
                                    at)))
            return;
        if (at < 12 && !ask_ok(trial, "set split split-value 0"))
            return;
    }
}

/* A counter cut in two is still a number: who does not wait for the line end tells a wrong one. */
void check_reply_split_number(struct trial *trial) {
    struct slice wanted = slice_of("12345679");
    for (size_t at = 1; at < 8; at++) {
        struct fault fault = {.kind = FAULT_SPLIT, .class = VERB_CLASS_WRITE, .at = at, .times = 1};
        if (!ask_ok(trial, "set counter 12345678 0"))
            return;
        fault_everywhere(trial, &fault);
        if (!ask(trial, "incr counter 1"))
            return;
        backends_release(trial->backends);
        if (trial->answer.kind != ANSWER_NUMBER || !slice_equal(trial->answer.words[0], wanted))
            fail(trial,
                 "the reply to incr, cut behind byte %zu, was told as \"%s\" and not 12345679", at,
                 trial->answer.line);
    }
}

void check_reply_hung_set(struct trial *trial) {
    const char *first, *second;
    if (!two_keys(trial, &first, &second))
        return;
    hold(trial);
    if (!ask(trial, "set %s unheard 0", first))
        return;
    if (trial->answer.kind == ANSWER_OK && holder(trial, 0, first, "unheard") < 0)
        fail(trial, "set was told as ok, and the server had not replied");
}

/* True if the requests since `from` carry an opaque that a reply can be told by. */
static bool sends_opaque(const struct trial *trial, size_t from) {
    const struct arrival *arrival = seen(trial, from, VERB_COUNT);
    return arrival && (arrival->request.opaque != 0 || meta_flag(&arrival->request, 'O', NULL));
}

void check_reply_opaque(struct trial *trial) {
    const char *first, *second;
    struct fault fault = {.kind = FAULT_OPAQUE, .class = VERB_CLASS_READ, .times = 1};
    if (!two_keys(trial, &first, &second) || !ask(trial, "get %s", first))
        return;
    backends_fault(trial->backends, 0, &fault);
    size_t from = mark(trial);
    if (!ask(trial, "get %s", second))
        return;
    size_t asked = 0;
    for (size_t i = from; i < backends_count(trial->backends); i++)
        asked += verb_class(backends_at(trial->backends, i)->request.verb) == VERB_CLASS_READ;
    if (!sends_opaque(trial, from))
        skip(trial, "the client sends no opaque");
    else if (trial->answer.kind == ANSWER_VALUE && asked == 1)
        fail(trial, "a reply with the opaque of another request was told as a hit");
    never_wrong(trial, first, "first-value");
}

void check_reply_idle(struct trial *trial) {
    const char *first, *second;
    if (!two_keys(trial, &first, &second))
        return;
    backends_hang_up(trial->backends, 0);
    settle(trial, 50);
    if (!ask(trial, "get %s", first))
        return;
    if (was_value(trial, slice_of("first-value"))) {
        note(trial, "it connects again by itself");
        return;
    }
    note(trial, "one call is lost: \"%.60s\"", trial->answer.line);
    ask_value(trial, second, slice_of("second-value"),
              "in the second call after the server had closed an idle connection");
}
