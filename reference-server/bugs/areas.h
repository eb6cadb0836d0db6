/* SPDX-License-Identifier: MIT */
/* areas.h - the bugs of each area, as bugs.def names them. */
#pragma once

#include "bugs/bug.h"

struct bug_area {
    const char *name;
    const struct bug *bugs;
    size_t count;
};

#define AREA(name) extern const struct bug_area bugs_of_##name;
#include "bugs/bugs.def"
#undef AREA
