/* SPDX-License-Identifier: MIT */
/* bug_table.h - docs/bugs.tsv: which deliberate defects of the reference server the suite notices.
 *
 * `make bugs` writes it: a line a bug, with tabs between the columns, whose names stand in the
 * first line. Read here are bug (its name), rule (the one it breaks) and noticed-by (ids of the
 * scenarios that cite the rule and fail, with commas; empty: the bug survives). */
#pragma once

#include <stddef.h>

struct arena;

struct bug {
    const char *name, *rule;
    const char *noticed_by; /* ids with commas; "": it survives */
};

struct bug_table {
    struct bug *bugs;
    size_t count;
};

/* NULL with *problem in words when the file cannot be read or is none; from the arena. */
struct bug_table *bug_table_read(struct arena *arena, const char *path, const char **problem);
