/* SPDX-License-Identifier: MIT */
/* trial.h - one check of a client under test, while it is made, and what checks are written with.
 *
 * Before a check the backends are as new and the adapter has made a new client. A check
 * asks the client, looks at what the servers saw, and says fail, skip or note; saying nothing is a
 * pass. The functions that ask return false when the check is over: no answer came, or the client
 * has no such call; the verdict is set then, and the check returns. */
#pragma once

#include "backends/backends.h"
#include "client/adapter.h"
#include "reports/verdict.h"

/* What the command line asked for. */
struct client_settings {
    const char *const *command; /* of the adapter, or of the proxy; ends with NULL */
    unsigned servers;
    const unsigned *weights;
    const char *expected; /* the placement it should have; NULL: none in particular */
    unsigned timeout_ms;  /* for one answer of the adapter */
    unsigned rejoin_ms;   /* a member that is back must be used again within this time */
};

/* Where the client put a key. */
struct landing {
    const char *key;
    int member; /* -1: nowhere */
};

struct proxy;

struct trial {
    struct arena *arena;
    struct event_base *base;
    struct backends *backends;
    struct adapter *adapter; /* of a client under test */
    struct proxy *proxy;     /* of a proxy under test (proxy/proxy.h) */
    const char *argument;    /* of the row in the table of checks, or NULL */
    const struct client_settings *settings;
    const struct landing *landings; /* of the survey that precedes all checks */
    size_t landing_count;
    struct answer answer;          /* to the last question */
    unsigned long long ends_at_ms; /* of trial_now_ms, when --run-timeout is up */
    bool interrupted;              /* by a signal: nothing is waited for any more */
    struct verdict verdict;
};

/* ---- asking ---- */

/* Sends one line of the line protocol; the answer is in trial->answer. */
bool ask(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, and fails the check unless the client says ok. */
bool ask_ok(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same as ask, but the check goes on where the client has no such call: false then, too. */
bool ask_if_any(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Asks for `key`; fails the check unless the value is `wanted`. `when` ends the sentence. */
bool ask_value(struct trial *trial, const char *key, struct slice wanted, const char *when);

/* Two keys of the first member, set to first-value and second-value; false: the check is over. */
bool two_keys(struct trial *trial, const char **first, const char **second);

/* Whatever happened: a later get brings its own value or none, and nothing else. */
void never_wrong(struct trial *trial, const char *key, const char *value);

/* After trouble with one reply, the client and its server must still understand each other. */
void still_in_step(struct trial *trial, const char *key);

/* True if the client reported failure: no, or an error. */
bool was_refused(const struct trial *trial);

/* True if the answer is this value. */
bool was_value(const struct trial *trial, struct slice wanted);

/* Bytes as a word of the line protocol. */
const char *word(struct trial *trial, struct slice bytes);

/* The text once more in the arena with a repeated byte, for long keys and values. */
struct slice filled(struct trial *trial, char byte, size_t length);

/* ---- what the servers saw ---- */

/* How many requests came so far; later ones have this index and higher. */
size_t mark(const struct trial *trial);

/* The first request since `from` with this verb, or NULL. VERB_COUNT: any verb of reads and
 * writes. VERB_SET finds ms, too. A cas of the binary protocol is a VERB_SET with a cas unique. */
const struct arrival *seen(const struct trial *trial, size_t from, enum verb verb);

/* The first request since `from` that names the key, or NULL. */
const struct arrival *seen_key(const struct trial *trial, size_t from, struct slice key);

/* A key that this client puts on the member, the `nth` such from 0; NULL if the survey found too
 * few. */
const char *key_on(const struct trial *trial, unsigned member, unsigned nth);

/* The item of the key on the first member that has it, or NULL. */
const struct item *stored(const struct trial *trial, struct slice key);

/* True if the member has this value under the key. */
bool holds(const struct trial *trial, unsigned member, const char *key, const char *value);

/* The first member but `except` (-1: none) that has this value under the key; -1: none has. */
int holder(const struct trial *trial, int except, const char *key, const char *value);

/* Stores as another client would, on the member that has the key already. */
void write_as_other(struct trial *trial, struct slice key, struct slice value);

/* ---- judging ---- */

void fail(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));
void skip(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Something worth knowing, pass or not. */
void note(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same fault on every member. */
void fault_everywhere(struct trial *trial, const struct fault *fault);

/* Milliseconds of a clock that only goes forward. */
unsigned long long trial_now_ms(void);

/* Lets the servers take what is under way, for `ms` at most; 0: only what is there already. */
void settle(struct trial *trial, unsigned ms);
