/* SPDX-License-Identifier: MIT */
/* difference.h - request, expected and received as a person compares them: one above the other,
 * in one notation, with a caret under the first wrong byte. Plain printable lines, for any writer
 * that shows a failure (a YAML block, the body of an XML element, a page). */
#pragma once

#include "verdict.h"

#include <stdio.h>

/* True when the verdict carries bytes to show; false after a failed connect, for example. */
bool difference_exists(const struct verdict *verdict);

/* Prints the lines, each after `indent` and none wider than 100 columns behind it. Long values
 * show the part around the difference; the lengths are then told on a line of their own. */
void difference_print(FILE *out, const char *indent, const struct verdict *verdict);
