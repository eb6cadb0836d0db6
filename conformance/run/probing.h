/* SPDX-License-Identifier: MIT */
/* probing.h - inside run/probe*.c only: a probe while it asks. */
#pragma once

#include "language/scenario.h"
#include "play/target.h"
#include "run/probe.h"

#include <stdbool.h>

struct play;

#define PROBE_STEM     "mctap-probe-absent"
#define PROBE_NONSENSE "mctap-nonsense" /* a word that is no command */

/* The questions, in this order; capabilities follow, a question each. */
enum { ASK_VERSION, ASK_BARRIER, ASK_PACKET, ASK_ITEMS, ASK_NONSENSE, ASK_PAIR, ASK_CAPABILITIES };

/* What comes back for a word that no server knows. */
struct nonsense {
    const char *reply; /* NULL: nothing */
    bool closes;
    bool paired; /* it comes also behind a `set` in the same write */
};

struct probe {
    struct hub *hub;
    struct arena *arena;
    struct target *target;
    unsigned timeout_ms;
    probe_done *done;
    void *owner;
    void (*answered)(struct play *play, void *probe); /* when a question is over */

    int question;
    unsigned deaths;
    bool stopped;
    const char *answer; /* to "get", which is none */
    const char *lost;   /* the request that cost the last connection, or NULL */
    struct nonsense nonsense;
    struct play *play;
    struct scenario scenario;
    struct step steps[2];
    struct rule rule;
    const struct rule *rules[1];
    struct pattern pattern;
    struct text send;
};

/* Asks the question `probe->question`; then calls `probe->answered`. */
void probe_ask(struct probe *probe);

/* Does the question begin with a packet, with the header of a datagram? */
bool probe_sends_packet(const struct probe *probe);
bool probe_sends_datagram(const struct probe *probe);

/* Takes from the play of the question what it tells of the target. */
void probe_learn(struct probe *probe, bool passed);

/* The command of a question, without what is sent before it. Memory of the probe's arena. */
const char *probe_command(const struct probe *probe, const char *request);
