/* SPDX-License-Identifier: MIT */
/* prefixes.h - counts by the first part of the key, for `stats detail`.
 *
 * The prefix is what comes before the delimiter (-D, usually ':'); keys without one are not
 * counted. Clients choose the prefixes, so there are at most PREFIXES_MAX of them; what would
 * need one more is not counted. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bytes/slice.h"

enum { PREFIXES_MAX = 10000, PREFIXES_BUCKETS = 1024 };

enum prefix_event { PREFIX_GET, PREFIX_HIT, PREFIX_SET, PREFIX_DELETE, PREFIX_EVENTS };

struct prefix {
    struct prefix *next;
    uint64_t counts[PREFIX_EVENTS];
    uint8_t length;
    char text[];
};

struct prefixes {
    bool enabled; /* stats detail on, off */
    char delimiter;
    unsigned count;
    struct prefix **buckets; /* NULL until the first prefix */
};

/* Makes it empty. */
void prefixes_init(struct prefixes *prefixes, char delimiter, bool enabled);

/* Forgets all prefixes: stats reset, and the end. */
void prefixes_free(struct prefixes *prefixes);

/* Counts what happened to a key. */
void prefixes_count(struct prefixes *prefixes, struct slice key, enum prefix_event event);
