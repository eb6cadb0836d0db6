/* SPDX-License-Identifier: MIT */
/* plan.h - which scenarios are played, against which servers, and what may overlap. */
#pragma once

#include "language/scenario.h"
#include "play/target.h"
#include "settings.h"

struct arena;

/* Where and when an entry plays. */
enum plan_mode {
    PLAN_SHARED,  /* on a target, beside others */
    PLAN_ALONE,   /* on a target, after all shared ones, nothing else beside it */
    PLAN_MEMBERS, /* a cluster on all the targets: as ALONE */
    PLAN_FRESH,   /* on a server (or servers) of its own, started for it: beside others */
    PLAN_IN_TURN, /* on servers that others with the same options use before and after it */
};

struct plan_entry {
    const struct scenario *scenario;
    size_t target; /* index; of SHARED and ALONE */
    enum plan_mode mode;
    size_t row;           /* of IN_TURN: those of one row use the same servers */
    const char *skip;     /* why it is not played, or NULL */
    bool foreign;         /* skipped since the target is another server: versions.h */
    unsigned wait_ms;     /* how long its waits take together */
    unsigned may_last_ms; /* an estimate: duration.h */
};

struct plan {
    struct plan_entry *entries; /* in report order */
    size_t count, row_count;
    const size_t *order; /* indexes in the order in which to start: those that take longest first */
};

/* The options of memcached with which the server of a scenario is started; "" for none. */
const char *plan_options(const struct scenario *scenario);

/* How many servers it plays on. */
size_t plan_servers(const struct scenario *scenario);

/* May it play beside others on a server that mctap starts? */
bool plan_is_shared(const struct scenario *scenario);

/* Does it take so long that others must play beside it? */
bool plan_is_long(const struct plan_entry *entry);

/* Plans the selected scenarios for probed targets. `owned`: mctap started the server. */
struct plan plan_make(struct arena *arena, const struct settings *settings,
                      const struct scenario *const *scenarios, size_t count,
                      const struct target *targets, size_t target_count, bool owned);
