/* SPDX-License-Identifier: MIT */
/* newer.c - a server that says it is newer than it is. */
#include "bugs/area.h"
#include "bugs/tools.h"

static void says_newer(struct bugs *bugs) {
    bugs->options.version_text = "1.6.45";
}

static const struct bug rows[] = {
#include "bugs/newer.def"
};

AREA_OF(newer)
