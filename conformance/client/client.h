/* SPDX-License-Identifier: MIT */
/* client.h - `mctap client`: what is prepared before each check of a client. */
#pragma once

#include "client/check_run.h"

/* Runs the checks of checks.def against the client that the command of the settings drives.
 * `run` says how it is told; its checks, begin and prepare are filled in. Returns the exit code of
 * the program, see check_run. */
int client_run(const struct client_settings *settings, struct check_run *run);
