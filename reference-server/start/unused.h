/* SPDX-License-Identifier: MIT */
/* unused.h - values of options that mean nothing here, and must be good all the same.
 *
 * Who tries a command line made for memcached on mcref learns of a mistake in it; mcref refuses
 * what memcached 1.6.18 refuses. The readers are declared from start/options.def and
 * start/suboptions.def. */
#pragma once

#include <stdbool.h>

struct options;

/* As in memcached; sizes in bytes. */
#define UNUSED_DEFAULTS                                                                            \
    { .slab_min_bytes = 48, .slab_chunk_bytes = 512 * 1024, .lru_maintainer = true }

/* Do the values fit each other? False with one line in `error`, as from options_parse. Settles
 * slab_chunk_bytes, which depends on -I where it is not given. */
bool unused_check(struct options *options, char *error);
