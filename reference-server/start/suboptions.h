/* SPDX-License-Identifier: MIT */
/* suboptions.h - the list of -o, taken apart; the rows are in start/suboptions.def.
 *
 * option_extended(), the reader of -o, is declared by start/option_readers.h like every other. */
#pragma once

#include <stdio.h>

#include "start/option_readers.h"

#define SUBOPTION(word, argument, reader, help) bool reader(struct option_reading *reading);
#include "start/suboptions.def"
#undef SUBOPTION

/* Prints the words of -o for --help. */
void suboptions_print_help(FILE *out);
