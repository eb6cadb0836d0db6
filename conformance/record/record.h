/* SPDX-License-Identifier: MIT */
/* record.h - `mctap record`: a relay, until clients are done, and then a scenario. */
#pragma once

#include "play/address.h"

#include <stdio.h>

struct arena;

struct record_wishes {
    const struct address *listen, *target;
    const char *const *command; /* a client to run, ends with NULL; or NULL */
    const char *file;           /* NULL: to `out` */
    const char *name;           /* the claim of the scenario; NULL: made up */
    unsigned gone_ms;           /* without a command: over when no client is left for so long */
    unsigned idle_s;            /* over when nothing travels for so long, though clients are left */
    FILE *out, *err;
};

enum record_end {
    RECORD_WRITTEN,
    RECORD_NOTHING,     /* nothing came that could be written; no file is written */
    RECORD_TARGET_LOST, /* the target takes no connection, or no port could be had */
    RECORD_NO_CLIENT,   /* the command could not be run */
    RECORD_BAD_FILE,    /* the file could not be written */
    RECORD_STALLED, /* nothing travelled for idle_s; what was recorded is written all the same */
    RECORD_CLIENT_FAILED, /* the command ended badly; what was recorded is written all the same */
};

/* Records until SIGINT, SIGTERM, the end of the command, the last client, or idleness. Says on
 * `err` where it listens and what became of it. */
enum record_end record_run(struct arena *arena, const struct record_wishes *wishes);
