/* SPDX-License-Identifier: MIT */
/* tolerance.c - exceptions of memcached's own. See tolerance.h. */
#include "history/tolerance.h"

static bool counts_beside(const struct history_op *gets, const struct history_op *op) {
    return op->key == gets->key && !op->maybe &&
           (history_kind_groups(op->kind) & HISTORY_COUNTS) != 0 && op->call < gets->back &&
           op->back > gets->call;
}

size_t tolerate_incr_unique(struct history *history) {
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        struct history_op *gets = &history->ops[i];
        if (gets->kind != HISTORY_GETS || gets->reply != HISTORY_VALUE)
            continue;
        for (size_t k = 0; k < history->count && !gets->any_unique; k++)
            gets->any_unique = counts_beside(gets, &history->ops[k]);
        count += gets->any_unique;
    }
    return count;
}
