/* SPDX-License-Identifier: MIT */
/* process.h - a proxy that mctap starts itself. It runs in a process group of its own and is
 * stopped by pid. */
#pragma once

#include <stdbool.h>

struct arena;
struct process;

/* Starts the program; `argv` ends with NULL. */
struct process *process_start(const char *const *argv);

/* Asks it to end, and ends it when it does not. NULL is fine. */
void process_stop(struct process *process);

bool process_alive(struct process *process);

/* How it ended, and its last words; one line from the arena. */
const char *process_obituary(struct process *process, struct arena *arena);
