/* SPDX-License-Identifier: MIT */
/* exchanges.c - all exchanges of one step. See exchanges.h. */
#include "play/exchanges.h"

#include "arena.h"
#include "play/actor.h"
#include "play/exchange.h"
#include "play/flow.h"
#include "play/inside.h"

void exchanges_clear(struct play *play) {
    for (size_t i = 0; i < play->exchange_count; i++)
        exchange_free(play->exchanges[i]);
    play->exchanges = NULL;
    play->exchange_count = play->exchanges_left = 0;
    play->step_waits_ms = 0;
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
        actor->advance = exchange_advance;
        actor_connect(actor);
        exchange_arm(play->exchanges[i]);
    }
    for (size_t i = 0; i < play->exchange_count && !play->finished; i++)
        exchange_advance(play->exchanges[i]);
}
