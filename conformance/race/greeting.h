/* SPDX-License-Identifier: MIT */
/* greeting.h - before a race: does the target answer as a memcached does? */
#pragma once

struct address;
struct arena;
struct greeting;
struct hub;

/* Called once, from the event loop. `problem` says what came instead; NULL: all is well. */
typedef void greeting_done(const char *problem, void *owner);

/* Asks for a key that nobody has. Words come from the arena. */
struct greeting *greeting_start(struct arena *arena, struct hub *hub, const struct address *address,
                                unsigned timeout_ms, greeting_done *done, void *owner);
void greeting_free(struct greeting *greeting); /* NULL is fine */
