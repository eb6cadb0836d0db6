/* SPDX-License-Identifier: MIT */
/* shrink.h - from a wrong history to the few operations that show the mistake. */
#pragma once

#include "history/search.h"

/* What is left of `whole`, whose operation verdict->op is wrong: a part with one key whose last
 * operation to return is the wrong one; *wrong receives its index. No operation can be taken away
 * without the part becoming right, wrong in another place, or a riddle (a value that nobody wrote,
 * a cas with a unique that nobody has seen). The caller frees the part. */
struct history *shrink_history(const struct history *whole, const struct search_verdict *verdict,
                               size_t *wrong);
