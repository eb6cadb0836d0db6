/* SPDX-License-Identifier: MIT */
/* membership.h - clusters of which a scenario leaves something open: --placement, --weights and
 * the targets say the rest. */
#pragma once

#include "language/scenario.h"
#include "play/target.h"
#include "settings.h"

struct arena;

/* The scenario with its cluster filled in, from the arena; or itself if nothing is open. `owned`:
 * mctap starts the members. */
const struct scenario *membership_fill(struct arena *arena, const struct settings *settings,
                                       const struct scenario *scenario,
                                       const struct target *targets, size_t target_count,
                                       bool owned);

/* What is wrong with --weights and the number of targets, or NULL. */
const char *membership_problem(struct arena *arena, const struct settings *settings);
