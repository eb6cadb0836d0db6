/* SPDX-License-Identifier: MIT */
/* report.h - how verdicts are told. One writer a file, one row each in reports.def.
 * The runner calls begin once, point for every planned scenario in plan order, end once; also
 * when the run ends before its plan stands (no target, nothing selected). */
#pragma once

#include "verdict.h"

#include <stdbool.h>
#include <stdio.h>

/* What is known before the first verdict. Borrowed for the call only. */
struct report_run {
    bool unplanned;             /* the run ends before it has a plan; `end` follows at once */
    unsigned planned;           /* number of points that will follow, unless the run bails out */
    const char *const *targets; /* addresses as the user gave them, with the version answered */
    size_t target_count;
    const char *const *lacks; /* what they do not offer, a line each */
    size_t lack_count;
    const char *tool; /* "mctap 0.1.0" */
    int tap_version;  /* 13 or 14 */
};

/* A writer writes to `out` only; the caller owns the stream. `verdict` is valid for the call. */
struct report {
    const char *name;    /* as --report takes it */
    const char *summary; /* one line for --help */
    void (*begin)(FILE *out, const struct report_run *run);
    void (*point)(FILE *out, unsigned number, const struct verdict *verdict);
    void (*end)(FILE *out, const struct verdict_summary *summary);
};

/* The writer called `name`, or NULL. */
const struct report *report_find(const char *name);

/* All writers in table order; *count receives how many. Static storage. */
const struct report *report_all(size_t *count);

/* The three functions of every writer, one set a row: tap_begin, tap_point, tap_end. */
#define REPORT(word, text)                                                                         \
    void word##_begin(FILE *out, const struct report_run *run);                                    \
    void word##_point(FILE *out, unsigned number, const struct verdict *verdict);                  \
    void word##_end(FILE *out, const struct verdict_summary *summary);
#include "reports.def"
#undef REPORT
