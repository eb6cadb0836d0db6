/* SPDX-License-Identifier: MIT */
/* capabilities.h - what a target may lack as a whole: the rows of language/capabilities.def. */
#pragma once

#include "play/target.h"

/* Stands in front of the request of a core command: something for it to work on, gone within a
 * second. */
#define CAPABILITY_STORE_FIRST "set {key:core} 0 1 1\r\n1\r\n"

struct capability_row {
    const char *name;    /* as scenarios and profiles name it */
    const char *request; /* by which a target is asked for it */
    const char *since;   /* the version of memcached that brought it */
    const char *meaning; /* what a target without it does not offer */
    const char *words;   /* of a core command (a CORE row), with spaces between; else NULL */
    bool safe;           /* may be asked of a server that mctap did not start */
};

/* Static storage. */
const struct capability_row *capability_row(enum capability capability);

/* The capability called `name`, or CAPABILITY_COUNT. */
enum capability capability_find(const char *name);
