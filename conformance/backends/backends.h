/* SPDX-License-Identifier: MIT */
/* backends.h - small servers of the judge's own that note every byte a client
 * sends them, answer as memcached would, and misbehave when a check asks for it.
 *
 * Each member listens on a free port of 127.0.0.1 and has a store of its own. All run on one event
 * loop and never block. What came is kept until backends_reset. */
#pragma once

#include "backends/store.h"
#include "reports/verdict.h"
#include "requests/request.h"

struct event_base;
struct backends;

enum { BACKENDS_MAX = 26 };

/* One request that came, in order of arrival over all members. */
struct arrival {
    unsigned at_ms; /* since the last reset */
    unsigned member, connection;
    struct request request;
};

/* How a member misbehaves, until its `times` are used up. */
enum fault_kind {
    FAULT_NONE,
    FAULT_RESULT,    /* nothing is done; this result is answered in the client's dialect */
    FAULT_BYTES,     /* nothing is done; these bytes are answered */
    FAULT_OTHER_KEY, /* the reply to a read is about another key and value */
    FAULT_CLOSE,     /* nothing is done and answered: the connection closes */
    FAULT_CUT,       /* the first `at` bytes of the reply, then the connection closes */
    FAULT_HOLD,      /* the reply is kept back until backends_release */
    FAULT_TRICKLE,   /* the reply comes one byte at a time */
    FAULT_SPLIT,     /* the reply comes in two pieces, parted behind `at` bytes */
    FAULT_OPAQUE,    /* the reply carries another opaque than the request */
};

struct fault {
    enum fault_kind kind;
    enum verb_class class; /* the requests it meets */
    enum result result;
    struct slice bytes; /* borrowed */
    size_t at;
    unsigned times; /* how many requests; 0: every one */
};

/* `ports`: where each member listens; NULL: on free ports. NULL with *problem in words when a port
 * cannot be had. The base is borrowed. */
struct backends *backends_new(struct event_base *base, unsigned members, const unsigned *ports,
                              const char **problem);
void backends_free(struct backends *backends);

/* As new: stores empty, every member up and well, no connections, nothing noted. */
void backends_reset(struct backends *backends);

unsigned backends_members(const struct backends *backends);
unsigned backends_port(const struct backends *backends, unsigned member);
struct store *backends_store(struct backends *backends, unsigned member);

void backends_fault(struct backends *backends, unsigned member, const struct fault *fault);
/* Every fault ends, and what was kept back leaves. */
void backends_release(struct backends *backends);

/* Closes the member's connections; new ones are taken. */
void backends_hang_up(struct backends *backends, unsigned member);

/* Down: connections are cut and new ones refused; the items stay. Up: as before. */
void backends_down(struct backends *backends, unsigned member);
void backends_up(struct backends *backends, unsigned member);

/* What came since the last reset. The pointers hold until the next one. */
size_t backends_count(const struct backends *backends);
const struct arrival *backends_at(const struct backends *backends, size_t index);

/* True when some member has bytes of a request whose end never came, on an open connection or on
 * one that the client has closed; *bytes are the first such. */
bool backends_unfinished(const struct backends *backends, struct slice *bytes);

/* For reports: all that travelled, and notes of the caller between. */
const struct verdict_event *backends_events(const struct backends *backends, size_t *count);
void backends_note(struct backends *backends, const char *who, const char *note);
