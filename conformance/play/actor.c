/* SPDX-License-Identifier: MIT */
/* actor.c - sessions by name, one on each member. See actor.h. */
#include "play/actor.h"

#include "arena.h"
#include "play/inside.h"
#include "play/session.h"

#include <string.h>

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
        actor->advance(actor->exchange);
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
