/* SPDX-License-Identifier: MIT */
/* options.h - the command line of mctap: which command, and what it is asked for. */
#pragma once

#include "settings.h"

#include <stdio.h>

struct arena;

/* The rows of commands.def, in their order. */
enum options_command {
#define COMMAND(name, letter, usage, rest, help) OPTIONS_COMMAND_##name,
#include "commands/commands.def"
#undef COMMAND
    OPTIONS_COMMAND_COUNT
};

/* What the program has to do. */
enum options_what {
    OPTIONS_COMMAND, /* call the command */
    OPTIONS_HELP,    /* --help: of the command, or of all */
    OPTIONS_VERSION,
    OPTIONS_WRONG, /* `problem` says what is wrong and what was expected */
};

/* Of `mctap proxy`, as given; NULL: not given. Its --target is that of record. */
struct options_proxy {
    const char *config, *ports;
};

/* Of `mctap record`, as given; NULL: not given. */
struct options_record {
    const char *listen, *target, *file, *name;
    unsigned idle_s; /* 0: not given */
};

/* Of `mctap client`. */
struct options_client {
    const char *expect; /* --expect as given; NULL: not given */
    unsigned rejoin_s;
    bool timeout_given;
};

/* Of `mctap place`, as given; NULL: not given. */
struct options_place {
    const char *algorithm, *down; /* the servers are settings.servers */
};

/* Of `mctap race`, as given; 0 and NULL: not given. */
struct options_race {
    unsigned clients, keys, operations;
    const char *mix, *save;
};

struct options {
    struct arena *arena;
    enum options_what what;
    enum options_command command; /* OPTIONS_COMMAND_COUNT: none was named */
    const char *problem;
    bool list_rules;  /* list --rules */
    const char *bugs; /* rules --bugs; NULL: docs/bugs.tsv beside the scenarios, if it is there */
    struct options_place place;
    struct options_race race;
    struct options_client client;
    struct options_record record;
    struct options_proxy proxy;
    struct settings settings;
};

/* Reads the arguments, once in a program. What is not given has its default, except settings.root
 * and settings.spawn, which stay NULL. Strings are borrowed from argv or come from `arena`. */
struct options options_read(struct arena *arena, int argc, char **argv);

/* The command by its word, or OPTIONS_COMMAND_COUNT after options_wrong(). */
enum options_command options_find_command(struct options *options, const char *word);

/* Help for options->command, or for the whole program if that names none. */
void options_help(FILE *out, const struct options *options);
