/* SPDX-License-Identifier: MIT */
/* actor.h - a session by its name, on one member. What arrives on it is noted in the transcript and
 * handed to the exchange under way. */
#pragma once

#include <stddef.h>

struct actor;
struct address;
struct play;
struct target;

/* The session called `name` on a member; made, and not connected, if it is new. */
struct actor *play_actor(struct play *play, const char *name, size_t member);

/* Begins to connect if there is no session. */
void actor_connect(struct actor *actor);

/* Closes the actor's session. It connects again when a step uses it again. */
void actor_close(struct actor *actor);

/* The target an actor talks to, and the address by which; NULL when there is no such way. */
struct target *actor_target(const struct actor *actor);
const struct address *actor_address(const struct actor *actor);
