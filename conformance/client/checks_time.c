/* SPDX-License-Identifier: MIT */
/* checks_time.c - does the exptime that was called for reach the server? */
#include "client/checks.h"

#include <inttypes.h>
#include <time.h>

enum { MONTH = 60 * 60 * 24 * 30, SLACK_S = 60 };

/* The exptime that a request carries; false if it carries none. */
static bool exptime_of(const struct request *request, int64_t *exptime) {
    struct slice token;
    uint64_t number = 0;
    *exptime = request->exptime;
    if (request->dialect != DIALECT_META)
        return verb_class(request->verb) == VERB_CLASS_WRITE || request->verb == VERB_GAT ||
               request->verb == VERB_GATS;
    if (!meta_flag(request, 'T', &token))
        return request->verb == VERB_META_SET;
    bool negative = token.length > 0 && token.data[0] == '-';
    struct slice digits = {token.data + negative, token.length - negative};
    *exptime = slice_number(digits, &number) ? (int64_t)number : 0;
    *exptime = negative ? -*exptime : *exptime;
    return true;
}

/* The exptime of the last such request since `from`. */
static bool exptime_seen(const struct trial *trial, size_t from, int64_t *exptime) {
    for (size_t i = backends_count(trial->backends); i-- > from;)
        if (exptime_of(&backends_at(trial->backends, i)->request, exptime))
            return true;
    return false;
}

/* True if the server keeps the item for `seconds` from now, said either way. */
static bool means(int64_t exptime, int64_t seconds) {
    int64_t left = exptime > MONTH ? exptime - (int64_t)time(NULL) : exptime;
    return exptime == seconds ||
           (left <= seconds + 1 && left >= seconds - SLACK_S && exptime > MONTH);
}

void check_time_sent(struct trial *trial) {
    static const char *const calls[] = {"set timed one 200", "add timed1 two 200",
                                        "replace timed three 200", "touch timed 200",
                                        "set-noreply timed2 four 200"};
    int64_t exptime;
    for (size_t i = 0; i < sizeof calls / sizeof *calls + 1; i++) {
        bool is_cas = i == sizeof calls / sizeof *calls;
        size_t from = mark(trial);
        const char *call = is_cas ? "cas" : calls[i];
        if (is_cas && (!ask_if_any(trial, "gets timed") || trial->answer.kind != ANSWER_VALUE))
            return;
        const char *unique =
            is_cas && trial->answer.count > 1 ? word(trial, trial->answer.words[1]) : "-";
        if (is_cas ? !ask_if_any(trial, "cas timed five 200 %s", unique)
                   : !ask_if_any(trial, "%s", call)) {
            if (trial->verdict.outcome != VERDICT_PASS)
                return;
            continue;
        }
        settle(trial, 20);
        if (exptime_seen(trial, from, &exptime) && !means(exptime, 200))
            fail(trial, "\"%s\" with an exptime of 200 sent %" PRId64, call, exptime);
    }
}

/* Sets with the exptime; false when nothing is to be judged. */
static bool set_until(struct trial *trial, long long asked, int64_t *sent) {
    size_t from = mark(trial);
    if (!ask(trial, "set until x %lld", asked))
        return false;
    if (was_refused(trial)) {
        note(trial, "it is refused: \"%.60s\"", trial->answer.line);
        return false;
    }
    return exptime_seen(trial, from, sent);
}

void check_time_month(struct trial *trial) {
    int64_t sent, days_31 = 31 * 24 * 60 * 60;
    if (!set_until(trial, days_31, &sent))
        return;
    if (sent > 0 && sent < (int64_t)time(NULL))
        fail(trial,
             "31 days are sent as %" PRId64 ", which memcached takes for a moment in 1970: "
             "the item is gone at once",
             sent);
    else if (!means(sent, days_31))
        fail(trial, "31 days are sent as %" PRId64, sent);
}

void check_time_absolute(struct trial *trial) {
    int64_t sent, then = (int64_t)time(NULL) + 1000;
    if (set_until(trial, then, &sent) && sent != then && !means(sent, 1000))
        fail(trial, "the time %" PRId64 ", 1000 s from now, is sent as %" PRId64, then, sent);
}

/* memcached reads 32 bits with a sign: 4294967295 is -1. */
void check_time_negative(struct trial *trial) {
    int64_t sent;
    if (set_until(trial, -1, &sent) &&
        (sent == 0 || (sent > (int64_t)time(NULL) - SLACK_S && sent <= INT32_MAX)))
        fail(trial, "an exptime of -1, expired at once, is sent as %" PRId64, sent);
}
