/* SPDX-License-Identifier: MIT */
/* options.h - the command line as a struct; the rows are in options.def.
 *
 * Parsing has no effect outside the struct: it prints nothing and exits nowhere. main.c prints
 * the error or the help and chooses the exit code. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { OPTIONS_ERROR_BYTES = 400, OPTIONS_LISTEN_BYTES = 1024 };

struct options {
    unsigned port;                          /* 0: a free one */
    unsigned udp_port;                      /* always 0 */
    const char *unix_path;                  /* NULL: TCP; borrowed from argv */
    unsigned unix_mask;                     /* permissions of the Unix socket */
    char listen_text[OPTIONS_LISTEN_BYTES]; /* all -l with commas between; "" means everywhere */
    bool daemon;
    const char *user; /* NULL: stay; borrowed from argv */
    size_t memory_bytes;
    bool evict;
    unsigned connections_max;
    const char *pid_path; /* NULL: none; borrowed from argv */
    unsigned verbosity;
    size_t item_bytes;
    bool cas_enabled;
    bool flush_enabled;
    unsigned threads;
    int backlog;
    bool help_wanted;
    bool version_wanted;
};

/* Reads the command line. False if it is not understood; then `error` holds one line without a
 * line end that names the option, what was expected and what came. */
bool options_parse(struct options *options, int argc, char **argv, char error[OPTIONS_ERROR_BYTES]);

/* Prints the options and the exit codes. */
void options_print_help(FILE *out);
