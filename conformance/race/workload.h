/* SPDX-License-Identifier: MIT */
/* workload.h - what the sessions of a race ask: operations by chance, and their bytes. */
#pragma once

#include "dice.h"
#include "history/history.h"
#include "play/vars.h"

struct arena;

/* Whole numbers: how often a kind comes among all, and of a hundred operations how many are
 * noreply, or begin a group whose connection is cut. */
struct workload_mix {
    unsigned weights[HISTORY_KIND_COUNT];
    unsigned noreply, cut;
};

struct workload_mix workload_mix_default(void);

/* Reads "set=10,gets=30,cas=30,noreply=10,cut=1"; kinds that are not named do not come, unless none
 * is. False, with *problem from the arena, when it cannot be read or nothing would come. */
bool workload_mix_parse(struct arena *arena, const char *written, struct workload_mix *mix,
                        const char **problem);

struct workload {
    struct workload_mix mix;
    struct dice dice;
    struct history *history; /* whose values are written */
    unsigned keys;
    const char *const *names;  /* of the keys, as they travel */
    uint64_t serial;           /* of the last value that was written: no two are alike */
    struct workload_key *seen; /* what is known of each key */
};

/* Names and values must outlive it. Freed by workload_close(). */
void workload_open(struct workload *workload, const struct workload_mix *mix, uint64_t seed,
                   struct history *history, const char *const *names, unsigned keys);
void workload_close(struct workload *workload);

/* An operation by chance; its stamps and session are the caller's. Odd keys hold counters, even
 * ones text. */
struct history_op workload_draw(struct workload *workload);

/* True when the operation is to be sent with noreply. */
bool workload_is_silent(struct workload *workload, const struct history_op *op);

/* Appends the request as it travels. */
void workload_write(const struct workload *workload, const struct history_op *op, bool noreply,
                    struct bytes *out);

/* Learns from a reply: uniques for a later cas. */
void workload_learn(struct workload *workload, const struct history_op *op);
