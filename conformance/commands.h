/* SPDX-License-Identifier: MIT */
/* commands.h - the subcommands that play nothing: list, lint and show.
 *
 * Each writes what was asked for to `out` and problems of the files to `err`, and returns the exit
 * code of the program: 0 fine, 2 the files have mistakes (what could be read is written all the
 * same). */
#pragma once

#include "language/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A line for each selected scenario: id and name. */
int command_list(const struct catalog *catalog, const struct scenario *const *selected,
                 size_t count, FILE *out, FILE *err);

/* A line for each rule that a selected scenario names: id, level, number of those scenarios,
 * sentence. When all are selected, also the rules that none names. */
int command_list_rules(const struct catalog *catalog, const struct scenario *const *selected,
                       size_t count, FILE *out, FILE *err);

/* The problems of the files, or one line that says that there are none. When the `whole` folder
 * was read, a rule that no scenario names is a problem too. */
int command_lint(const struct catalog *catalog, bool whole, FILE *out, FILE *err);

/* The selected scenarios for a reader: claim, reason, rules, and each step with its bytes. */
int command_show(const struct catalog *catalog, const struct scenario *const *selected,
                 size_t count, FILE *out, FILE *err);

/* Writes the problems of the files; returns 2 if there are any, else 0. */
int command_status(const struct catalog *catalog, FILE *err);
