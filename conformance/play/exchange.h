/* SPDX-License-Identifier: MIT */
/* exchange.h - one request and its reply on one session.
 *
 *   CONNECTING ─▶ READY ─▶ SENDING ─▶ JUDGING ─▶ CLOSING ─▶ DONE
 *                   │         │ ▲        │ ▲ └───────────────▲
 *                   │         pause      RETRY (eventually)
 *                   └ waits until every exchange of the step is READY, so that requests played
 *                     together leave together
 *
 * Silence is proved, not waited for: the barrier command is sent in the same write behind the
 * request, and its reply must be the next thing that comes. */
#pragma once

#include "play/match.h"

#include <stdbool.h>
#include <stddef.h>

struct actor;
struct event;
struct play;
struct step;

/* Of events, the most urgent first. Bytes that have come are looked at before a deadline is: when
 * this machine is late, the target is not to blame. New events have the middle priority. */
enum { PRIORITY_DEADLINE = 2, PRIORITY_COUNT = 3 };

enum exchange_state {
    EXCHANGE_CONNECTING,
    EXCHANGE_READY,
    EXCHANGE_SENDING, /* the request is cut, and pieces are left */
    EXCHANGE_JUDGING,
    EXCHANGE_RETRY,   /* eventually: it did not match yet */
    EXCHANGE_CLOSING, /* the reply was right; now the target must close */
    EXCHANGE_DONE,
};

struct exchange {
    struct play *play;
    struct actor *actor;
    const struct step *step; /* what it plays, and whose rule a failure breaks */
    enum exchange_state state;
    struct bytes request;
    const struct pattern *pattern; /* NULL: nothing is judged */
    struct expectation *expectation;
    bool again;                        /* an earlier round of a repeat has played the step */
    bool first;                        /* no step has played on the session before */
    bool barrier;                      /* the barrier's reply ends the exchange */
    struct expectation *barrier_reply; /* of eventually_ms: stands behind the reply */
    bool plain; /* made by the player itself: cuts, closes, … of the step do not apply */
    size_t sent, next_cut;
    size_t barrier_at;   /* where it begins in the request; over UDP a datagram of its own */
    size_t alternative;  /* DONE: which one matched */
    size_t judged;       /* CLOSING: bytes of the reply that was right, kept to be shown */
    unsigned begun_ms;   /* by the transcript: when the first try of eventually_ms left */
    unsigned retried_ms; /* paused between tries */
    bool last_try;       /* it left when the time of eventually_ms was over */
    struct event *timer, *deadline;
};

/* Adds an exchange of `step` on `actor` to the step being played. `pattern` NULL judges nothing. */
struct exchange *exchange_add(struct play *play, struct actor *actor, const struct step *step,
                              const struct pattern *pattern);

/* The same for a ready request and expectation (alignment, where), which are taken over; no bytes
 * and NULL are fine. */
struct exchange *exchange_add_ready(struct play *play, struct actor *actor, const struct step *step,
                                    struct bytes request, struct expectation *expectation);

/* Looks at the session again and goes as far as its bytes allow. */
void exchange_advance(struct exchange *exchange);

/* How long a step waits: --timeout, or what it says itself if that is longer. One that has to wait
 * in vain waits as long as it says. */
unsigned exchange_deadline_ms(const struct play *play, const struct step *step);

/* Starts the deadline of the connect. */
void exchange_arm(struct exchange *exchange);

void exchange_free(struct exchange *exchange);
