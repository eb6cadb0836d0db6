/* SPDX-License-Identifier: MIT */
/* checks_wire.c - the bytes that a client sends: grammar, spaces, line ends, noreply: one request
 * at a time. */
#include "client/checks.h"

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
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!ask_if_any(trial, "%s", calls[i]) && trial->verdict.outcome != VERDICT_PASS)
            return false;
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

/* A set that may overwrite what another client has stored meanwhile. */
static bool is_plain_set(const struct request *request) {
    struct slice mode;
    if (request->verb == VERB_META_SET)
        return !meta_flag(request, 'C', NULL) &&
               (!meta_flag(request, 'M', &mode) || slice_equal(mode, slice_of("S")));
    return request->verb == VERB_SET && !request->has_unique;
}

/* Between a read and a set another client may have written, and its value would be lost. */
void check_wire_one_step(struct trial *trial) {
    static const char *const calls[] = {
        "add step1 new 0",    "replace step x 0",   "append step y 0", "prepend step z 0",
        "incr step-number 5", "decr step-number 2", "touch step 200",
    };
    if (!ask_ok(trial, "set step one 0") || !ask_ok(trial, "set step-number 10 0"))
        return;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        size_t from = mark(trial);
        if (!ask_if_any(trial, "%s", calls[i]) && trial->verdict.outcome != VERDICT_PASS)
            return;
        for (size_t k = from; k < backends_count(trial->backends); k++)
            if (is_plain_set(&backends_at(trial->backends, k)->request))
                fail(trial, "the call %.*s sends a set: what another client has stored is lost",
                     (int)strcspn(calls[i], " "), calls[i]);
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
