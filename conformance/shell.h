/* SPDX-License-Identifier: MIT */
/* shell.h - words that a person can paste into a shell: the lines that repeat a failure. */
#pragma once

struct arena;

/* The word as the shell reads it back: as it is when it holds nothing special, else in single
 * quotes, with '\'' for a quote inside. */
const char *shell_quote(struct arena *arena, const char *word);
