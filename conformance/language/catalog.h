/* SPDX-License-Identifier: MIT */
/* catalog.h - every scenario and rule that was read, and everything wrong with the files.
 *
 * A catalogue is filled once, from a folder or from single files, and is then read only. */
#pragma once

#include "language/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct arena;

struct catalog {
    struct arena *arena;
    const char *root; /* the scenarios folder as messages name it: rules come from root/rules */
    const struct rule *const *rules; /* sorted by id */
    size_t rule_count;
    const struct scenario *const *scenarios; /* in the order of ids' files, then as written */
    size_t scenario_count;
    const char *const *problems; /* "FILE:LINE:COLUMN: what is wrong, expected, what to do" */
    size_t problem_count;
};

/* Reads the rules folder (root/rules) and, when `files` is empty, every other *.json below root
 * (folders in name order); otherwise the given files, and those in given folders, alone (they may
 * lie outside root: their ids then begin with the file's base name). Never fails: what is wrong
 * with the files stands in problems, and scenarios that could not be read are left out. */
struct catalog *catalog_load(const char *root, const char *const *files, size_t file_count);
void catalog_free(struct catalog *catalog);
