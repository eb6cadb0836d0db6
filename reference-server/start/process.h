/* SPDX-License-Identifier: MIT */
/* process.h - what mcref does to its own process: daemon, user, open files, pid file.
 *
 * Called by main.c in this order, before the server is made. */
#pragma once

#include <stdbool.h>

enum { PROCESS_ERROR_BYTES = 400 };

/* Goes on in a child process, in a session of its own. The parent does not return from here: it
 * waits for process_ready in the child and exits with 0, or with the child's exit code if the
 * child ends before. Returns, in the child, the descriptor for process_ready; -1 if the system
 * refuses. */
int process_daemonize(void);

/* Lets the parent go and detaches from its terminal. */
void process_ready(int parent);

/* Becomes another user and drops root's groups. Does nothing unless started as root. */
bool process_become(const char *user, char error[PROCESS_ERROR_BYTES]);

/* Sees to it that `connections` can be open at the same time. */
bool process_allow_files(unsigned connections, char error[PROCESS_ERROR_BYTES]);

/* Writes the process id to a file, all at once: nobody ever reads half of it. */
bool process_write_pid(const char *path, char error[PROCESS_ERROR_BYTES]);
