/* SPDX-License-Identifier: MIT */
/* checks_trouble.c - clients and servers of a proxy that lie, cut off, hang, leave or are down. */
#include "proxy/proxy.h"

#include "arena.h"

#include <string.h>

enum { BAD = 0, GOOD = 1, REJOIN_STEP_MS = 250 };

/* The key lives on: set and get work. */
static void goes_on(struct trial *trial, const char *key, const char *when) {
    struct heard heard = say_text(trial, "set %s 0 0 2\r\nok\r\n", key);
    struct heard got = say_text(trial, "get %s\r\n", key);
    const char *wanted = arena_format(trial->arena, "VALUE %s 0 2\r\nok\r\nEND\r\n", key);
    if (!slice_equal(heard.reply, slice_of("STORED\r\n")) ||
        !slice_equal(got.reply, slice_of(wanted)))
        fail(trial, "%s, set and get were answered: %s; %s", when, heard_words(trial, &heard),
             heard_words(trial, &got));
}

/* Keys on the server that makes trouble, and on another; false after skip. */
static bool find_keys(struct trial *trial, const char **bad, const char **other,
                      const char **good) {
    *bad = key_on(trial, BAD, 0);
    *other = key_on(trial, BAD, 1);
    *good = backends_members(trial->backends) > 1 ? key_on(trial, GOOD, 0) : NULL;
    if (!*bad || !*other || !*good)
        skip(trial, "it takes two servers with keys on both");
    return trial->verdict.outcome == VERDICT_PASS;
}

static bool is_error(const struct heard *heard) {
    static const char *const words[] = {"ERROR", "SERVER_ERROR", "CLIENT_ERROR"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (heard->reply.length >= strlen(words[i]) &&
            memcmp(heard->reply.data, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* ---- clients ---- */

void check_client_garbage(struct trial *trial) {
    struct heard heard = say(trial, slice_of("this is no command\r\n"), 1);
    if (heard.late || (!heard.closed && !is_error(&heard)))
        fail(trial, "what is no command was answered: %s", heard_words(trial, &heard));
    note(trial, "%s", heard_words(trial, &heard));
    hang_up(trial);
    goes_on(trial, "after", "after what is no command");
}

void check_client_leaves(struct trial *trial) {
    for (int i = 0; i < 5; i++) {
        send_only(trial, slice_of("set half 0 0 100\r\nonly a part"));
        settle(trial, 10);
        hang_up(trial);
        send_only(trial, slice_of("get after\r\nget af"));
        settle(trial, 10);
        hang_up(trial);
    }
    goes_on(trial, "after", "after clients that left in the middle of a request");
}

/* ---- servers that answer wrong ---- */

static void with_fault(struct trial *trial, const struct fault *fault, const char *what) {
    const char *bad, *other, *good;
    if (!find_keys(trial, &bad, &other, &good) ||
        !say_expect(trial, "STORED\r\n", "set %s 0 0 5\r\nvalue\r\n", bad))
        return;
    backends_fault(trial->backends, BAD, fault);
    struct heard heard = say_text(trial, "get %s\r\n", bad);
    if (heard.reply.length >= 5 && memcmp(heard.reply.data, "VALUE", 5) == 0 && !heard.closed &&
        !heard.late)
        fail(trial, "%s became a value: %s", what, heard_words(trial, &heard));
    note(trial, "%s", heard_words(trial, &heard));
    backends_release(trial->backends);
    hang_up(trial);
    goes_on(trial, good, "afterwards, on another server");
    /* The proxy may count the server as failed for a moment. */
    for (int i = 0; i < 10; i++) {
        heard = say_text(trial, "set %s 0 0 2\r\nok\r\n", bad);
        if (!heard.closed && !heard.late && !is_error(&heard))
            break;
        settle(trial, REJOIN_STEP_MS);
    }
    goes_on(trial, bad, "afterwards, on the same server");
}

void check_server_garbage(struct trial *trial) {
    struct fault fault = {.kind = FAULT_BYTES,
                          .class = VERB_CLASS_READ,
                          .bytes = slice_of("WHAT IS THIS\r\n\x01\x02 no reply at all\r\n"),
                          .times = 1};
    with_fault(trial, &fault, "garbage");
}

void check_server_cut(struct trial *trial) {
    struct fault fault = {.kind = FAULT_CUT, .class = VERB_CLASS_READ, .at = 20, .times = 1};
    with_fault(trial, &fault, "a reply cut behind 20 bytes");
}

/* ---- servers that hang ---- */

static bool hang(struct trial *trial, const char **bad, const char **other, const char **good) {
    struct fault fault = {.kind = FAULT_HOLD, .class = VERB_CLASS_ANY};
    if (!find_keys(trial, bad, other, good) ||
        !say_expect(trial, "STORED\r\n", "set %s 0 0 5\r\nfirst\r\n", *bad) ||
        !say_expect(trial, "STORED\r\n", "set %s 0 0 6\r\nsecond\r\n", *other))
        return false;
    backends_fault(trial->backends, BAD, &fault);
    return true;
}

void check_server_hung(struct trial *trial) {
    const char *bad, *other, *good;
    if (!hang(trial, &bad, &other, &good))
        return;
    unsigned long long begin = trial_now_ms();
    struct heard heard = say_text(trial, "get %s\r\n", bad);
    unsigned ms = (unsigned)(trial_now_ms() - begin);
    if (heard.late)
        fail(trial, "a server that never answers: no reply within %u.%u s", ms / 1000,
             ms % 1000 / 100);
    note(trial, "after %u.%u s: %s", ms / 1000, ms % 1000 / 100, heard_words(trial, &heard));
}

void check_server_hung_others(struct trial *trial) {
    const char *bad, *other, *good;
    if (!hang(trial, &bad, &other, &good))
        return;
    send_only(trial, slice_of(arena_format(trial->arena, "get %s\r\n", bad)));
    settle(trial, 20);
    hang_up(trial);
    goes_on(trial, good, "while another server hangs");
}

void check_server_late(struct trial *trial) {
    const char *bad, *other, *good;
    if (!hang(trial, &bad, &other, &good))
        return;
    struct heard heard = say_text(trial, "get %s\r\n", bad);
    if (heard.late) {
        skip(trial, "the proxy never gives up, see proxy.server.hung");
        return;
    }
    backends_release(trial->backends);
    settle(trial, 50);
    const char *wanted = arena_format(trial->arena, "VALUE %s 0 6\r\nsecond\r\nEND\r\n", other);
    for (int i = 0; i < 3; i++) {
        heard = say_text(trial, "get %s\r\n", other);
        if (heard.reply.length >= 5 && memcmp(heard.reply.data, "VALUE", 5) == 0 &&
            !slice_equal(heard.reply, slice_of(wanted)))
            fail(trial, "get %s was answered: %s", other, heard_words(trial, &heard));
    }
}

/* ---- servers that are down ---- */

static bool take_down(struct trial *trial, const char **bad, const char **other,
                      const char **good) {
    if (!find_keys(trial, bad, other, good) ||
        !say_expect(trial, "STORED\r\n", "set %s 0 0 2\r\nok\r\n", *good))
        return false;
    backends_down(trial->backends, BAD);
    backends_note(trial->backends, "a", "is down");
    settle(trial, 20);
    return true;
}

void check_proxy_down_told(struct trial *trial) {
    const char *bad, *other, *good;
    if (!take_down(trial, &bad, &other, &good))
        return;
    struct heard heard = say_text(trial, "set %s 0 0 1\r\nx\r\n", bad);
    bool is_stored = slice_equal(heard.reply, slice_of("STORED\r\n"));
    if (is_stored && !stored(trial, slice_of(bad)))
        fail(trial, "set was answered STORED, and no server has the value");
    else if (heard.late)
        fail(trial, "set was never answered");
    note(trial, "%s", heard_words(trial, &heard));
}

void check_proxy_down_others(struct trial *trial) {
    const char *bad, *other, *good;
    if (!take_down(trial, &bad, &other, &good))
        return;
    say_text(trial, "get %s\r\n", bad);
    hang_up(trial);
    goes_on(trial, good, "while another server is down");
}

void check_proxy_down_mget(struct trial *trial) {
    const char *bad, *other, *good;
    if (!take_down(trial, &bad, &other, &good))
        return;
    struct heard heard = say_text(trial, "get %s %s\r\n", bad, good);
    const char *wanted = arena_format(trial->arena, "VALUE %s 0 2\r\nok\r\nEND\r\n", good);
    if (!slice_equal(heard.reply, slice_of(wanted)))
        fail(trial,
             "get of a key of a server that is down and one of a server that is up was "
             "answered: %s",
             heard_words(trial, &heard));
}

void check_proxy_down_rejoins(struct trial *trial) {
    const char *bad, *other, *good;
    if (!take_down(trial, &bad, &other, &good))
        return;
    say_text(trial, "get %s\r\n", bad);
    backends_up(trial->backends, BAD);
    backends_note(trial->backends, "a", "is back");
    unsigned long long begin = trial_now_ms();
    for (;;) {
        size_t from = mark(trial);
        struct heard heard = say_text(trial, "set %s 0 0 1\r\nx\r\n", bad);
        const struct arrival *set = seen_key(trial, from, slice_of(bad));
        unsigned ms = (unsigned)(trial_now_ms() - begin);
        if (set && set->member == BAD && slice_equal(heard.reply, slice_of("STORED\r\n"))) {
            note(trial, "the server is used again after %u.%u s", ms / 1000, ms % 1000 / 100);
            return;
        }
        if (ms > trial->settings->rejoin_ms) {
            fail(trial, "the server is back since %u.%u s; set is answered: %s", ms / 1000,
                 ms % 1000 / 100, heard_words(trial, &heard));
            return;
        }
        settle(trial, REJOIN_STEP_MS);
    }
}
