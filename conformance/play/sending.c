/* SPDX-License-Identifier: MIT */
/* sending.c - in which writes a request leaves. See sending.h. */
#include "play/sending.h"

#include "play/actor.h"
#include "play/explain.h"
#include "play/inside.h"
#include "play/keys.h"
#include "play/session.h"

#include <event2/event.h>

enum {
    CUT_PAUSE_MS = 5,    /* between cut pieces, if the step does not say */
    REPLAY_PAUSE_MS = 2, /* in a replay; not in long requests that are cut everywhere */
    LONG_BYTES = 100,
    REPLAY_SPENT_MS = 300, /* in such pauses at most, of a play: items must not expire of them */
};

/* Are the cuts those of a replay, and not of the step? */
static bool is_replay(const struct exchange *exchange) {
    const struct step *step = exchange->step;
    return exchange->play->setup.cut.kind != CUT_NONE && !exchange->plain && !step->cut_bytes &&
           step->cut_count == 0 && exchange->actor->over != TRANSPORT_UDP;
}

/* Without a pause the pieces still leave in writes of their own. */
static unsigned replay_pause_ms(const struct exchange *exchange) {
    struct play *play = exchange->play;
    bool is_long = exchange->request.length > LONG_BYTES;
    if ((is_long && play->setup.cut.kind == CUT_BYTES) || play->cut_ms >= REPLAY_SPENT_MS)
        return 0;
    play->cut_ms += REPLAY_PAUSE_MS;
    return REPLAY_PAUSE_MS;
}

static size_t next_cut(const struct exchange *exchange) {
    const struct step *step = exchange->step;
    size_t cut = exchange->request.length;
    if (exchange->plain)
        return cut;
    if (exchange->actor->over == TRANSPORT_UDP && exchange->barrier &&
        exchange->sent < exchange->barrier_at)
        return exchange->barrier_at;
    if (is_replay(exchange))
        return cut_end(&exchange->play->setup.cut, exchange->sent, cut);
    if (step->cut_bytes)
        cut = exchange->sent + 1;
    else if (exchange->next_cut < step->cut_count)
        cut = step->cuts[exchange->next_cut];
    return cut < exchange->request.length ? cut : exchange->request.length;
}

/* Over TLS the barrier has a record of its own. A server that leaves a request unread behind a data
 * block, in the record where the block ended (memcached did until 1.6.39), would fail every
 * scenario with a silent request; one scenario is about that. */
static void send_until(struct exchange *exchange, size_t end) {
    struct actor *actor = exchange->actor;
    const char *request = exchange->request.data;
    size_t sent = exchange->sent, first = end;
    if (exchange->barrier && sent < exchange->barrier_at && end > exchange->barrier_at &&
        actor_address(actor)->tls)
        first = exchange->barrier_at;
    if (first > sent)
        session_send(actor->session, request + sent, first - sent);
    if (end > first)
        session_send_apart(actor->session, request + first, end - first);
    exchange->sent = end;
}

void sending_go_on(struct exchange *exchange) {
    struct actor *actor = exchange->actor;
    send_until(exchange, next_cut(exchange));
    exchange->next_cut++;
    if (exchange->sent < exchange->request.length &&
        session_state(actor->session) == SESSION_OPEN) {
        unsigned pause_ms = exchange->step->pause_ms ? exchange->step->pause_ms
                            : is_replay(exchange)    ? replay_pause_ms(exchange)
                                                     : CUT_PAUSE_MS;
        struct timeval pause = {(time_t)(pause_ms / 1000), (suseconds_t)(pause_ms % 1000) * 1000};
        evtimer_add(exchange->timer, &pause);
        exchange->play->paused = true;
        return;
    }
    if (exchange->step->half_close && !exchange->plain) {
        exchange->play->paused = true;
        actor->half_closed = true;
        session_half_close(actor->session);
    }
    exchange_arm(exchange);
    exchange->state = EXCHANGE_JUDGING;
    exchange_advance(exchange);
}

void sending_begin(struct exchange *exchange) {
    struct actor *actor = exchange->actor;
    size_t unread;
    session_input(actor->session, &unread);
    if (exchange->request.length > 0 && unread > 0 && !actor->unjudged) {
        explain_fault(exchange, FAULT_SURPLUS, NULL);
        return;
    }
    bool held = exchange->step->unread && !exchange->plain;
    session_hold(actor->session, held);
    if (held) {
        exchange->play->paused = true; /* a pipe into one connection always reads */
        transcript_note(exchange->play->transcript, actor->name, "the client does not read it yet");
    }
    exchange->state = EXCHANGE_SENDING;
    exchange->sent = exchange->next_cut = 0;
    if (exchange->request.length > 0) {
        transcript_add(exchange->play->transcript, actor->name, VERDICT_SENT,
                       exchange->request.data, exchange->request.length);
        keys_note(actor_target(actor)->keys, exchange->play->setup.key_stem, exchange->request.data,
                  exchange->request.length);
        actor->spoke = true;
        if (is_replay(exchange) && exchange->request.length > exchange->play->longest_request)
            exchange->play->longest_request = exchange->request.length;
        if (!exchange->play->aligning)
            actor->last = exchange->step;
    }
    sending_go_on(exchange);
}
