/* SPDX-License-Identifier: MIT */
/* checks_down.c - a server that refuses connections: what becomes of its keys, of those of the
 * others, and what happens when it is back. Clients differ; few of these rules bind. */
#include "client/checks.h"

#include "arena.h"
#include "client/landing.h"

#include <event2/event.h>
#include <string.h>
#include <time.h>

enum { DOWN = 0, OTHER = 1, REJOIN_STEP_MS = 250 };

static bool can_be_made(struct trial *trial) {
    if (backends_members(trial->backends) < 2)
        skip(trial, "it takes two servers");
    else if (!key_on(trial, DOWN, 0) || !key_on(trial, OTHER, 0))
        skip(trial, "the survey found no key on one of the servers");
    return trial->verdict.outcome == VERDICT_PASS;
}

static void down(struct trial *trial) {
    backends_down(trial->backends, DOWN);
    backends_note(trial->backends, "a", "is down");
}

static const char *server_words(struct trial *trial, int member) {
    return member < 0 ? "no server" : arena_format(trial->arena, "server %d", member);
}

void check_down_told(struct trial *trial) {
    if (!can_be_made(trial))
        return;
    const char *key = key_on(trial, DOWN, 0);
    down(trial);
    if (!ask(trial, "set %s homeless 0", key))
        return;
    int at = holder(trial, DOWN, key, "homeless");
    if (trial->answer.kind == ANSWER_OK && at < 0)
        fail(trial, "set was told as ok, and no server has the value");
    else if (trial->answer.kind == ANSWER_OK)
        note(trial, "the value lands on server %d", at);
    else
        note(trial, "it is told as \"%.80s\" after %u.%u s", trial->answer.line,
             trial->answer.took_ms / 1000, trial->answer.took_ms % 1000 / 100);
}

void check_down_others(struct trial *trial) {
    if (!can_be_made(trial))
        return;
    const char *key = key_on(trial, OTHER, 0);
    if (!ask_ok(trial, "set %s before 0", key))
        return;
    down(trial);
    if (!ask(trial, "get %s", key_on(trial, DOWN, 0)))
        return;
    if (ask_value(trial, key, slice_of("before"), "on a server that is up") &&
        ask_ok(trial, "set %s during 0", key))
        ask_value(trial, key, slice_of("during"), "on a server that is up");
}

/* How many of the first keys of the member that is down are written and read elsewhere. */
void check_down_moves(struct trial *trial) {
    unsigned asked = 0, moved = 0;
    if (!can_be_made(trial))
        return;
    down(trial);
    for (unsigned i = 0; i < 20 && key_on(trial, DOWN, i); i++) {
        const char *key = key_on(trial, DOWN, i);
        if (!ask(trial, "set %s moved 0", key))
            return;
        asked++;
        if (trial->answer.kind != ANSWER_OK || holder(trial, DOWN, key, "moved") < 0)
            continue;
        if (!ask(trial, "get %s", key))
            return;
        moved += was_value(trial, slice_of("moved"));
    }
    note(trial, "%u of %u keys are served by another server", moved, asked);
    if (moved == 0)
        fail(trial, "none of %u keys was served by another server", asked);
}

/* Where the first keys of the member that is down go, compared with the placement of --expect. */
void check_down_expected(struct trial *trial) {
    const char *name = trial->settings->expected;
    if (!name) {
        skip(trial, "no placement was given by --expect");
        return;
    }
    if (!can_be_made(trial))
        return;
    down(trial);
    for (unsigned i = 0; i < 20 && key_on(trial, DOWN, i); i++) {
        const char *key = key_on(trial, DOWN, i);
        int wanted = landing_wanted(trial, name, key, DOWN);
        if (!ask(trial, "set %s moved 0", key))
            return;
        int got = trial->answer.kind == ANSWER_OK ? holder(trial, DOWN, key, "moved") : -1;
        if (got != wanted)
            fail(trial, "\"%s\", whose server is down, goes to %s instead of %s", key,
                 server_words(trial, got), server_words(trial, wanted));
    }
}

/* Asks until the member that is back answers for its key, at most rejoin_ms. */
static bool rejoined(struct trial *trial, const char *key) {
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        size_t from = mark(trial);
        if (!ask(trial, "get %s", key))
            return false;
        clock_gettime(CLOCK_MONOTONIC, &now);
        unsigned ms = (unsigned)((now.tv_sec - begin.tv_sec) * 1000 +
                                 (now.tv_nsec - begin.tv_nsec) / 1000000);
        const struct arrival *get = seen_key(trial, from, slice_of(key));
        if (get && get->member == DOWN) {
            note(trial, "the server is used again after %u.%u s", ms / 1000, ms % 1000 / 100);
            return true;
        }
        if (ms > trial->settings->rejoin_ms) {
            fail(trial, "the server is back since %u.%u s, and its key is not asked of it",
                 ms / 1000, ms % 1000 / 100);
            return false;
        }
        settle(trial, REJOIN_STEP_MS);
    }
}

static bool went_down_and_up(struct trial *trial, const char *key) {
    if (!ask_ok(trial, "set %s old 0", key))
        return false;
    down(trial);
    /* The first call may be lost in finding out. */
    for (int tries = 0; tries < 3; tries++)
        if (!ask(trial, "set %s new 0", key) || trial->answer.kind == ANSWER_OK)
            break;
    if (trial->verdict.outcome != VERDICT_PASS)
        return false;
    backends_up(trial->backends, DOWN);
    backends_note(trial->backends, "a", "is back, with its items");
    return true;
}

void check_down_rejoins(struct trial *trial) {
    if (!can_be_made(trial))
        return;
    const char *key = key_on(trial, DOWN, 0);
    if (went_down_and_up(trial, key))
        rejoined(trial, key);
}

void check_down_stale(struct trial *trial) {
    if (!can_be_made(trial))
        return;
    const char *key = key_on(trial, DOWN, 0);
    if (!went_down_and_up(trial, key))
        return;
    if (holder(trial, DOWN, key, "new") < 0) {
        note(trial, "while the server was down nothing was written, so nothing is stale");
        return;
    }
    if (!rejoined(trial, key)) {
        trial->verdict.outcome = VERDICT_PASS;
        skip(trial, "the server is not used again in time, see client.down.rejoins");
    } else if (was_value(trial, slice_of("old"))) {
        trial->verdict.hint = "every client that goes round a dead server has this unless it "
                              "empties the server first (python-memcached: flush_on_reconnect=1)";
        fail(trial, "the value written while the server was down is hidden by the old one");
    }
}
