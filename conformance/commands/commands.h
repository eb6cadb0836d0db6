/* SPDX-License-Identifier: MIT */
/* commands.h - the subcommands of mctap, and what they are called with.
 *
 * A row of commands.def and a function command_NAME, in a file of its own, are a command. It
 * returns the exit code of the program (enum exit_code in run/runner.h); main.c alone ends it. */
#pragma once

#include "commands/options.h"
#include "language/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct invocation {
    struct arena *arena;     /* for all that lives as long as the command */
    const char *program;     /* argv[0] */
    struct options *options; /* as read and found right */
    FILE *out, *err;         /* what was asked for; problems and progress */
};

typedef int command_function(struct invocation *invocation);

#define COMMAND(name, letter, usage, rest, help) command_function command_##name;
#include "commands/commands.def"
#undef COMMAND

/* ---- what commands share (invocation.c) ---- */

/* Writes "mctap: PROBLEM" to `err` and returns EXIT_BAD_USAGE. */
int invocation_wrong(const struct invocation *invocation, const char *problem);

/* The scenarios and rules that the options name, or those that come with mctap; mistakes in them
 * are in the catalog. NULL after invocation_wrong() if their folder is not found. The caller frees
 * it with catalog_free(). */
struct catalog *invocation_catalog(struct invocation *invocation);

/* If neither a target nor --spawn was given, makes mcref the server to start. False after
 * invocation_wrong() if mcref is not beside mctap. */
bool invocation_default_target(struct invocation *invocation);

/* The scenarios that the options select, *count of them; NULL after a message if they select
 * nothing and the files have no mistakes that could explain it. From the arena. */
const struct scenario **invocation_selected(struct invocation *invocation,
                                            const struct catalog *catalog, size_t *count);

/* Writes the problems of the files; returns 2 if there are any, else 0. */
int invocation_problems(const struct invocation *invocation, const struct catalog *catalog);

/* Tells `count` selected scenarios of the catalog on invocation->out. */
typedef void selected_teller(struct invocation *invocation, const struct catalog *catalog,
                             const struct scenario *const *selected, size_t count);

/* Has the selected scenarios told, then the problems of the files; returns the exit code. */
int invocation_with_selected(struct invocation *invocation, selected_teller *tell);
