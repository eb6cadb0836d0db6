/* SPDX-License-Identifier: MIT */
/* option_readers.h - one function for each option: checks the argument and puts it in place.
 *
 * Declared from start/options.def. A reader returns false after saying what is wrong with
 * option_bad(). */
#pragma once

#include <stdbool.h>

#include "start/options.h"

/* What a reader works on. */
struct option_reading {
    struct options *options;
    const char *name;     /* "-p, --port" for messages */
    const char *argument; /* NULL for a switch; borrowed from argv */
    char *error;          /* OPTIONS_ERROR_BYTES */
};

#define OPTION(letter, word, argument, reader, help) bool reader(struct option_reading *reading);
#include "start/options.def"
#undef OPTION

/* Reads a plain decimal number from `lowest` to `highest` into `field`. */
bool option_read_unsigned(struct option_reading *reading, unsigned lowest, unsigned highest,
                          unsigned *field);

/* Reads digits with or without a point; `expected` tells what they should be. */
bool option_read_decimal(struct option_reading *reading, const char *expected, double *number);

/* Prints a line of --help, or more if there are line ends in `help`. */
void option_print_row(FILE *out, const char *name, const char *argument, const char *help);

/* Writes "option <name>:  and the message to `error`. Returns false. */
__attribute__((format(printf, 2, 3))) bool option_bad(struct option_reading *reading,
                                                      const char *format, ...);
