/* SPDX-License-Identifier: MIT */
/* checks_many.c - one call for many keys: how it is shared out, and what becomes of it when a part
 * of it fails. */
#include "client/checks.h"

#include "arena.h"

#include <stdio.h>
#include <string.h>

/* Multi-get of 30 keys, ten of which are missing; judges the answer, and returns where the
 * requests begin. */
static bool ask_thirty(struct trial *trial, size_t *from) {
    char line[600] = "mget";
    for (int i = 0; i < 30; i++) {
        if (i % 3 != 2 && !ask_ok(trial, "set many%d value%d 0", i, i))
            return false;
        size_t at = strlen(line);
        snprintf(line + at, sizeof line - at, " many%d", i);
    }
    *from = mark(trial);
    if (!ask(trial, "%s", line))
        return false;
    if (trial->answer.kind != ANSWER_VALUES)
        fail(trial, "mget was answered \"%s\"", trial->answer.line);
    else if (trial->answer.count != 40)
        fail(trial, "mget of 20 keys that exist and 10 that do not brought %zu values",
             trial->answer.count / 2);
    for (size_t i = 0; i + 1 < trial->answer.count; i += 2) {
        struct slice key = trial->answer.words[i], value = trial->answer.words[i + 1];
        if (key.length < 5 || value.length < 6 ||
            !slice_equal((struct slice){key.data + 4, key.length - 4},
                         (struct slice){value.data + 5, value.length - 5}))
            fail(trial, "mget brought the value \"%.*s\" for the key \"%.*s\"", (int)value.length,
                 value.data, (int)key.length, key.data);
    }
    return trial->verdict.outcome == VERDICT_PASS;
}

void check_wire_mget(struct trial *trial) {
    size_t from;
    if (!ask_thirty(trial, &from))
        return;
    for (size_t i = from; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        for (size_t k = 0; k < arrival->request.key_count; k++) {
            struct slice key = arrival->request.keys[k];
            const struct item *item = stored(trial, key);
            if (item && !store_find(backends_store(trial->backends, arrival->member), key))
                fail(trial, "the key \"%.*s\" was asked of server %u, which does not have it",
                     (int)key.length, key.data, arrival->member);
        }
    }
}

/* In the binary protocol a multi-get is many quiet packets: what counts is that they are quiet. */
void check_wire_mget_once(struct trial *trial) {
    size_t from;
    unsigned asked[BACKENDS_MAX] = {0};
    if (!ask_thirty(trial, &from))
        return;
    for (size_t i = from; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        bool reads = verb_class(arrival->request.verb) == VERB_CLASS_READ;
        bool packet = arrival->request.dialect != DIALECT_TEXT && arrival->request.quiet;
        if (reads && !packet && ++asked[arrival->member] > 1)
            fail(trial, "server %u was asked more than once, one key at a time", arrival->member);
    }
}

/* The value that mget brought under the key, or NULL. */
static const struct slice *brought(const struct trial *trial, const char *key) {
    for (size_t i = 0; i + 1 < trial->answer.count; i += 2)
        if (trial->answer.kind == ANSWER_VALUES &&
            slice_equal(trial->answer.words[i], slice_of(key)))
            return &trial->answer.words[i + 1];
    return NULL;
}

/* Fails unless mget brought this value under the key. */
static void must_bring(struct trial *trial, const char *key, struct slice value, const char *when) {
    const struct slice *got = brought(trial, key);
    if (trial->answer.kind != ANSWER_VALUES)
        fail(trial, "mget was answered \"%.80s\"%s", trial->answer.line, when);
    else if (!got)
        fail(trial, "mget did not bring the key \"%s\"%s", key, when);
    else if (!slice_equal(*got, value))
        fail(trial, "mget brought for \"%s\" the value \"%.60s\" and not \"%.60s\"%s", key,
             word(trial, *got), word(trial, value), when);
}

/* Each server has all of them, so that only the call counts and not where the keys land. */
void check_wire_mget_many(struct trial *trial) {
    enum { MANY = 1000 };
    size_t length = 0, room = MANY * 40;
    char *line = arena_alloc(trial->arena, room);
    for (int i = 0; i < MANY; i++) {
        const char *key = arena_format(trial->arena, "a-long-name-of-a-key-%d", i);
        for (unsigned m = 0; m < backends_members(trial->backends); m++)
            store_put(backends_store(trial->backends, m), slice_of(key),
                      slice_of(arena_format(trial->arena, "%d", i)), 0);
        length += (size_t)snprintf(line + length, room - length, " %s", key);
    }
    if (!ask(trial, "mget%s", line))
        return;
    for (int i = 0; i < MANY && trial->verdict.outcome == VERDICT_PASS; i++)
        must_bring(trial, arena_format(trial->arena, "a-long-name-of-a-key-%d", i),
                   slice_of(arena_format(trial->arena, "%d", i)), ", one of 1000");
}

void check_value_mget(struct trial *trial) {
    static const char *const values[] = {"plain", "END\r\nVALUE nasty1 0 5\r\nwrong\r\nEND\r\n", "",
                                         "VALUE nasty0 0 1\r\n", "\r\n"};
    enum { COUNT = sizeof values / sizeof *values };
    for (int i = 0; i < COUNT; i++)
        if (!ask_ok(trial, "set nasty%d %s 0", i, word(trial, slice_of(values[i]))))
            return;
    if (!ask(trial, "mget nasty0 nasty1 nasty2 nasty3 nasty4"))
        return;
    for (int i = 0; i < COUNT; i++)
        must_bring(trial, arena_format(trial->arena, "nasty%d", i), slice_of(values[i]), "");
}

void check_reply_split_mget(struct trial *trial) {
    const char *first, *second;
    if (!two_keys(trial, &first, &second))
        return;
    for (size_t at = 1; at < 90 && trial->verdict.outcome == VERDICT_PASS; at += 3) {
        struct fault fault = {.kind = FAULT_SPLIT, .class = VERB_CLASS_READ, .at = at};
        const char *when = arena_format(trial->arena, ", its reply cut behind byte %zu", at);
        backends_fault(trial->backends, 0, &fault);
        if (!ask(trial, "mget %s %s", first, second))
            return;
        must_bring(trial, first, slice_of("first-value"), when);
        must_bring(trial, second, slice_of("second-value"), when);
    }
}

void check_reply_mget_error(struct trial *trial) {
    const char *first, *second;
    struct fault fault = {
        .kind = FAULT_RESULT, .class = VERB_CLASS_READ, .result = RESULT_OUT_OF_MEMORY, .times = 1};
    if (!two_keys(trial, &first, &second))
        return;
    backends_fault(trial->backends, 0, &fault);
    if (!ask(trial, "mget %s %s", first, second))
        return;
    const struct slice *got = brought(trial, first);
    if (got && !slice_equal(*got, slice_of("first-value")))
        fail(trial, "an mget answered with SERVER_ERROR was told as \"%s\"", trial->answer.line);
    backends_release(trial->backends);
    still_in_step(trial, second);
}

void check_wire_mset(struct trial *trial) {
    const char *line = "mset";
    for (int i = 0; i < 12; i++)
        line = arena_format(trial->arena, "%s batch%d value%d", line, i, i);
    if (!ask_ok(trial, "%s", line))
        return;
    for (int i = 0; i < 12 && trial->verdict.outcome == VERDICT_PASS; i++)
        ask_value(trial, arena_format(trial->arena, "batch%d", i),
                  slice_of(arena_format(trial->arena, "value%d", i)), "of a multi-set");
}

/* Four items for one server, which refuses the first. */
void check_reply_mset_refused(struct trial *trial) {
    static const char *const values[] = {"a", "b", "c", "d"};
    struct fault fault = {.kind = FAULT_RESULT,
                          .class = VERB_CLASS_WRITE,
                          .result = RESULT_OUT_OF_MEMORY,
                          .times = 1};
    if (!key_on(trial, 0, 3)) {
        skip(trial, "the survey found no four keys on server 0");
        return;
    }
    backends_fault(trial->backends, 0, &fault);
    if (!ask(trial, "mset %s a %s b %s c %s d", key_on(trial, 0, 0), key_on(trial, 0, 1),
             key_on(trial, 0, 2), key_on(trial, 0, 3)))
        return;
    unsigned kept = 0;
    for (unsigned i = 1; i < 4; i++)
        kept += holder(trial, -1, key_on(trial, 0, i), values[i]) >= 0;
    bool again = holder(trial, -1, key_on(trial, 0, 0), values[0]) >= 0;
    if (trial->answer.kind == ANSWER_OK && (!again || kept < 3))
        fail(trial, "a multi-set, one item of which was refused, was told as ok");
    else if (kept < 3)
        fail(trial, "one item of four was refused, and of the others %u were stored", kept);
}

void check_down_mget(struct trial *trial) {
    const char *lost = key_on(trial, 0, 0), *kept = key_on(trial, 1, 0);
    if (backends_members(trial->backends) < 2 || !lost || !kept) {
        skip(trial, "it takes two servers with keys");
        return;
    }
    if (!ask_ok(trial, "set %s lost 0", lost) || !ask_ok(trial, "set %s kept 0", kept))
        return;
    backends_down(trial->backends, 0);
    backends_note(trial->backends, "a", "is down");
    if (ask(trial, "mget %s %s", lost, kept))
        must_bring(trial, kept, slice_of("kept"), ", whose server is up");
}
