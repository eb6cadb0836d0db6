/* SPDX-License-Identifier: MIT */
/* cleaner.h - takes the keys of a run away from a target that goes on living after it, so that
 * the next run finds it as this one did. */
#pragma once

#include "play/target.h"

struct arena;
struct cleaner;
struct hub;

/* `problem` is NULL when no key is left; else it says in words how many are, and why. */
typedef void cleaner_done(struct target *target, const char *problem, void *owner);

/* Deletes target->keys over one connection. What is said in `problem`, and the cleaner, come from
 * `arena`. Never calls `done` from inside the call. A target that cannot be reached is done. */
struct cleaner *cleaner_start(struct hub *hub, struct arena *arena, struct target *target,
                              unsigned timeout_ms, cleaner_done *done, void *owner);

/* Ends it; must be called once for each, also after `done`, but not from inside it. */
void cleaner_stop(struct cleaner *cleaner);
