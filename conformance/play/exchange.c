/* SPDX-License-Identifier: MIT */
/* exchange.c - one request and its reply. The states are drawn in exchange.h. */
#include "play/exchange.h"

#include "arena.h"
#include "language/packet.h"
#include "play/actor.h"
#include "play/barrier.h"
#include "play/explain.h"
#include "play/flow.h"
#include "play/inside.h"
#include "play/login.h"
#include "play/sending.h"
#include "play/session.h"

#include <assert.h>
#include <event2/event.h>
#include <stdint.h>
#include <string.h>

enum { RETRY_PAUSE_MS = 20 /* between two tries of eventually_ms */ };

static struct timeval milliseconds(unsigned ms) {
    return (struct timeval){(time_t)(ms / 1000), (suseconds_t)(ms % 1000) * 1000};
}

static void exchange_done(struct exchange *exchange) {
    exchange->state = EXCHANGE_DONE;
    exchange->actor->exchange = NULL;
    evtimer_del(exchange->deadline);
    if (--exchange->play->exchanges_left == 0)
        play_resume(exchange->play);
}

static void fault(struct exchange *exchange, enum fault kind, const struct match *match) {
    evtimer_del(exchange->deadline);
    explain_fault(exchange, kind, match);
}

unsigned exchange_deadline_ms(const struct play *play, const struct step *step) {
    unsigned usual = play->setup.timeout_ms;
    if (step->fails == STEP_UNANSWERED && step->within_ms)
        return step->within_ms;
    return step->within_ms > usual ? step->within_ms : usual;
}

void exchange_arm(struct exchange *exchange) {
    struct timeval deadline = milliseconds(exchange_deadline_ms(exchange->play, exchange->step));
    evtimer_add(exchange->deadline, &deadline);
}

/* ---- requests that must fail ---- */

static bool session_is_over(const struct session *session) {
    return session_state(session) == SESSION_FINISHED || session_state(session) == SESSION_RESET;
}

/* The client gives the member up, and goes round it from now on. */
static void fails_rightly(struct exchange *exchange, const char *how) {
    struct play *play = exchange->play;
    transcript_note(play->transcript, exchange->actor->name, how);
    play->paused = true;
    actor_target(exchange->actor)->shunned = true;
    actor_close(exchange->actor);
    exchange_done(exchange);
}

static enum step_failure failure_of(const struct exchange *exchange) {
    return exchange->plain ? STEP_ANSWERED : exchange->step->fails;
}

/* Nothing may come until the deadline. */
static void judge_unanswered(struct exchange *exchange) {
    size_t length;
    session_input(exchange->actor->session, &length);
    if (length > 0)
        fault(exchange, FAULT_ANSWERED, NULL);
    else if (session_is_over(exchange->actor->session))
        fault(exchange, FAULT_CLOSED, NULL);
}

/* ---- judging ---- */

/* Takes the target's greeting off, unless the scenario opened the session to look at it. False
 * while more of it may come. */
static bool banner_is_off(struct actor *actor) {
    const char *banner = actor_target(actor)->banner;
    size_t length, wanted = banner ? strlen(banner) : 0;
    const char *input = session_input(actor->session, &length);
    if (actor->greeted || wanted == 0)
        return true;
    if (length < wanted && memcmp(input, banner, length) == 0)
        return session_is_over(actor->session);
    if (length >= wanted && memcmp(input, banner, wanted) == 0)
        session_consume(actor->session, wanted);
    actor->greeted = true;
    return true;
}

/* Which of any_of came is counted under its name. */
static void count_alternative(const struct exchange *exchange) {
    const char *name =
        exchange->pattern ? exchange->pattern->alternatives[exchange->alternative].name : NULL;
    if (name)
        vars_count(exchange->play->vars, exchange->actor->name, name);
}

static void reply_is_right(struct exchange *exchange, const struct match *match,
                           const char *input) {
    struct actor *actor = exchange->actor;
    struct scope scope = play_scope(exchange->play, actor->name);
    if (exchange->pattern && !expectation_is_silence(exchange->expectation))
        expectation_capture(exchange->expectation, match, input, &scope);
    exchange->alternative = match->alternative;
    count_alternative(exchange);
    actor->unjudged = false;
    if (exchange->step->closes && !exchange->plain) {
        exchange->judged = match->length;
        exchange->state = EXCHANGE_CLOSING;
        exchange_advance(exchange);
    } else {
        session_consume(actor->session, match->length);
        exchange_done(exchange);
    }
}

static void pause_and_retry(struct exchange *exchange) {
    struct timeval pause = milliseconds(RETRY_PAUSE_MS);
    exchange->state = EXCHANGE_RETRY;
    exchange->play->paused = true;
    evtimer_del(exchange->deadline);
    exchange->retried_ms += RETRY_PAUSE_MS;
    play_note_wait(exchange->play, exchange->retried_ms);
    evtimer_add(exchange->timer, &pause);
}

/* A try that leaves in time may find what comes in time, however slow we are: the last one leaves
 * when the time is over. */
static void retry(struct exchange *exchange) {
    unsigned spent_ms = transcript_ms(exchange->play->transcript) - exchange->begun_ms;
    exchange->last_try = spent_ms >= exchange->step->eventually_ms;
    sending_begin(exchange);
}

/* eventually_ms: the reply is what stands before the barrier's reply. */
static void judge_eventually(struct exchange *exchange) {
    struct session *session = exchange->actor->session;
    size_t length, tail = barrier_reply_length(exchange->actor);
    const char *input = session_input(session, &length);
    if (length < tail ||
        expectation_match(exchange->barrier_reply, input + length - tail, tail).state !=
            MATCH_DONE) {
        if (session_state(session) == SESSION_FLOODED)
            fault(exchange, FAULT_FLOOD, NULL);
        else if (session_is_over(session))
            fault(exchange, FAULT_CLOSED, NULL);
        return;
    }
    struct match match = expectation_match(exchange->expectation, input, length - tail);
    if (match.state == MATCH_DONE && match.length == length - tail) {
        match.length = length; /* the barrier's reply goes with it */
        reply_is_right(exchange, &match, input);
    } else if (exchange->last_try) {
        fault(exchange, FAULT_DIFFERS, &match);
    } else {
        session_consume(session, length);
        pause_and_retry(exchange);
    }
}

/* A request whose reply a later step judges, or which only has to end the connection. */
static void judge_nothing(struct exchange *exchange) {
    struct session *session = exchange->actor->session;
    if (session_unsent(session) > 0 && session_state(session) == SESSION_FLOODED) {
        fault(exchange, FAULT_FLOOD, NULL);
        return;
    }
    if (session_unsent(session) > 0 && !session_is_over(session))
        return;
    if (exchange->step->closes && !exchange->plain) {
        exchange->state = EXCHANGE_CLOSING;
        exchange_advance(exchange);
    } else {
        exchange->actor->unjudged = true;
        exchange_done(exchange);
    }
}

static void judge(struct exchange *exchange) {
    struct session *session = exchange->actor->session;
    if (failure_of(exchange) == STEP_UNANSWERED) {
        judge_unanswered(exchange);
        return;
    }
    if (!exchange->expectation) {
        judge_nothing(exchange);
        return;
    }
    if (!banner_is_off(exchange->actor))
        return;
    if (exchange->step->eventually_ms > 0 && !exchange->plain) {
        judge_eventually(exchange);
        return;
    }
    size_t length;
    const char *input = session_input(session, &length);
    struct match match = expectation_match(exchange->expectation, input, length);
    if (match.state == MATCH_DONE)
        reply_is_right(exchange, &match, input);
    else if (match.state == MATCH_BAD)
        fault(exchange, FAULT_DIFFERS, &match);
    else if (session_state(session) == SESSION_FLOODED)
        fault(exchange, FAULT_FLOOD, &match);
    else if (session_is_over(session))
        fault(exchange, FAULT_CLOSED, &match);
}

/* What is wrong behind a reply that was right. */
static void fault_behind(struct exchange *exchange, enum fault kind) {
    struct match match = {.differs_at = exchange->judged,
                          .piece = SIZE_MAX, /* behind the last one */
                          .alternative = exchange->alternative};
    fault(exchange, kind, exchange->expectation ? &match : NULL);
}

static void await_close(struct exchange *exchange) {
    struct session *session = exchange->actor->session;
    size_t unread;
    session_input(session, &unread);
    if (unread > exchange->judged && exchange->expectation) {
        fault_behind(exchange, FAULT_SURPLUS);
    } else if (session_state(session) == SESSION_FLOODED) {
        fault_behind(exchange, FAULT_FLOOD);
    } else if (session_is_over(session)) {
        exchange->play->lost_target = true; /* closed as it must, or dead */
        actor_close(exchange->actor);
        exchange_done(exchange);
    }
}

/* ---- connecting ---- */

/* The step wants to be cut off without a word: also before it said anything, as at a login. */
static bool wants_silent_end(const struct exchange *exchange) {
    return !exchange->plain && exchange->step->closes && exchange->expectation &&
           expectation_is_silence(exchange->expectation);
}

static bool wants_login(const struct exchange *exchange) {
    return actor_target(exchange->actor)->credentials != NULL;
}

static void connecting(struct exchange *exchange) {
    struct play *play = exchange->play;
    switch (session_state(exchange->actor->session)) {
    case SESSION_CONNECTING:
        return;
    case SESSION_REFUSED:
        if (failure_of(exchange) == STEP_REFUSED)
            fails_rightly(exchange, "is refused, and goes round the member from now on");
        else
            fault(exchange, FAULT_REFUSED, NULL);
        return;
    case SESSION_FLOODED:
        fault(exchange, FAULT_FLOOD, NULL);
        return;
    case SESSION_FINISHED:
    case SESSION_RESET:
        if (exchange->request.length > 0 && !exchange->actor->unjudged &&
            !wants_silent_end(exchange)) {
            fault(exchange, FAULT_CLOSED, NULL);
            return;
        }
        break; /* what came before the end may still be judged */
    case SESSION_OPEN:
        if (failure_of(exchange) == STEP_REFUSED) {
            fault(exchange, FAULT_ACCEPTED, NULL);
            return;
        }
        if (failure_of(exchange) == STEP_ANSWERED && wants_login(exchange) &&
            (!banner_is_off(exchange->actor) || !login_is_done(exchange)))
            return;
        break;
    }
    exchange->state = EXCHANGE_READY;
    evtimer_del(exchange->deadline); /* of the connect; the reply has its own */
    for (size_t i = 0; i < play->exchange_count; i++)
        if (play->exchanges[i]->state == EXCHANGE_CONNECTING)
            return;
    for (size_t i = 0; i < play->exchange_count && !play->finished; i++) {
        play->exchanges[i]->begun_ms = transcript_ms(play->transcript);
        sending_begin(play->exchanges[i]);
    }
}

void exchange_advance(struct exchange *exchange) {
    if (exchange->play->finished)
        return;
    switch (exchange->state) {
    case EXCHANGE_CONNECTING:
        connecting(exchange);
        return;
    case EXCHANGE_JUDGING:
        judge(exchange);
        return;
    case EXCHANGE_CLOSING:
        await_close(exchange);
        return;
    case EXCHANGE_READY:
    case EXCHANGE_SENDING:
    case EXCHANGE_RETRY:
    case EXCHANGE_DONE:
        return;
    }
}

/* ---- time ---- */

static void on_deadline(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct exchange *exchange = owner;
    struct session *session = exchange->actor->session;
    size_t length;
    const char *input = session_input(session, &length);
    if (exchange->state == EXCHANGE_JUDGING && failure_of(exchange) == STEP_UNANSWERED) {
        play_note_wait(exchange->play, exchange->step->within_ms);
        fails_rightly(exchange, "gives up waiting, and goes round the member from now on");
    } else if (exchange->state == EXCHANGE_CONNECTING)
        fault(exchange, FAULT_REFUSED, NULL);
    else if (exchange->state == EXCHANGE_CLOSING)
        fault_behind(exchange, FAULT_STAYS_OPEN);
    else if (session_unsent(session) > 0)
        fault(exchange, FAULT_NOT_READING, NULL);
    else if (exchange->expectation) {
        struct match match = expectation_match(exchange->expectation, input, length);
        fault(exchange, FAULT_SILENT, &match);
    }
}

static void on_timer(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct exchange *exchange = owner;
    if (exchange->play->finished)
        return;
    if (exchange->state == EXCHANGE_RETRY)
        retry(exchange);
    else if (exchange->state == EXCHANGE_SENDING)
        sending_go_on(exchange);
}

/* ---- making ---- */

static struct exchange *exchange_new(struct play *play, struct actor *actor,
                                     const struct step *step) {
    struct exchange *exchange = arena_alloc(play->arena, sizeof *exchange);
    struct event_base *base = hub_base(play->setup.hub);
    exchange->play = play;
    exchange->actor = actor;
    exchange->step = step;
    exchange->again = play_round(play) > 1;
    exchange->first = !actor->last;
    if (!actor->session)
        actor->over = step->over;
    exchange->timer = evtimer_new(base, on_timer, exchange);
    exchange->deadline = evtimer_new(base, on_deadline, exchange);
    assert(exchange->timer && exchange->deadline);
    event_priority_set(exchange->deadline, PRIORITY_DEADLINE);
    play->exchanges =
        arena_grow(play->arena, play->exchanges, play->exchange_count, sizeof(struct exchange *));
    play->exchanges[play->exchange_count++] = exchange;
    return exchange;
}

struct exchange *exchange_add_ready(struct play *play, struct actor *actor, const struct step *step,
                                    struct bytes request, struct expectation *expectation) {
    struct exchange *exchange = exchange_new(play, actor, step);
    exchange->request = request;
    exchange->plain = true;
    exchange->expectation = expectation;
    return exchange;
}

/* The first byte on a connection says which protocol is spoken on it. */
static void choose_dialect(struct actor *actor, const struct bytes *request) {
    if (actor->over == TRANSPORT_UDP)
        actor->binary = false; /* each datagram is judged anew */
    else if (request->length > 0 && (!actor->session || !actor->spoke))
        actor->binary = (unsigned char)request->data[0] == PACKET_MAGIC_REQUEST;
}

struct exchange *exchange_add(struct play *play, struct actor *actor, const struct step *step,
                              const struct pattern *pattern) {
    struct exchange *exchange = exchange_new(play, actor, step);
    struct scope scope = play_scope(play, actor->name);
    const char *problem = NULL;
    exchange->pattern = pattern;
    if (step->send && !vars_render(&scope, step->send, &exchange->request, &problem)) {
        play_error(play, step, problem);
        return exchange;
    }
    choose_dialect(actor, &exchange->request);
    if (!pattern)
        return exchange;
    exchange->expectation = expectation_new(play->arena, pattern, &scope, &problem);
    if (!exchange->expectation) {
        play_error(play, step, problem);
        return exchange;
    }
    bool silence = expectation_is_silence(exchange->expectation) && !step->closes;
    exchange->barrier = silence || step->eventually_ms > 0;
    if (!exchange->barrier)
        return exchange;
    if (silence)
        exchange->expectation = barrier_expectation(actor);
    else
        exchange->barrier_reply = barrier_expectation(actor);
    exchange->barrier_at = exchange->request.length;
    barrier_append(actor, &exchange->request);
    return exchange;
}

void exchange_free(struct exchange *exchange) {
    event_free(exchange->timer);
    event_free(exchange->deadline);
    bytes_free(&exchange->request);
    expectation_free(exchange->expectation);
    expectation_free(exchange->barrier_reply);
}
