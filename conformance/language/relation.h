/* SPDX-License-Identifier: MIT */
/* relation.h - the notation of checks: "A.cas == B.cas", "stock-1 < 10". */
#pragma once

#include "language/json.h"
#include "language/scenario.h"

#include <stdbool.h>

/* Reads the string `value`; false after telling what is wrong. */
bool relation_parse(struct problems *problems, const struct json *value, struct relation *relation);
