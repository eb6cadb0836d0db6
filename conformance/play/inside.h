/* SPDX-License-Identifier: MIT */
/* inside.h - what a play under way is made of; for the files of this folder alone. */
#pragma once

#include "play/exchange.h"
#include "play/play.h"
#include "play/transcript.h"
#include "play/vars.h"

struct cluster_placing;
struct event;
struct exploration;
struct placement_member;

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
    struct exchange *exchange;                  /* under way, or NULL */
    void (*advance)(struct exchange *exchange); /* what to do when something comes for it */
    const struct step *last; /* the last step played here: what a surplus byte is blamed on */
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
    unsigned waits_ms;               /* that were begun */
    unsigned step_waits_ms;          /* of them in the step being played */
    unsigned spent_ms;               /* on the orders before this one */
    unsigned cut_ms;                 /* in the pauses of a replay, between its cuts */
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
    bool finished, lost_target, timed_out;
    bool resting; /* until the timer ends */
    size_t longest_request;
    bool paused; /* by a wait, a cut, a retry, or the client closed: one pipe cannot repeat it */
    struct verdict verdict;
};
