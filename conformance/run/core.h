/* SPDX-License-Identifier: MIT */
/* core.h - commands that every memcached has, on a target that lacks some of them.
 *
 * A server that is being written lacks commands. Of all scenarios that need a missing one only
 * one is played: it fails, and says so once. plan.c is the caller. */
#pragma once

#include "run/plan.h"

struct arena;

/* Does the scenario send one of the words (separated by spaces) as a command? */
bool core_sends(const struct scenario *scenario, const char *words);

/* Gives the entries of the target that need a missing core command a reason to skip, but one. */
void core_skip(struct arena *arena, struct plan *plan, const struct target *target, size_t index);
