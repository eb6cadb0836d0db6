/* SPDX-License-Identifier: MIT */
/* check_run.h - makes checks one after the other and tells their verdicts. `mctap client` and
 * `mctap proxy` differ in their checks and in what they prepare before each. */
#pragma once

#include "client/checks.h"
#include "reports/report.h"

struct selection;

/* How a run is told, as the command line asks for it. */
struct check_run {
    const struct check *checks;
    size_t count;
    const struct selection *selection; /* patterns against ids; tags are not looked at */
    const struct report *report;
    int tap_version;
    bool strict;
    unsigned run_timeout_ms;
    const char *subject; /* what is tested, for the report */
    const char *kind;    /* of what it is one: "clients" */
    const char *repeat;  /* "mctap client --servers 3 --only %s -- CMD": the line that repeats a
                            check, split around its id */
    const char *repeat_end;
    FILE *out, *err;

    /* A signal ends the run: gives up what the check under way waits for. NULL: that looks at
     * trial->interrupted. */
    void (*interrupt)(struct trial *trial);
    /* Before each check, with servers as new; false after fail(): the check is not made then. */
    bool (*prepare)(struct trial *trial);
    /* Once before all checks, with servers as new and prepared; false after fail(): the run ends.
     */
    bool (*begin)(struct trial *trial);
};

/* Makes the selected checks with `trial`, whose base, backends and settings are set. Returns the
 * exit code of the program: 0, 1 when a check failed that gates or the time was up, 3 when the
 * subject could not be used at all, 5 when nothing is selected, 77 when everything was skipped, 130
 * after a signal. */
int check_run(struct trial *trial, const struct check_run *run);
