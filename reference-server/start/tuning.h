/* SPDX-License-Identifier: MIT */
/* tuning.h - what -o sets and administrators change while the server runs; `stats settings` shows
 * it.
 *
 * The crawler's fields are obeyed (server/crawler.c). The others belong to parts of memcached that
 * do not exist here, the pieces of a segmented LRU and the pages of slab classes: they are checked,
 * kept and shown, and nothing reads them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tuning {
    uint32_t crawler_sleep_us; /* between two steps of the crawler */
    uint32_t crawler_tocrawl;  /* items that `lru_crawler crawl` looks at; 0: all */
    uint32_t hot_lru_pct;
    uint32_t warm_lru_pct;
    double hot_max_factor;
    double warm_max_factor;
    uint32_t slab_automove;
    double slab_automove_ratio;
};

enum {
    TUNING_CRAWLER_SLEEP_US = 10000,
    TUNING_LRU_PERCENT_MAX = 80, /* of hot and warm together */
    TUNING_AUTOMOVE_MAX = 2
};

/* What holds until somebody says otherwise: memcached's values, but for the crawler's. */
#define TUNING_DEFAULTS                                                                            \
    {                                                                                              \
        .crawler_sleep_us = TUNING_CRAWLER_SLEEP_US, .hot_lru_pct = 20, .warm_lru_pct = 40,        \
        .hot_max_factor = 0.2, .warm_max_factor = 2.0, .slab_automove_ratio = 0.8                  \
    }
