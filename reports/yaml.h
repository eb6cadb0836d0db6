/* SPDX-License-Identifier: MIT */
/* yaml.h - the part of YAML that every TAP consumer reads alike: a flat mapping whose values are
 * double-quoted scalars or literal blocks. No comments, no flow style, no empty lines, and of the
 * escapes only \\ and \" (prove's reader knows few others; \u000d is none of them). */
#pragma once

#include <stdio.h>

/* The indent of the mapping below a test point, and of the lines of a literal block in it. */
#define YAML_INDENT       "  "
#define YAML_BLOCK_INDENT "    "

/* Prints `key: "text"`; nothing when text is NULL. Any byte may stand in `text`. */
void yaml_scalar(FILE *out, const char *key, const char *text);

/* Prints `key: |`. The lines follow, at least one, each printable and behind YAML_BLOCK_INDENT. */
void yaml_block(FILE *out, const char *key);

/* Prints one line of a literal block from any text; an empty text prints nothing. */
void yaml_line(FILE *out, const char *text);
