/* SPDX-License-Identifier: MIT */
/* checks_wire.c - the bytes that a client sends: grammar, spaces, line ends, noreply, multi-get. */
#include "client/checks.h"

#include <stdio.h>
#include <string.h>

/* One call of each kind, so that there are bytes to look at. What the client lacks is left out. */
static bool tour(struct trial *trial) {
    static const char *const calls[] = {
        "set tour one 0",
        "add tour2 two 0",
        "replace tour three 100",
        "append tour after 0",
        "prepend tour before 0",
        "get tour",
        "gets tour",
        "mget tour tour2 tour3",
        "mset tour4 four tour5 five",
        "set tourn 10 0",
        "incr tourn 5",
        "decr tourn 2",
        "touch tour 200",
        "delete tour2",
        "delete tour-none",
        "set-noreply tour6 six 0",
        "get tour6",
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (ask(trial, "%s", calls[i]))
            continue;
        if (trial->answer.kind != ANSWER_UNSUPPORTED)
            return false;
        trial->verdict.outcome = VERDICT_PASS;
    }
    if (!ask(trial, "gets tour"))
        return trial->answer.kind == ANSWER_UNSUPPORTED;
    const char *unique = trial->answer.count > 1 ? word(trial, trial->answer.words[1]) : "-";
    return ask(trial, "cas tour new 0 %s", unique);
}

/* The tour ended early; a client without gets or cas has been looked at all the same. */
static bool tour_failed(struct trial *trial) {
    if (!tour(trial) && trial->answer.kind != ANSWER_UNSUPPORTED)
        return true;
    trial->verdict.outcome = VERDICT_PASS;
    return false;
}

static void quote(struct trial *trial, const struct arrival *arrival, const char *what) {
    const struct request *request = &arrival->request;
    if (trial->verdict.outcome != VERDICT_PASS)
        return; /* the first one is shown */
    trial->verdict.received = (struct verdict_bytes){request->whole.data, request->whole.length};
    if (request->dialect == DIALECT_BINARY)
        fail(trial, "opcode 0x%02x: %s", request->opcode, what);
    else
        fail(trial, "%s: %s", verb_name(request->verb), what);
}

void check_wire_grammar(struct trial *trial) {
    struct slice rest;
    if (tour_failed(trial))
        return;
    size_t count = backends_count(trial->backends);
    for (size_t i = 0; i < count; i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        if (arrival->request.complaint)
            quote(trial, arrival, arrival->request.complaint);
    }
    if (backends_unfinished(trial->backends, &rest))
        fail(trial, "%zu bytes came that are the beginning of a request without its end",
             rest.length);
    if (count == 0)
        fail(trial, "no server received a byte");
}

void check_wire_spaces(struct trial *trial) {
    if (tour_failed(trial))
        return;
    for (size_t i = 0; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        if (arrival->request.surplus_spaces > 0)
            quote(trial, arrival, "the line has a space more than it needs");
    }
}

void check_wire_line_ends(struct trial *trial) {
    if (tour_failed(trial))
        return;
    for (size_t i = 0; i < backends_count(trial->backends); i++) {
        const struct arrival *arrival = backends_at(trial->backends, i);
        if (arrival->request.bare_lf)
            quote(trial, arrival, "the line ends with LF alone");
    }
}

void check_wire_noreply(struct trial *trial) {
    size_t from = mark(trial);
    if (!ask(trial, "set-noreply quiet %s 0", "silent"))
        return;
    if (was_refused(trial)) {
        fail(trial, "set-noreply on a server that works was answered \"%s\"", trial->answer.line);
        return;
    }
    settle(trial, 50);
    const struct arrival *set = seen(trial, from, VERB_SET);
    if (!set)
        fail(trial, "set-noreply sent no set");
    else if (!set->request.quiet)
        quote(trial, set, "it does not say noreply");
    else
        ask_value(trial, "quiet", slice_of("silent"), "after a set with noreply");
}

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
