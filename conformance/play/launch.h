/* SPDX-License-Identifier: MIT */
/* launch.h - a command becomes a process, in a process group of its own, which ends with this
 * program. When, and who watches it: spawn.c for servers, client/ and proxy/ for theirs. */
#pragma once

#include <sys/types.h>

struct arena;

/* Runs a command of /bin/sh, with /dev/null as input and the descriptor `log` for what it says.
 * Where the command is one program, that is the process. Returns its pid, or -1. The arena is for
 * what is made on the way. */
pid_t launch(struct arena *arena, const char *command, int log);

/* Runs a program with its arguments, up to a NULL, on these descriptors. One that cannot be run
 * says so on `errors` and ends with status 127. */
pid_t launch_program(const char *const *argv, int in, int out, int errors);
