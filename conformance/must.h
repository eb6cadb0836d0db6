/* SPDX-License-Identifier: MIT */
/* must.h - what nobody can go on without: memory, an event, a file descriptor. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

/* Returns what was made. If that is NULL the system has refused it: says so, and what for ("a
 * session"), and aborts. */
static inline void *must(void *made, const char *what) {
    if (made)
        return made;
    fprintf(stderr, "mctap: cannot make %s: out of memory or descriptors\n", what);
    abort();
}
