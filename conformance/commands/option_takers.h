/* SPDX-License-Identifier: MIT */
/* option_takers.h - the functions that the rows of options.def name, and what they are made of. */
#pragma once

#include "commands/options.h"

/* Takes one option's value (borrowed; NULL if it has none) into the options; false after
 * options_wrong(). */
typedef bool option_taker(struct options *options, const char *value);

#define HEADING(text)
#define OPTION(name, value, function, commands, help) option_taker function;
#include "commands/options.def"
#undef HEADING
#undef OPTION

/* Notes what is wrong with the command line; returns false. */
bool options_wrong(struct options *options, const char *problem);

/* What to say when no placement has this name. From the arena. */
const char *options_unknown_placement(struct arena *arena, const char *name);

/* Adds a value to a list. */
void options_append(struct options *options, const char ***list, size_t *count, const char *value);

/* Reads a decimal number from min to max, or says so. */
bool options_take_number(struct options *options, const char *name, const char *value, unsigned min,
                         unsigned max, unsigned *number);
