/* SPDX-License-Identifier: MIT */
/* play.h - one scenario being played against its targets.
 *
 *   play_start ─▶ step ─▶ step ─▶ … ─▶ alignment ─▶ done callback, verdict
 *                  │ ▲
 *                  ▼ │  a step waits for its exchanges, a timer or a server
 *               exchanges (exchange.h): one request and reply on one session each
 *
 * player.c holds the loop over steps, steps.c and cluster.c one function a verb, exchange.c the
 * exchanges, explain.c turns a failure into a verdict. This header is shared by those files; the
 * runner needs only the functions of the first part. */
#pragma once

#include "language/scenario.h"
#include "play/exchange.h"
#include "play/target.h"
#include "play/transcript.h"
#include "play/vars.h"

struct arena;
struct event;
struct exploration;
struct hub;
struct cluster_placing;
struct placement_member;
struct play;

struct play_setup {
    struct hub *hub;
    const struct scenario *scenario;
    struct target **targets; /* one; or the members of the cluster, in its order */
    size_t target_count;
    const char *key_stem;  /* begins every key of this play; unique in the run */
    unsigned timeout_ms;   /* deadline of a step that names none */
    const char *reproduce; /* "mctap run TARGET --only ID" */
    uint64_t orders_max;   /* of an interleave; more are sampled, by the seed */
    uint64_t seed;
    bool show_orders; /* as remarks of the verdict */
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

/* What the session `client` captured as `name`, or NULL: how probes read their answers. */
const char *play_captured(const struct play *play, const char *name);

/* ---- inside ---- */

/* A list of steps being played: the scenario's own, or the body of a repeat. */
struct frame {
    const struct step *steps;
    size_t count, next;
    unsigned round, rounds;
};

/* The scenario, the repeats in it, and the order of an interleave. */
enum { FRAME_DEPTH = 2 + REPEATS_DEEP_MAX };

/* A session by its name, on one member. */
struct actor {
    struct play *play;
    const char *name;
    size_t member; /* index of targets */
    enum transport over;
    struct session *session;
    struct exchange *exchange; /* under way, or NULL */
    const struct step *last;   /* the last step played here: what a surplus byte is blamed on */
    enum { LOGIN_NONE, LOGIN_SENT, LOGIN_DONE } login;
    bool greeted;     /* the banner was taken off, or must stay */
    bool spoke;       /* something was sent on the session */
    bool binary;      /* and the first byte of it was that of a packet */
    bool unjudged;    /* something was sent whose reply no step has judged yet */
    bool half_closed; /* nothing more can be sent, so no alignment can be proved */
    size_t recorded;  /* bytes received that stand in the transcript */
};

struct play {
    struct play_setup setup;
    struct arena *lasting;           /* of the sessions, and what else outlives one order */
    struct arena *arena;             /* of one order of an interleave; else of the whole play */
    struct exploration *exploration; /* of a scenario with an interleave, or NULL */
    unsigned spent_ms;               /* on the orders before this one */
    struct vars *vars;
    struct transcript *transcript;
    play_done *done;
    void *owner;

    struct frame frames[FRAME_DEPTH];
    size_t depth;
    const struct step *step; /* being played; NULL during the alignment */
    bool aligning;

    struct actor **actors;
    size_t actor_count;

    struct exchange **exchanges; /* of the step being played */
    size_t exchange_count, exchanges_left;

    struct placement_member *members; /* of a cluster, as clients know them; NULL: not made yet */
    struct cluster_placing *placings; /* one a placement that a step has asked */
    size_t placing_count;

    struct event *timer;  /* of perform_wait */
    struct event *resume; /* goes on with the next step from the loop, not from a callback */
    struct event *finish; /* calls done from the loop */
    bool finished, lost_target;
    bool paused; /* by a wait, a cut, a retry, or the client closed: one pipe cannot repeat it */
    struct verdict verdict;
};

enum step_progress {
    PROGRESS_NEXT,  /* done: play the next step */
    PROGRESS_WAITS, /* play_resume will be called */
};

typedef enum step_progress step_function(struct play *play, const struct step *step);

#define STEP(verb, word, operand, fields, function) step_function function;
#include "language/steps.def"
#undef STEP

/* Goes on with the next step; called when what the step waited for has happened. */
void play_resume(struct play *play);

/* Begins the scenario anew with other keys, for the order of this number. Sessions stay open. */
void play_again(struct play *play, uint64_t order);

/* Ends the play with this outcome and reason. The rest of the verdict may be filled before. Later
 * calls change nothing. */
void play_fail(struct play *play, const struct step *step, const char *reason);
void play_error(struct play *play, const struct step *step, const char *reason);

/* The session called `name` on a member; made, and connecting, if it is new. */
struct actor *play_actor(struct play *play, const char *name, size_t member);

/* Begins to connect if there is no session. */
void actor_connect(struct actor *actor);

/* Closes the actor's session. It connects again when a step uses it again. */
void actor_close(struct actor *actor);

/* The target an actor talks to, and the address by which; NULL when there is no such way. */
struct target *actor_target(const struct actor *actor);
const struct address *actor_address(const struct actor *actor);

/* Connects and plays all exchanges that were added (exchange.h); the step waits for them. */
void exchanges_begin(struct play *play);

/* Plays a step that must find no member: nothing is sent. */
enum step_progress play_unplaced(struct play *play, const struct step *step);

/* The member a step goes to: `on`, `via` or the only one. -1 after play_error. */
int play_member(struct play *play, const struct step *step, const char *as);

/* The scope in which the texts of a step are filled for one session. */
struct scope play_scope(const struct play *play, const char *as);

unsigned play_round(const struct play *play);
