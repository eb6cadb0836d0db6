/* SPDX-License-Identifier: MIT */
/* hints.h - known mistakes, recognised in the bytes. One row and one function a hint. */
#pragma once

#include "play/explain.h"
#include "reports/verdict.h"

/* A sentence that names the mistake, or NULL. Static storage. `verdict` holds request, expected
 * and received; a hint is given only when its mistake is certain from the bytes. */
const char *hint_find(const struct exchange *exchange, enum fault fault,
                      const struct verdict *verdict);
