/* SPDX-License-Identifier: MIT */
/* proxy.h - `mctap proxy`: the runner is the client of a proxy, and the proxy's servers record.
 *
 * The functions here are what the checks are written with, beside those of client/trial.h that do
 * not ask an adapter. */
#pragma once

#include "client/check_run.h"

struct address;

/* What the command line asked for, beside struct client_settings. */
struct proxy_wishes {
    const struct address *target; /* a proxy that runs already; NULL: settings->command starts it */
    const unsigned *ports;        /* where the backends listen; NULL: on free ports */
    const char *config;           /* file with the template of its configuration, or NULL */
};

/* What came back. */
struct heard {
    struct slice reply;
    bool closed; /* the proxy closed the connection */
    bool late;   /* the reply was not whole within --timeout */
};

/* Sends the bytes on the check's connection, which is made when there is none, and waits for
 * `replies` whole replies (0: as many as the requests have). */
struct heard say(struct trial *trial, struct slice bytes, size_t replies);

/* The same for text with printf's holes. */
struct heard say_text(struct trial *trial, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sends text; fails the check unless exactly `wanted` comes back. */
bool say_expect(struct trial *trial, const char *wanted, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends bytes without waiting for anything. */
void send_only(struct trial *trial, struct slice bytes);

/* Closes the connection; the next request makes a new one. */
void hang_up(struct trial *trial);

/* What came, for a message: the line, or "the connection was closed", or "no reply". */
const char *heard_words(struct trial *trial, const struct heard *heard);

/* All checks of proxies, in the order of the table. Static storage. */
const struct check *proxy_checks(size_t *count);

#define CHECK(id, function, argument, level, sentence) void function(struct trial *trial);
#include "proxy/checks.def"
#undef CHECK

/* Runs them. Returns the exit code of the program, see check_run. */
int proxy_run(const struct client_settings *settings, const struct proxy_wishes *wishes,
              struct check_run *run);
