/* SPDX-License-Identifier: MIT */
/* perform.c - one function a verb: what scenarios can do with one server. The verbs of clusters
 * are in cluster.c. A new verb is a row in steps.def and a function here. */
#include "play/perform.h"

#include "arena.h"
#include "play/actor.h"
#include "play/cluster.h"
#include "play/condition.h"
#include "play/exchange.h"
#include "play/exchanges.h"
#include "play/explain.h"
#include "play/flow.h"
#include "play/inside.h"
#include "play/interleave.h"

#include <assert.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The replies of a tally as one pattern: which alternative matched is what is counted. */
static const struct pattern *tally_pattern(struct arena *arena, const struct step *step) {
    struct pattern *pattern = arena_alloc(arena, sizeof *pattern);
    pattern->count = step->tally_count;
    pattern->alternatives = arena_alloc(arena, step->tally_count * sizeof(struct alternative));
    for (size_t i = 0; i < step->tally_count; i++) {
        const struct tally_row *row = &step->tally[i];
        pattern->alternatives[i] = (struct alternative){row->wanted, row->reply};
    }
    return pattern;
}

/* One exchange for each session that a send or expect names, one or all of a crowd, and whose
 * conditions hold. */
static bool add_exchanges(struct play *play, const struct step *step,
                          const struct pattern *pattern) {
    for (unsigned i = step->crowd_first; i <= step->crowd_last; i++) {
        const char *as = step->as;
        if (step->crowd_last > 0)
            as = arena_format(play->arena, "%s%u", step->as, i);
        if (!conditions_hold(play, step, as))
            continue;
        int member = play_member(play, step, as);
        if (member < 0)
            return false;
        exchange_add(play, play_actor(play, as, (size_t)member), step, pattern);
    }
    return !play->finished;
}

enum step_progress perform_exchange(struct play *play, const struct step *step) {
    const struct pattern *pattern =
        step->tally_count > 0 ? tally_pattern(play->arena, step) : step->expect;
    if (step->fails == STEP_UNPLACED)
        return play_unplaced(play, step);
    if (!add_exchanges(play, step, pattern))
        return PROGRESS_WAITS;
    if (step->note && play->exchange_count > 0)
        transcript_note(play->transcript, step->as, step->note);
    if (play->exchange_count == 0) {
        transcript_note(play->transcript, step->as, "does nothing: its \"if\" does not hold");
        exploration_note_idle(play, step);
        return PROGRESS_NEXT;
    }
    exchanges_begin(play);
    return PROGRESS_WAITS;
}

enum step_progress perform_together(struct play *play, const struct step *step) {
    const struct pattern *tally = step->tally_count > 0 ? tally_pattern(play->arena, step) : NULL;
    for (size_t i = 0; i < step->step_count; i++) {
        const struct step *part = &step->steps[i];
        if (!add_exchanges(play, part, tally ? tally : part->expect))
            return PROGRESS_WAITS;
    }
    exchanges_begin(play);
    return PROGRESS_WAITS;
}

bool tally_holds(struct play *play) {
    const struct step *step = play->step;
    if (play->exchange_count == 0)
        return true; /* no session's `if` holds */
    unsigned *counts = arena_alloc(play->arena, step->tally_count * sizeof *counts);
    for (size_t i = 0; i < play->exchange_count; i++)
        counts[play->exchanges[i]->alternative]++;
    for (size_t i = 0; i < step->tally_count; i++)
        if (!step->tally[i].rest && counts[i] != step->tally[i].count) {
            explain_tally(play, step, counts, i);
            return false;
        }
    return true;
}

enum step_progress perform_wait(struct play *play, const struct step *step) {
    struct timeval wait = {step->amount / 1000, (suseconds_t)(step->amount % 1000) * 1000};
    transcript_note(play->transcript, "-", arena_format(play->arena, "%u ms pass", step->amount));
    evtimer_add(play->timer, &wait);
    play->waits_ms += step->amount;
    play->paused = true;
    play_rest(play, true);
    return PROGRESS_WAITS;
}

enum step_progress perform_repeat(struct play *play, const struct step *step) {
    assert(play->depth < FRAME_DEPTH); /* the loader counts them */
    play->frames[play->depth++] = (struct frame){step->steps, step->step_count, 0, 1, step->amount};
    return PROGRESS_NEXT;
}

/* `as` is the actor of an interleave that checks, or NULL: the scenario as a whole does. */
enum step_progress perform_check(struct play *play, const struct step *step) {
    struct judged judged = condition_judge(play, step->check, step->as);
    if (judged.problem)
        play_error(play, step, judged.problem);
    else if (!judged.holds)
        explain_step(play, step,
                     arena_format(play->arena,
                                  "%s does not hold: the left side is %s, the right side is %s",
                                  step->check->shown, judged.left, judged.right));
    return PROGRESS_NEXT;
}

/* Connects now; the target's greeting, if it has one, is not taken off. */
enum step_progress perform_open(struct play *play, const struct step *step) {
    int member = play_member(play, step, step->name);
    if (member < 0)
        return PROGRESS_WAITS;
    struct actor *actor = play_actor(play, step->name, (size_t)member);
    actor->greeted = true;
    actor->last = step;
    exchange_add_ready(play, actor, step, (struct bytes){0}, NULL);
    exchanges_begin(play);
    return PROGRESS_WAITS;
}

enum step_progress perform_close(struct play *play, const struct step *step) {
    int member = play_member(play, step, step->name);
    if (member < 0)
        return PROGRESS_WAITS;
    transcript_note(play->transcript, step->name, "the client closes the connection");
    play->paused = true;
    actor_close(play_actor(play, step->name, (size_t)member));
    return PROGRESS_NEXT;
}
