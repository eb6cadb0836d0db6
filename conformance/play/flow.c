/* SPDX-License-Identifier: MIT */
/* flow.c - how a play goes on and ends. See flow.h. */
#include "play/flow.h"

#include "arena.h"
#include "play/inside.h"

#include <event2/event.h>

void play_resume(struct play *play) {
    event_active(play->resume, EV_TIMEOUT, 0);
}

void play_rest(struct play *play, bool rests) {
    if (play->resting == rests)
        return;
    play->resting = rests;
    if (play->setup.rests)
        play->setup.rests(play, rests, play->owner);
}

void play_note_wait(struct play *play, unsigned waited_ms) {
    if (waited_ms <= play->step_waits_ms)
        return;
    play->waits_ms += waited_ms - play->step_waits_ms;
    play->step_waits_ms = waited_ms;
}

unsigned play_round(const struct play *play) {
    return play->depth > 0 ? play->frames[play->depth - 1].round : 1;
}

struct scope play_scope(const struct play *play, const char *as) {
    return (struct scope){play->vars, as, play_round(play)};
}

void play_finish(struct play *play, enum verdict_outcome outcome) {
    if (play->finished)
        return;
    play->finished = true;
    play->verdict.outcome = outcome;
    play->verdict.duration_ms = play->spent_ms + transcript_ms(play->transcript);
    event_active(play->finish, EV_TIMEOUT, 0);
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
    play_finish(play, outcome);
}

void play_fail(struct play *play, const struct step *step, const char *reason) {
    end_badly(play, step, VERDICT_FAIL, reason);
}

void play_error(struct play *play, const struct step *step, const char *reason) {
    end_badly(play, step, VERDICT_ERROR, reason);
}
