/* SPDX-License-Identifier: MIT */
/* newer.c - a server that says it is newer than it is. */
#include "bugs/area.h"
#include "bugs/tools.h"

static void says_newer(struct bugs *bugs) {
    bugs->options.version_text = "1.6.45";
}

/* As memcached before 1.6.22 did now and then. */
static enum store_result large_numbers_refused(struct store *store, struct slice key,
                                               struct store_delta *delta) {
    struct item *item = item_at(store, key, delta->now_s);
    if (item != NULL &&
        word_number((struct slice){item_value(item), item->value_bytes}) > INT64_MAX)
        return STORE_NON_NUMERIC;
    return store_real_ops.arithmetic(store, key, delta);
}

static const struct bug rows[] = {
#include "bugs/newer.def"
};

AREA_OF(newer)
