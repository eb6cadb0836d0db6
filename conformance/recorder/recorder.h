/* SPDX-License-Identifier: MIT */
/* recorder.h - recording servers: small servers of the judge's own that note every byte a client
 * sends them, answer as memcached would, and misbehave when a check asks for it.
 *
 * Each member listens on a free port of 127.0.0.1 and has a store of its own. All run on one event
 * loop and never block. What came is kept until recorder_reset. */
#pragma once

#include "recorder/request.h"
#include "recorder/store.h"
#include "reports/verdict.h"

struct event_base;
struct recorder;

enum { RECORDER_MEMBERS_MAX = 26 };

/* One request that came, in order of arrival over all members. */
struct recorded {
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
    FAULT_HOLD,      /* the reply is kept back until recorder_release */
    FAULT_TRICKLE,   /* the reply comes one byte at a time */
    FAULT_SPLIT,     /* the reply comes in two pieces, parted behind `at` bytes */
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
struct recorder *recorder_new(struct event_base *base, unsigned members, const unsigned *ports,
                              const char **problem);
void recorder_free(struct recorder *recorder);

/* As new: stores empty, every member up and well, no connections, nothing noted. */
void recorder_reset(struct recorder *recorder);

unsigned recorder_members(const struct recorder *recorder);
unsigned recorder_port(const struct recorder *recorder, unsigned member);
struct store *recorder_store(struct recorder *recorder, unsigned member);

void recorder_fault(struct recorder *recorder, unsigned member, const struct fault *fault);
/* Every fault ends, and what was kept back leaves. */
void recorder_release(struct recorder *recorder);

/* Down: connections are cut and new ones refused; the items stay. Up: as before. */
void recorder_down(struct recorder *recorder, unsigned member);
void recorder_up(struct recorder *recorder, unsigned member);

/* What came since the last reset. The pointers hold until the next one. */
size_t recorder_count(const struct recorder *recorder);
const struct recorded *recorder_at(const struct recorder *recorder, size_t index);

/* True when some member has bytes of a request whose end never came; *bytes are the first such. */
bool recorder_unfinished(const struct recorder *recorder, struct slice *bytes);

/* For reports: all that travelled, and notes of the caller between. */
const struct verdict_event *recorder_events(const struct recorder *recorder, size_t *count);
void recorder_note(struct recorder *recorder, const char *who, const char *note);
