/* SPDX-License-Identifier: MIT */
/* barrier.h - the command whose reply proves that nothing else came before it: what the target
 * answered to `version` (or `get`) when it was probed; on a binary session a noop. Over UDP it is
 * a datagram of its own. */
#pragma once

#include "play/match.h"

struct actor;

/* False when the target has no command that proves anything, so no silence can be proved. */
bool barrier_exists(const struct actor *actor);

/* Appends the command to a request. */
void barrier_append(const struct actor *actor, struct bytes *request);

/* Its reply; memory as expectation_new. */
struct expectation *barrier_expectation(const struct actor *actor);

/* How many bytes the reply has. */
size_t barrier_reply_length(const struct actor *actor);
