/* SPDX-License-Identifier: MIT */
/* placement.h - which member of a cluster a client puts a key on.
 *
 * A placement is what clients do, not what servers do: memcached members know nothing of each
 * other. A row of placement.c's table is one client family. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One member as a client sees it. `down` members are gone round as that client would. */
struct placement_member {
    unsigned weight;
    bool down;
};

struct placement {
    const char *name; /* as scenarios write it: python-memcached */
    /* Index of the member for the key of `length` bytes; -1 when the client gives up (every try
     * hit a member that is down, or all weights are 0). */
    int (*pick)(const char *key, size_t length, const struct placement_member *members,
                size_t count);
};

/* The placement called `name`, or NULL. */
const struct placement *placement_find(const char *name);

/* Names of all placements; *count receives how many. Static storage. */
const char *const *placement_names(size_t *count);
