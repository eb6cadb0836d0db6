/* SPDX-License-Identifier: MIT */
/* race.h - `mctap race`: many sessions at once against a target, judged by their history.
 *
 *   rounds of operations on fresh keys (driver) ─▶ history ─▶ search ─▶ right: the next round
 *                                                               └─▶ wrong: shrink, name, draw, save
 *
 * One round is kept at a time, so that memory does not grow with the number of operations: 13 MB
 * for the whole program, 30 MB when a search gives up. */
#pragma once

#include "race/workload.h"

#include <stdio.h>

struct settings;

struct race_wishes {
    unsigned clients, keys;
    uint64_t operations;
    struct workload_mix mix;
    uint64_t seed;
    const char *program; /* as it was called, for lines to repeat */
    const char *save;    /* the file for the scenario that shows the mistake; NULL: none */
};

enum { RACE_CLIENTS_MAX = 100, RACE_KEYS_MAX = 1000, RACE_ROUND_OPERATIONS = 4000 };

/* Races against settings->targets, one after the other, or against the server that
 * settings->spawn starts. The report goes to `out`, messages to `err`; *saved tells whether a
 * scenario was. Returns enum exit_code. */
int race_run(const struct settings *settings, const struct race_wishes *wishes, FILE *out,
             FILE *err, bool *saved);
