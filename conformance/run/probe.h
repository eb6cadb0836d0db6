/* SPDX-License-Identifier: MIT */
/* probe.h - what is found out about a target before the first scenario.
 *
 * A probe is a scenario of one step, played like any other: the version (and with it a barrier
 * command with a known reply), a greeting that comes unasked, each row of capabilities.def, and
 * whether the target holds items. */
#pragma once

#include "play/target.h"

#include <stdbool.h>

struct arena;
struct hub;
struct keys;
struct probe;

/* `problem` is NULL when the target answers; else it says in words what is wrong. */
typedef void probe_done(struct target *target, const char *problem, void *owner);

/* Probes the target and fills it; memory of what is found, and of the probe, comes from `arena`.
 * Never calls `done` from inside the call. */
struct probe *probe_start(struct hub *hub, struct arena *arena, struct target *target,
                          unsigned timeout_ms, probe_done *done, void *owner);

/* Ends it early, without a call of `done`. A probe that is over, or NULL, is fine. */
void probe_stop(struct probe *probe);

/* Notes the key that probes store, so that it is deleted with those of the scenarios. */
void probe_note_key(struct keys *keys);
