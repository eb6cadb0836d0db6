/* SPDX-License-Identifier: MIT */
/* problems.h - what is wrong with the files, collected: one run of `mctap lint` shows them all.
 *
 * A problem is one line, "FILE:LINE:COLUMN: what is wrong, what was expected, what to do", of at
 * most some 2000 bytes, and behind it the JSON path of the place, if it has one. That `count` has
 * grown tells a loader that what it has loaded is of no use. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Where something is written. Lines and columns count from 1, columns in characters. `source` is
 * the first byte of the value or key inside the bytes of the file. */
struct place {
    int line, column;
    const char *source;
};

enum { PROBLEMS_TOLD_MAX = 1000 }; /* nobody reads more */

struct problems {
    struct arena *arena;  /* owns the messages */
    const char *file;     /* the file that is being read; every message begins with it */
    const char *document; /* its bytes, NUL behind, when it is JSON that was read; or NULL */
    size_t document_length;
    const char **list;
    size_t count;
};

/* Whether more are of no use, so that loaders may leave the rest unread. */
bool problems_enough(const struct problems *problems);

/* Adds "FILE:LINE:COLUMN: message ($.scenarios[3].why)"; the message as printf. */
void problem_add(struct problems *problems, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds "FILE: message", for what is wrong with a file as a whole. */
void problem_add_file(struct problems *problems, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
