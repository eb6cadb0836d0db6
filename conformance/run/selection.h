/* SPDX-License-Identifier: MIT */
/* selection.h - which scenarios the command line means: --only, --tag, --exclude, ids of show. */
#pragma once

#include "language/catalog.h"
#include "settings.h"

#include <stdbool.h>

struct arena;

bool selection_holds(const struct selection *selection, const struct scenario *scenario);

bool selection_has_tag(const struct scenario *scenario, const char *tag);

/* NULL, or what is wrong with the selection in words (from `arena`): a pattern or tag that matches
 * nothing, with the one that may have been meant, or that nothing is left. An empty selection is
 * never green, and a part of it that is ignored would hide the rest of what was asked for. */
const char *selection_problem(struct arena *arena, const struct selection *selection,
                              const struct catalog *catalog);
