/* SPDX-License-Identifier: MIT */
/* placing.h - what the functions named in placements.def work on. Private to this room. */
#pragma once

#include "placement/placement.h"

#include <stdint.h>

/* A place in a list, or a point on a ring: whose it is. */
struct point {
    uint32_t value; /* of a list: not used */
    uint32_t member;
};

struct placing {
    const struct placement *placement;
    const struct recipe *recipe;
    const struct placement_member *members;
    size_t member_count;
    struct arena *arena;
    struct point *points;
    size_t point_count;
    uint64_t weight_sum;
};

/* A key under way to its member. */
struct placed_key {
    const char *bytes;
    size_t length;
    uint64_t hash;
};

typedef void places_function(struct placing *placing);
typedef uint64_t hash_function(const char *bytes, size_t length);
typedef int find_function(const struct placing *placing, const struct placed_key *key);
typedef void again_function(const struct placing *placing, struct placed_key *key, unsigned tried);

/* A row of placements.def as functions. */
struct recipe {
    places_function *build;
    hash_function *hash;
    find_function *find;
    again_function *again;
    unsigned tries;
};

/* ---- for builders ---- */

void placing_add(struct placing *placing, uint32_t value, size_t member);
void placing_sort(struct placing *placing); /* by value; equal ones by member */

/* A member's name in its parts: the host is the first bytes of `host`, an IPv6 address
 * without brackets; the port is "11211" if none was written and "" for the path of a Unix socket.
 */
struct host_and_port {
    const char *host, *port;
    int host_length;
};

/* The name under which ketama's rings know a member: "host", or "host:port" if the port is not
 * 11211. In the arena. */
const char *placing_ring_name(const struct placing *placing, size_t member);

struct host_and_port placing_name(const struct placing *placing, size_t member);

/* ---- the functions of placements.def ---- */

places_function places_equal, places_weighted, places_sorted, places_intervals, places_php;
places_function ring_ketama, ring_libmemcached, ring_fast, ring_dalli;
find_function find_place, find_interval, find_successor, find_predecessor, find_rendezvous,
    find_jump;
again_function again_never, again_python, again_perl, again_php, again_dalli;
