/* SPDX-License-Identifier: MIT */
/* profile.h - profiles: what a server claims to be, as a small file of scenarios/profiles/.
 *
 *   { "about": "…", "as": "1.4.39", "lacks": ["meta"], "only": ["classic"], "exclude": [] }
 *
 * Which scenarios are played, as which version of memcached, and what counts as not offered
 * without a question. The language is in scenarios/README.md, section Profiles. */
#pragma once

#include <stdbool.h>

struct invocation;

/* Reads the profile that the settings name from below `root` into the settings. False after
 * telling what is wrong. */
bool profile_apply(struct invocation *invocation, const char *root);
