/* SPDX-License-Identifier: MIT */
/* player.c - the one loop over steps. See play.h.
 *
 * What a verb does is in perform.c, interleave.c and cluster.c; this file knows only that a step is
 * done at once or waits. Everything that ends a step goes through an event, so that no step ever
 * begins inside the callback of another. */
#include "arena.h"

#include "must.h"
#include "play/actor.h"
#include "play/barrier.h"
#include "play/exchange.h"
#include "play/exchanges.h"
#include "play/flow.h"
#include "play/inside.h"
#include "play/interleave.h"
#include "play/perform.h"
#include "play/session.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

static step_function *const functions[STEP_VERB_COUNT] = {
#define STEP(verb, word, operand, fields, function) [STEP_##verb] = function,
#include "language/steps.def"
#undef STEP
};

/* ---- steps ---- */

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
        play_finish(play, VERDICT_PASS);
}

/* ---- orders of an interleave ---- */

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
    struct frame frame = {scenario->steps, scenario->step_count, 0, 1, 1};
    if (play->setup.cut.kind == CUT_JOINED)
        frame.steps =
            steps_join(play->lasting, scenario->steps, scenario->step_count, &frame.count);
    play->frames[play->depth++] = frame;
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

/* Begins the scenario anew with other keys, for the order of this number. Sessions stay open. */
static void begin_again(struct play *play, uint64_t order) {
    play->spent_ms += transcript_ms(play->transcript);
    exchanges_clear(play);
    for (size_t i = 0; i < play->actor_count; i++)
        play->actors[i]->last = NULL;
    arena_free(play->arena);
    play->setup.key_stem = stem_of_order(play, order);
    begin(play, play->setup.key_stem);
}

/* True when there is one more order, which has begun. */
static bool next_order(struct play *play) {
    uint64_t order = play->exploration ? exploration_next(play) : 0;
    if (order > 0)
        begin_again(play, order);
    return order > 0;
}

/* ---- the loop ---- */

static void advance(struct play *play) {
    if (play->finished)
        return;
    play_rest(play, false);
    if (play->aligning && !next_order(play)) {
        play_finish(play, VERDICT_PASS);
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

/* ---- the life of a play ---- */

/* In which order it went wrong. */
static void tell_order(struct play *play) {
    const char **shown = arena_alloc(play->arena, sizeof *shown);
    *shown = exploration_shown(play);
    play->verdict.remarks = shown;
    play->verdict.remark_count = *shown != NULL;
}

static void on_finish(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct play *play = owner;
    if (play->exploration && play->verdict.reason && play->verdict.remark_count == 0)
        tell_order(play);
    exchanges_clear(play);
    for (size_t i = 0; i < play->actor_count; i++)
        actor_close(play->actors[i]);
    play->done(play, play->owner);
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
    struct play *play = must(calloc(1, sizeof *play), "a play");
    struct event_base *base = hub_base(setup->hub);
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

unsigned play_waits_ms(const struct play *play) {
    return play->waits_ms;
}

size_t play_longest_request(const struct play *play) {
    return play->longest_request;
}

bool play_lost_target(const struct play *play) {
    return play->lost_target;
}

bool play_timed_out(const struct play *play) {
    return play->timed_out;
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
