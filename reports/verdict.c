/* SPDX-License-Identifier: MIT */
/* verdict.c - the words for the enums of verdict.h, spelled as the rules and reports spell them. */
#include "verdict.h"

#include <assert.h>

const char *verdict_level_name(enum verdict_level level) {
    static const char *const names[] = {
        [VERDICT_MUST] = "must", [VERDICT_OBSERVED] = "observed", [VERDICT_OPTIONAL] = "optional"};
    assert((size_t)level < sizeof names / sizeof *names);
    return names[level];
}
