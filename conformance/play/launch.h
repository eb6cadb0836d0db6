/* SPDX-License-Identifier: MIT */
/* launch.h - a command line becomes a process. spawn.c decides when, and watches it. */
#pragma once

#include <sys/types.h>

struct arena;

/* Runs a command of /bin/sh in a process group of its own, with /dev/null as input and the
 * descriptor `log` for what it says; it ends with this program. Where the command is one program,
 * that is the process. Returns its pid, or -1. The arena is for what is made on the way. */
pid_t launch(struct arena *arena, const char *command, int log);
