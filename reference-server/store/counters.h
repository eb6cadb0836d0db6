/* SPDX-License-Identifier: MIT */
/* counters.h - everything the server counts; the rows are in admin/stats.def.
 *
 * One struct, owned by the server and lent to the store. Whoever sees something happen adds to
 * the field with memcached's name for it; admin/stats.c prints them. */
#pragma once

#include <stdint.h>

struct counters {
#define COUNTER(name) uint64_t name;
#define VALUE(...)
#define COUNTER_IF(shown, name) COUNTER(name)
#define VALUE_IF(...)
#include "admin/stats.def"
#undef COUNTER
#undef VALUE
#undef COUNTER_IF
#undef VALUE_IF
};
