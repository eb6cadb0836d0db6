/* SPDX-License-Identifier: MIT */
/* player.c - the one loop over steps. See play.h.
 *
 * What a verb does is in steps.c and cluster.c; this file knows only that a step is done at once
 * or waits. Everything that ends a step goes through an event, so that no step ever begins inside
 * the callback of another. */
#include "arena.h"
#include "play/barrier.h"
#include "play/explain.h"
#include "play/interleave.h"
#include "play/play.h"
#include "play/session.h"
#include "play/steps.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

static step_function *const functions[STEP_VERB_COUNT] = {
#define STEP(verb, word, operand, fields, function) [STEP_##verb] = function,
#include "language/steps.def"
#undef STEP
};

/* ---- actors ---- */

struct target *actor_target(const struct actor *actor) {
    return actor->play->setup.targets[actor->member];
}

const struct address *actor_address(const struct actor *actor) {
    const struct target *target = actor_target(actor);
    return actor->over == TRANSPORT_DEFAULT ? target->address : target->over[actor->over];
}

static void note_state(struct actor *actor) {
    struct transcript *transcript = actor->play->transcript;
    if (session_state(actor->session) == SESSION_FINISHED)
        transcript_note(transcript, actor->name, "the target closed the connection");
    else if (session_state(actor->session) == SESSION_RESET)
        transcript_note(transcript, actor->name, "the target reset the connection");
}

static void on_session(struct session *session, void *owner) {
    struct actor *actor = owner;
    size_t unread, received = session_received(session);
    const char *input = session_input(session, &unread);
    size_t fresh = received - actor->recorded;
    if (fresh > 0 && fresh <= unread)
        transcript_add(actor->play->transcript, actor->name, VERDICT_RECEIVED,
                       input + unread - fresh, fresh);
    actor->recorded = received;
    note_state(actor);
    if (actor->exchange)
        exchange_advance(actor->exchange);
}

struct actor *play_actor(struct play *play, const char *name, size_t member) {
    for (size_t i = 0; i < play->actor_count; i++)
        if (play->actors[i]->member == member && strcmp(play->actors[i]->name, name) == 0)
            return play->actors[i];
    struct actor *actor = arena_alloc(play->lasting, sizeof *actor);
    actor->play = play;
    actor->name = arena_string(play->lasting, name);
    actor->member = member;
    play->actors =
        arena_grow(play->lasting, play->actors, play->actor_count, sizeof(struct actor *));
    play->actors[play->actor_count++] = actor;
    return actor;
}

void actor_connect(struct actor *actor) {
    if (actor->session)
        return;
    actor->recorded = 0;
    actor->login = LOGIN_NONE;
    actor->unjudged = actor->half_closed = actor->spoke = false;
    actor->session = session_open(actor->play->setup.hub, actor_address(actor), on_session, actor);
}

void actor_close(struct actor *actor) {
    session_close(actor->session);
    actor->session = NULL;
    actor->greeted = false;
}

/* ---- steps ---- */

unsigned play_round(const struct play *play) {
    return play->depth > 0 ? play->frames[play->depth - 1].round : 1;
}

struct scope play_scope(const struct play *play, const char *as) {
    return (struct scope){play->vars, as, play_round(play)};
}

static void exchanges_clear(struct play *play) {
    for (size_t i = 0; i < play->exchange_count; i++)
        exchange_free(play->exchanges[i]);
    play->exchanges = NULL;
    play->exchange_count = play->exchanges_left = 0;
}

/* A session has one way to the server, and the target must offer it. */
static bool may_connect(struct play *play, const struct exchange *exchange) {
    const struct actor *actor = exchange->actor;
    const struct step *step = exchange->step;
    if (!actor_address(actor))
        play_error(play, step,
                   arena_format(play->arena, "the target cannot be reached over %s",
                                transport_word(actor->over)));
    else if (actor->over != step->over)
        play_error(
            play, step,
            arena_format(play->arena, "session %s was opened over %s; it cannot go on over %s",
                         actor->name, transport_word(actor->over), transport_word(step->over)));
    return !play->finished;
}

void exchanges_begin(struct play *play) {
    play->exchanges_left = play->exchange_count;
    if (play->exchange_count == 0) /* every member that could be asked is down */
        play_resume(play);
    for (size_t i = 0; i < play->exchange_count && !play->finished; i++) {
        struct actor *actor = play->exchanges[i]->actor;
        if (actor->exchange) {
            play_error(
                play, play->exchanges[i]->step,
                arena_format(play->arena, "session %s stands twice in one step", actor->name));
            return;
        }
        if (!may_connect(play, play->exchanges[i]))
            return;
        actor->exchange = play->exchanges[i];
        actor_connect(actor);
        exchange_arm(play->exchanges[i]);
    }
    for (size_t i = 0; i < play->exchange_count && !play->finished; i++)
        exchange_advance(play->exchanges[i]);
}

/* The next step of the innermost list that has one; NULL at the end of the scenario. */
static const struct step *next_step(struct play *play) {
    while (play->depth > 0) {
        struct frame *frame = &play->frames[play->depth - 1];
        if (frame->next < frame->count)
            return &frame->steps[frame->next++];
        if (frame->round < frame->rounds) {
            frame->round++;
            frame->next = 0;
        } else {
            play->depth--;
        }
    }
    return NULL;
}

static void finish(struct play *play, enum verdict_outcome outcome) {
    if (play->finished)
        return;
    play->finished = true;
    play->verdict.outcome = outcome;
    play->verdict.duration_ms = play->spent_ms + transcript_ms(play->transcript);
    event_active(play->finish, EV_TIMEOUT, 0);
}

/* The end of the scenario: on each open session the barrier's reply must be the next thing that
 * comes, or a reply is missing or one too many was sent. */
static void align(struct play *play) {
    play->aligning = true;
    play->step = NULL;
    for (size_t i = 0; i < play->actor_count; i++) {
        struct actor *actor = play->actors[i];
        if (!actor->session || actor->half_closed || !actor->last || !barrier_exists(actor) ||
            actor_target(actor)->hung)
            continue;
        struct bytes request = {0};
        actor->unjudged = false;
        barrier_append(actor, &request);
        exchange_add_ready(play, actor, actor->last, request, barrier_expectation(actor));
    }
    if (play->exchange_count > 0)
        exchanges_begin(play);
    else
        finish(play, VERDICT_PASS);
}

static void advance(struct play *play) {
    if (play->finished)
        return;
    if (play->aligning && !(play->exploration && exploration_continue(play))) {
        finish(play, VERDICT_PASS);
        return;
    }
    if (play->step && play->step->tally_count > 0 && !tally_holds(play))
        return;
    exchanges_clear(play);
    for (;;) {
        play->step = next_step(play);
        if (!play->step) {
            align(play);
            return;
        }
        if (functions[play->step->verb](play, play->step) == PROGRESS_WAITS || play->finished)
            return;
    }
}

static void on_resume(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    advance(owner);
}

void play_resume(struct play *play) {
    event_active(play->resume, EV_TIMEOUT, 0);
}

/* ---- the life of a play ---- */

/* What lasts as long as one order. */
static void begin(struct play *play, const char *key_stem) {
    const struct scenario *scenario = play->setup.scenario;
    play->arena = arena_new();
    play->vars = vars_new(play->arena, key_stem);
    play->transcript = transcript_new(play->arena);
    play->depth = 0;
    play->step = NULL;
    play->aligning = false;
    play->members = NULL;
    play->placings = NULL;
    play->placing_count = 0;
    play->frames[play->depth++] = (struct frame){scenario->steps, scenario->step_count, 0, 1, 1};
}

/* "mctap-1b650ea3-0007" -> "m000z-1b650ea3-0007" for order 35: as long, and in no other play. */
static const char *stem_of_order(struct play *play, uint64_t order) {
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    const char *rest = strchr(play->setup.key_stem, '-');
    char number[] = "m0000";
    for (size_t i = sizeof number - 2; i > 0; i--, order /= 36)
        number[i] = digits[order % 36];
    return arena_format(play->lasting, "%.*s%s", (int)(sizeof number - 1), number, rest);
}

void play_again(struct play *play, uint64_t order) {
    play->spent_ms += transcript_ms(play->transcript);
    exchanges_clear(play);
    for (size_t i = 0; i < play->actor_count; i++)
        play->actors[i]->last = NULL;
    arena_free(play->arena);
    play->setup.key_stem = stem_of_order(play, order);
    begin(play, play->setup.key_stem);
}

static void on_finish(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct play *play = owner;
    exchanges_clear(play);
    for (size_t i = 0; i < play->actor_count; i++)
        actor_close(play->actors[i]);
    play->done(play, play->owner);
}

/* In which order it went wrong. */
static void tell_order(struct play *play) {
    const char **shown = arena_alloc(play->arena, sizeof *shown);
    *shown = exploration_shown(play);
    play->verdict.remarks = shown;
    play->verdict.remark_count = *shown != NULL;
}

static void end_badly(struct play *play, const struct step *step, enum verdict_outcome outcome,
                      const char *reason) {
    if (play->finished)
        return;
    play->verdict.reason = arena_string(play->arena, reason);
    if (step) {
        if (!play->verdict.step)
            play->verdict.step = arena_format(play->arena, "step %u", step->number);
        play->verdict.line = step->line;
        play->verdict.rule = step->rule->id;
        play->verdict.level = step->rule->level;
        play->verdict.sentence = step->rule->text;
        play->verdict.section = step->rule->section;
        play->verdict.document = step->rule->document;
    }
    play->verdict.events = transcript_events(play->transcript, &play->verdict.event_count);
    if (play->exploration)
        tell_order(play);
    finish(play, outcome);
}

void play_fail(struct play *play, const struct step *step, const char *reason) {
    end_badly(play, step, VERDICT_FAIL, reason);
}

void play_error(struct play *play, const struct step *step, const char *reason) {
    end_badly(play, step, VERDICT_ERROR, reason);
}

static void verdict_begin(struct play *play) {
    const struct scenario *scenario = play->setup.scenario;
    struct verdict *verdict = &play->verdict;
    verdict->id = scenario->id;
    verdict->name = scenario->name;
    verdict->file = scenario->file;
    verdict->line = scenario->line;
    verdict->level = scenario->rules[0]->level;
}

struct play *play_start(const struct play_setup *setup, play_done *done, void *owner) {
    struct play *play = calloc(1, sizeof *play);
    struct event_base *base = hub_base(setup->hub);
    if (!play)
        abort();
    play->setup = *setup;
    play->lasting = arena_new();
    begin(play, setup->key_stem);
    if (setup->scenario->interleave)
        play->exploration = exploration_new(play);
    play->done = done;
    play->owner = owner;
    play->timer = evtimer_new(base, on_resume, play);
    play->resume = evtimer_new(base, on_resume, play);
    play->finish = evtimer_new(base, on_finish, play);
    assert(play->timer && play->resume && play->finish);
    verdict_begin(play);
    play_resume(play);
    return play;
}

void play_free(struct play *play) {
    exchanges_clear(play);
    for (size_t i = 0; i < play->actor_count; i++)
        actor_close(play->actors[i]);
    event_free(play->timer);
    event_free(play->resume);
    event_free(play->finish);
    arena_free(play->arena);
    arena_free(play->lasting);
    free(play);
}

const struct verdict *play_verdict(const struct play *play) {
    return &play->verdict;
}

bool play_lost_target(const struct play *play) {
    return play->lost_target;
}

const char *play_captured(const struct play *play, const char *name) {
    struct scope scope = play_scope(play, "client");
    struct operand operand = {.name = name};
    struct bytes out = {0};
    bool is_number;
    uint64_t number;
    const char *problem;
    const char *captured = NULL;
    if (vars_operand(&scope, &operand, &out, &is_number, &number, &problem))
        captured = arena_copy(play->arena, out.data, out.length);
    bytes_free(&out);
    return captured;
}
