/* SPDX-License-Identifier: MIT */
/* options.h - the command line of mctap. Called by main.c alone. */
#pragma once

#include "settings.h"

#include <stdio.h>

#define MCTAP_VERSION "0.1.0"

struct arena;

enum options_command {
    OPTIONS_RUN,
    OPTIONS_LIST,
    OPTIONS_SHOW,
    OPTIONS_LINT,
    OPTIONS_HELP,
    OPTIONS_VERSION,
    OPTIONS_WRONG, /* `problem` says what is wrong and what was expected */
};

struct options {
    struct arena *arena;
    enum options_command command;
    const char *word; /* the command as it was typed */
    const char *problem;
    bool list_rules; /* list --rules */
    struct settings settings;
};

/* Reads the arguments, once in a program. What is not given has its default, except settings.root
 * and settings.spawn, which stay NULL. Strings are borrowed from argv or come from `arena`. */
struct options options_read(struct arena *arena, int argc, char **argv);

void options_help(FILE *out);
