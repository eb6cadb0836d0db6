/* SPDX-License-Identifier: MIT */
/* members.h - members written as text: a:1,b:2,127.0.0.1:11212:1 */
#pragma once

#include "placement/placement.h"

struct arena;

/* Reads a list of members with commas between. One is NAME, NAME:WEIGHT or NAME=WEIGHT; NAME is
 * host, host:port, [ipv6], [ipv6]:port or the /path of a Unix socket. With one colon alone a
 * number up to PLACEMENT_WEIGHT_MAX is the weight and a greater one the port; `=` is always
 * followed by the weight. Without a weight it is 1.
 * NULL and *problem (from the arena) if it cannot be read: what was expected and what came. */
struct placement_member *members_parse(struct arena *arena, const char *text, size_t *count,
                                       const char **problem);

/* Is the name well-formed? If not *problem says why. */
bool members_name_is_fine(struct arena *arena, const char *name, const char **problem);
