/* SPDX-License-Identifier: MIT */
/* area.h - the last line of an area's .c file: AREA_OF(name) makes the table of its rows, which it
 * has put into `rows` by including its .def file. */
#pragma once

#include "bugs/areas.h"
#include "bugs/bugs.h"

#define AREA_OF(area)                                                                              \
    const struct bug_area bugs_of_##area = {                                                       \
        .name = #area, .bugs = rows, .count = sizeof(rows) / sizeof(rows[0])};
