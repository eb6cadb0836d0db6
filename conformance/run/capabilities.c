/* SPDX-License-Identifier: MIT */
/* capabilities.c - the table. See capabilities.h; probe.c asks targets for each row. */
#include "run/capabilities.h"

#include <string.h>

static const struct capability_row rows[CAPABILITY_COUNT] = {
#define CAPABILITY(name, request, since, meaning)                                                  \
    [CAPABILITY_##name] = {#name, request, since, meaning, NULL, true},
#define CORE(name, words, request, safe, meaning)                                                  \
    [CAPABILITY_##name] = {#name, CAPABILITY_STORE_FIRST request, "1.2.6", meaning, words, safe},
#include "language/capabilities.def"
#undef CAPABILITY
#undef CORE
};

const struct capability_row *capability_row(enum capability capability) {
    return &rows[capability];
}

enum capability capability_find(const char *name) {
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return (enum capability)i;
    return CAPABILITY_COUNT;
}
