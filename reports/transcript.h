/* SPDX-License-Identifier: MIT */
/* transcript.h - what travelled, in order: when, on which session, in which direction. Plain
 * printable lines, for any writer that shows a failure. */
#pragma once

#include "verdict.h"

#include <stdio.h>

/* Prints one line an event, each after `indent`. A long transcript keeps its beginning and its
 * end and says how many lines are left out between. */
void transcript_print(FILE *out, const char *indent, const struct verdict *verdict);
