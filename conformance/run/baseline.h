/* SPDX-License-Identifier: MIT */
/* baseline.h - the failures of one server that are known: a file that says of each why.
 *
 * One line a scenario, four columns with a tab between them:
 *
 *   classic/touch/a-miss<TAB>step 1: ERROR\r\n<TAB>2027-06-30<TAB>touch is not written yet
 *
 *   id      of the scenario
 *   seen    how it fails, as baseline.c words it; * however it fails; ~ now and then, however
 *   until   the last day (UTC) on which the line counts; - for ever
 *   reason  why, for people; never empty
 *
 * Empty lines and lines that begin with # are remarks. The runner asks baseline_judge() about each
 * verdict; `mctap lint` reads every file of scenarios/baselines/. */
#pragma once

#include "language/problems.h"
#include "reports/verdict.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct catalog;

#define BASELINE_ANY       "*"
#define BASELINE_SOMETIMES "~"

struct baseline_entry {
    const char *id, *seen, *until, *reason;
    int line;
    bool failed;  /* in this run */
    bool dropped; /* baseline_update: it passes now */
};

struct baseline {
    struct arena *arena;
    const char *path;
    struct baseline_entry *entries;
    size_t count;
    const char **remarks; /* the # lines at the top */
    size_t remark_count;
};

enum baseline_use {
    BASELINE_JUDGES, /* it must be there, and every line needs a reason */
    BASELINE_GROWS,  /* it will be written anew: it may be missing, and reasons, too */
};

/* Reads the file. What is wrong with it goes to `problems`, by file and line. Never NULL; memory
 * comes from problems->arena. */
struct baseline *baseline_load(struct problems *problems, const char *path, enum baseline_use use);

/* Adds a problem for each line whose id no scenario has. */
void baseline_check(const struct baseline *baseline, struct problems *problems,
                    const struct catalog *catalog);

/* Marks a failure that is listed as known, so that it does not gate. A scenario that passes though
 * it is listed becomes a failure that gates, as does one that fails otherwise than the line says,
 * or after its last day; `today` is YYYY-MM-DD. `verdict->gates` is set before the call. */
void baseline_judge(struct baseline *baseline, struct verdict *verdict, const char *today);

/* Notes a verdict as baseline_judge found it (before it was judged) for baseline_write: a failure
 * adds a line without a reason, or renews the `seen` of its line; a pass drops its line. */
void baseline_update(struct baseline *baseline, const struct verdict *verdict);

/* Writes the file anew: ids in order, lines without a reason to be filled. False: errno says. */
bool baseline_write(const struct baseline *baseline);
