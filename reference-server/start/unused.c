/* SPDX-License-Identifier: MIT */
/* unused.c - values of options that mean nothing here; see start/unused.h. */
#include "start/unused.h"

#include <limits.h>
#include <string.h>

#include "bytes/number.h"
#include "start/suboptions.h"

enum {
    UNUSED_PAGE_BYTES = 1024 * 1024, /* of a slab */
    UNUSED_SIZE_STEP_BYTES = 8,      /* a class is larger by more than this than the one before */
    UNUSED_SIZES_MAX = 62,
    UNUSED_SECONDS_MAX = INT_MAX
};

/* ---- one reader an option ---- */

static bool unused_number(struct option_reading *reading, unsigned lowest, unsigned highest) {
    unsigned number;
    return option_read_unsigned(reading, lowest, highest, &number) &&
           option_without_effect(reading);
}

bool suboption_unused_size(struct option_reading *reading) {
    return unused_number(reading, 0, UINT_MAX);
}

bool suboption_hash_algorithm(struct option_reading *reading) {
    const char *name = reading->argument;
    if (strcmp(name, "jenkins") != 0 && strcmp(name, "murmur3") != 0 && strcmp(name, "xxh3") != 0)
        return option_bad(reading, "expected jenkins, murmur3 or xxh3, got '%s'", name);
    return option_without_effect(reading);
}

bool suboption_tail_repair_time(struct option_reading *reading) {
    return unused_number(reading, 10, UNUSED_SECONDS_MAX);
}

bool suboption_temporary_ttl(struct option_reading *reading) {
    reading->options->unused.temporary_ttl_given = true;
    return unused_number(reading, 0, UINT_MAX);
}

/* memcached does not look at the value, and tells of read_buf_mem_limit. */
bool suboption_resp_obj_mem_limit(struct option_reading *reading) {
    return option_without_effect(reading);
}

bool suboption_slab_automove_window(struct option_reading *reading) {
    return unused_number(reading, 3, UNUSED_SECONDS_MAX);
}

bool suboption_slab_automove_freeratio(struct option_reading *reading) {
    double ratio;
    return option_read_decimal(reading, "a number such as 0.01", &ratio) &&
           option_without_effect(reading);
}

bool option_slab_factor(struct option_reading *reading) {
    static const char expected[] = "a number above 1, such as 1.25";
    double factor;
    if (!option_read_decimal(reading, expected, &factor))
        return false;
    if (factor <= 1)
        return option_bad(reading, "expected %s, got '%s'", expected, reading->argument);
    return option_without_effect(reading);
}

/* ---- shown by `stats settings` ---- */

static bool unused_percent(struct option_reading *reading, uint32_t *percent) {
    return option_read_unsigned(reading, 1, TUNING_LRU_PERCENT_MAX - 1, percent) &&
           option_without_effect(reading);
}

bool suboption_hot_lru_pct(struct option_reading *reading) {
    return unused_percent(reading, &reading->options->tuning.hot_lru_pct);
}

bool suboption_warm_lru_pct(struct option_reading *reading) {
    return unused_percent(reading, &reading->options->tuning.warm_lru_pct);
}

static bool unused_age_factor(struct option_reading *reading, double *factor) {
    if (!option_read_decimal(reading, "a number above 0", factor))
        return false;
    if (*factor <= 0)
        return option_bad(reading, "expected a number above 0, got '%s'", reading->argument);
    return option_without_effect(reading);
}

bool suboption_hot_max_factor(struct option_reading *reading) {
    return unused_age_factor(reading, &reading->options->tuning.hot_max_factor);
}

bool suboption_warm_max_factor(struct option_reading *reading) {
    return unused_age_factor(reading, &reading->options->tuning.warm_max_factor);
}

bool suboption_slab_automove(struct option_reading *reading) {
    uint32_t *level = &reading->options->tuning.slab_automove;
    *level = 1;
    return (reading->argument == NULL ||
            option_read_unsigned(reading, 0, TUNING_AUTOMOVE_MAX, level)) &&
           option_without_effect(reading);
}

bool suboption_slab_automove_ratio(struct option_reading *reading) {
    static const char expected[] = "a number above 0 and up to 1";
    double *ratio = &reading->options->tuning.slab_automove_ratio;
    if (!option_read_decimal(reading, expected, ratio))
        return false;
    if (*ratio <= 0 || *ratio > 1)
        return option_bad(reading, "expected %s, got '%s'", expected, reading->argument);
    return option_without_effect(reading);
}

/* ---- must fit each other ---- */

bool suboption_lru_maintainer(struct option_reading *reading) {
    reading->options->unused.lru_maintainer = true;
    return option_without_effect(reading);
}

bool suboption_no_lru_maintainer(struct option_reading *reading) {
    reading->options->unused.lru_maintainer = false;
    return option_without_effect(reading);
}

bool option_slab_min_size(struct option_reading *reading) {
    return option_read_unsigned(reading, 1, INT_MAX, &reading->options->unused.slab_min_bytes) &&
           option_without_effect(reading);
}

bool option_napi_ids(struct option_reading *reading) {
    return option_read_unsigned(reading, 1, INT_MAX, &reading->options->unused.napi_ids) &&
           option_without_effect(reading);
}

/* In bytes, though memcached's --help says kilobytes. */
bool suboption_slab_chunk_max(struct option_reading *reading) {
    struct unused_options *unused = &reading->options->unused;
    if (!option_read_unsigned(reading, 1, UNUSED_PAGE_BYTES, &unused->slab_chunk_bytes))
        return false;
    if (UNUSED_PAGE_BYTES % unused->slab_chunk_bytes != 0)
        return option_bad(reading, "expected a power of two, got '%s'", reading->argument);
    unused->slab_chunk_given = true;
    return option_without_effect(reading);
}

bool suboption_no_modern(struct option_reading *reading) {
    if (!reading->options->unused.slab_chunk_given)
        reading->options->unused.slab_chunk_bytes = UNUSED_PAGE_BYTES;
    return suboption_no_maxconns_fast(reading);
}

bool suboption_no_chunked_items(struct option_reading *reading) {
    reading->options->unused.slab_chunk_bytes = UNUSED_PAGE_BYTES;
    return option_without_effect(reading);
}

bool suboption_hashpower(struct option_reading *reading) {
    return option_read_unsigned(reading, 12, 32, &reading->options->unused.hashpower) &&
           option_without_effect(reading);
}

static bool unused_sizes(struct option_reading *reading, bool of_logbuf) {
    struct unused_options *unused = &reading->options->unused;
    if (strlen(reading->argument) >= OPTIONS_TEXT_BYTES)
        return option_bad(reading, "expected less than %d characters", OPTIONS_TEXT_BYTES);
    snprintf(unused->slab_sizes, OPTIONS_TEXT_BYTES, "%s", reading->argument);
    unused->slab_sizes_of_logbuf = of_logbuf;
    return option_without_effect(reading);
}

bool suboption_slab_sizes(struct option_reading *reading) {
    return unused_sizes(reading, false);
}

/* memcached until 1.6.38 takes the value for slab_sizes too: a `break` is missing. */
bool suboption_worker_logbuf_size(struct option_reading *reading) {
    unsigned kilobytes;
    return option_read_unsigned(reading, 0, UINT_MAX, &kilobytes) && unused_sizes(reading, true);
}

/* What each worker thread locks has its own table, of 2^answer; the table of items is larger. */
static unsigned unused_lock_power(unsigned threads) {
    static const unsigned up_to[] = {2, 3, 4, 10, 20}; /* threads: 2^10 locks, 2^11 and so on */
    unsigned power = 10;
    for (size_t i = 0; i < sizeof(up_to) / sizeof(up_to[0]) && threads > up_to[i]; i++)
        power++;
    return power;
}

static bool unused_check_hashpower(const struct options *options, char *error) {
    unsigned lock_power = unused_lock_power(options->threads);
    unsigned hashpower = options->unused.hashpower;
    if (hashpower == 0 || hashpower > lock_power)
        return true;
    snprintf(error, OPTIONS_ERROR_BYTES,
             "option -o hashpower: expected more than %u with the %u threads of -t, as memcached "
             "does, got %u",
             lock_power, options->threads, hashpower);
    return false;
}

static void unused_tell_size(const struct unused_options *unused, const char *at, char *error) {
    if (unused->slab_sizes_of_logbuf)
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -o worker_logbuf_size: expected a number from %u to %u, as memcached "
                 "1.6.18 does, got %.100s",
                 unused->slab_min_bytes, unused->slab_chunk_bytes, at);
    else
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -o slab_sizes: expected at most %d sizes from %u to %u, each more than "
                 "%d above the one before, got '%.100s' in '%.100s'",
                 UNUSED_SIZES_MAX, unused->slab_min_bytes, unused->slab_chunk_bytes,
                 UNUSED_SIZE_STEP_BYTES, at, unused->slab_sizes);
}

static bool unused_check_sizes(const struct unused_options *unused, char *error) {
    char list[OPTIONS_TEXT_BYTES];
    char *rest = NULL;
    unsigned count = 0;
    uint64_t before = 0;
    snprintf(list, sizeof(list), "%s", unused->slab_sizes);
    for (char *at = strtok_r(list, "-", &rest); at != NULL; at = strtok_r(NULL, "-", &rest)) {
        uint64_t size = 0;
        if (!number_read_u64((struct slice){at, strlen(at)}, &size) ||
            size < unused->slab_min_bytes || size > unused->slab_chunk_bytes ||
            size <= before + UNUSED_SIZE_STEP_BYTES || ++count > UNUSED_SIZES_MAX) {
            unused_tell_size(unused, at, error);
            return false;
        }
        before = size;
    }
    return true;
}

bool unused_check(struct options *options, char *error) {
    struct unused_options *unused = &options->unused;
    const struct tuning *tuning = &options->tuning;
    if (options->item_bytes > UNUSED_PAGE_BYTES && !unused->slab_chunk_given)
        unused->slab_chunk_bytes = UNUSED_PAGE_BYTES / 2;
    if (unused->napi_ids > options->threads) {
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -N, --napi_ids: expected at most the %u threads of -t, got %u",
                 options->threads, unused->napi_ids);
    } else if (options->item_bytes % unused->slab_chunk_bytes != 0) {
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -I, --max-item-size: expected a multiple of the %u bytes of "
                 "-o slab_chunk_max, as memcached does, got %zu bytes",
                 unused->slab_chunk_bytes, options->item_bytes);
    } else if (tuning->hot_lru_pct + tuning->warm_lru_pct > TUNING_LRU_PERCENT_MAX) {
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -o hot_lru_pct: expected at most %d together with warm_lru_pct, got %u "
                 "and %u",
                 TUNING_LRU_PERCENT_MAX, tuning->hot_lru_pct, tuning->warm_lru_pct);
    } else if (unused->temporary_ttl_given && !unused->lru_maintainer) {
        snprintf(error, OPTIONS_ERROR_BYTES,
                 "option -o temporary_ttl: expected no no_lru_maintainer beside it, got it");
    } else {
        return unused_check_hashpower(options, error) && unused_check_sizes(unused, error);
    }
    return false;
}
