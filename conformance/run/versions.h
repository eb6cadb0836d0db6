/* SPDX-License-Identifier: MIT */
/* versions.h - which claims hold for the version of a target: `since` and `until` of scenarios and
 * of their first rules.
 *
 * A target that tells no version of memcached is another server. What memcached gave up, and what
 * it does of late without a word in the document, is not asked of it, but for one thing: who offers
 * a capability is judged by the scenarios that need it as the memcached that brought it. */
#pragma once

#include "language/scenario.h"
#include "play/target.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct runner;

/* Why the scenario is not for this target, or NULL. `as` is the version that the target is played
 * as, NULL if that was not asked. */
const char *versions_skip(struct arena *arena, const struct scenario *scenario,
                          const struct target *target, const char *as);

/* Does the target tell a version of another server, or none? */
bool versions_are_foreign(const struct target *target);

/* Notes in the summary of the run how many scenarios were skipped because their target is another
 * server. */
void versions_note(struct runner *runner);
