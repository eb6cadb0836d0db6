/* SPDX-License-Identifier: MIT */
/* checks.c - the table of checks. See checks.h. */
#include "client/checks.h"

static const struct check checks[] = {
#define CHECK(id, function, level, sentence)                                                       \
    {"client." id, function, VERDICT_##level, sentence, NULL},
#include "client/checks.def"
#undef CHECK
};

const struct check *checks_all(size_t *count) {
    *count = sizeof checks / sizeof *checks;
    return checks;
}
