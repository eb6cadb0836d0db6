/* SPDX-License-Identifier: MIT */
/* checks.h - the checks of a client. A row of checks.def and a function of that name make one. */
#pragma once

#include "client/trial.h"

struct check {
    const char *id; /* client.cas.sent */
    void (*make)(struct trial *trial);
    enum verdict_level level;
    const char *sentence;
    const char *argument; /* trial->argument, where rows share a function; or NULL */
};

/* All of them in the order of the table. Static storage. */
const struct check *checks_all(size_t *count);

#define CHECK(id, function, level, sentence) void function(struct trial *trial);
#include "client/checks.def"
#undef CHECK
