/* SPDX-License-Identifier: MIT */
/* versions.h - what items were before their last change, for servers that read stale values.
 * Called by bugs. */
#pragma once

#include "bugs/bugs.h"

/* The client at hand is going to change a key: what it holds now can be read for `milliseconds`. */
void versions_note(struct store *store, struct slice key, unsigned milliseconds, uint32_t now_s);

/* The version of a key that somebody else has changed just now; NULL if there is none, or if the
 * client at hand changed it. */
struct version *versions_find(struct store *store, struct slice key);

/* Its item, which is in no table; NULL if there was none. Good until the next call. */
struct item *versions_item(struct store *store, struct version *version, uint32_t now_s);

void versions_free(struct bugs *bugs);
