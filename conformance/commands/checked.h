/* SPDX-License-Identifier: MIT */
/* checked.h - what `mctap client` and `mctap proxy` read alike from the command line. */
#pragma once

#include "client/check_run.h"
#include "commands/commands.h"

/* Fills both structs; memory comes from the invocation's arena. NULL, or what is wrong in words. */
const char *checked_read(const struct invocation *invocation, struct client_settings *client,
                         struct check_run *run);
