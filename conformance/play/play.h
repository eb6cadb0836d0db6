/* SPDX-License-Identifier: MIT */
/* play.h - one scenario being played against its targets.
 *
 *   play_start ─▶ step ─▶ step ─▶ … ─▶ alignment ─▶ done callback, verdict
 *                  │ ▲
 *                  ▼ │  a step waits for its exchanges, a timer or a server
 *               exchanges (exchange.h): one request and reply on one session each
 *
 * player.c holds the loop over steps, perform.c and cluster.c one function a verb, exchange.c the
 * exchanges, explain.c turns a failure into a verdict, flow.c ends the play. What they share stands
 * in inside.h; this header is for the runner. Includes point one way:
 *
 *   player ─▶ perform, cluster, interleave ─▶ exchanges ─▶ exchange ─▶ explain ─▶ flow, actor */
#pragma once

#include "language/scenario.h"
#include "play/cut.h"
#include "play/target.h"

struct hub;
struct play;

/* Called when the play begins to wait (wait_ms), and when that is over: meanwhile it asks nothing
 * of its target. Other plays may be started from inside the call. */
typedef void play_rests(struct play *play, bool rests, void *owner);

struct play_setup {
    struct hub *hub;
    const struct scenario *scenario;
    struct target **targets; /* one; or the members of the cluster, in its order */
    size_t target_count;
    const char *key_stem;  /* begins every key of this play; unique in the run */
    unsigned timeout_ms;   /* deadline of a step that names none */
    const char *reproduce; /* "mctap run TARGET --only ID" */
    struct cut cut;        /* of a replay */
    uint64_t orders_max;   /* of an interleave; more are sampled, by the seed */
    uint64_t seed;
    bool show_orders;  /* as remarks of the verdict */
    play_rests *rests; /* with the owner of `done`; or NULL */
};

/* Called once, from the event loop, when the verdict stands. The callee may free the play. */
typedef void play_done(struct play *play, void *owner);

struct play *play_start(const struct play_setup *setup, play_done *done, void *owner);
void play_free(struct play *play);

/* Valid until play_free. */
const struct verdict *play_verdict(const struct play *play);

/* True if a connection was lost, refused or closed, as it must or not, in a way that a dead
 * target explains. */
bool play_lost_target(const struct play *play);

/* Did it fail since a reply was not whole in time? */
bool play_timed_out(const struct play *play);

/* How long the waits that it has begun take together: how much longer it took is the target's
 * time, or the machine's. */
unsigned play_waits_ms(const struct play *play);

/* Bytes of the longest request that a replay may cut; 0: there was none. */
size_t play_longest_request(const struct play *play);

/* What the session `client` captured as `name`, or NULL: how probes read their answers. */
const char *play_captured(const struct play *play, const char *name);
