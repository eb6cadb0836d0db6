/* SPDX-License-Identifier: MIT */
/* rules.h - the ledger of rules: scenarios/rules/, read and looked up. */
#pragma once

#include "language/ids.h"
#include "language/problems.h"
#include "language/scenario.h"

#include <stddef.h>

struct rules {
    const struct rule **list;
    size_t count;
    struct ids ids;
};

/* Adds the rules of problems->file. What is wrong is told, also an id that is there already; such
 * rules are left out. */
void rules_load(struct problems *problems, struct rules *rules);

/* Sorts by id. */
void rules_sort(struct rules *rules);

/* The rule called `id`, or NULL. */
const struct rule *rules_find(const struct rules *rules, const char *id);

/* The end of a message about an unknown id: `; did you mean "storage.add.exists"?` or "". */
const char *rules_hint(struct arena *arena, const struct rules *rules, const char *id);

/* "must", "observed", "optional" */
const char *rule_level_name(enum verdict_level level);
