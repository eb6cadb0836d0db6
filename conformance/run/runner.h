/* SPDX-License-Identifier: MIT */
/* runner.h - the run: servers, probes, all plays on one event loop, verdicts in plan order. */
#pragma once

#include "language/catalog.h"
#include "settings.h"

#include <stdio.h>

/* Exit codes of mctap; documented in README.md and --help. */
enum exit_code {
    EXIT_AS_EXPECTED = 0,
    EXIT_FAILURES = 1,    /* a scenario failed that gates, or --run-timeout ended the run */
    EXIT_BAD_USAGE = 2,   /* options, addresses, scenario files */
    EXIT_TARGET_LOST = 3, /* unreachable, or it died */
    EXIT_NOTHING_SELECTED = 5,
    EXIT_ALL_SKIPPED = 77,
    EXIT_INTERRUPTED = 130, /* SIGINT or SIGTERM */
};

/* Plays what the settings select. The report goes to `out`, messages and progress to `err`. A run
 * that cannot begin (mistakes in the files, nothing selected, no target) is reported as well. */
enum exit_code runner_run(const struct settings *settings, const struct catalog *catalog, FILE *out,
                          FILE *err);
