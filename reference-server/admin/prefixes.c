/* SPDX-License-Identifier: MIT */
/* prefixes.c - counts by the first part of the key; see admin/prefixes.h.
 *
 * A small hash table that only grows. Called by the commands that count, while `stats detail` is
 * on, and by admin/stats_detail.c. */
#define XXH_INLINE_ALL
#include "admin/prefixes.h"

#include <stdlib.h>
#include <xxhash.h>

void prefixes_init(struct prefixes *prefixes, char delimiter, bool enabled) {
    *prefixes = (struct prefixes){.enabled = enabled, .delimiter = delimiter};
}

void prefixes_free(struct prefixes *prefixes) {
    for (unsigned i = 0; prefixes->buckets != NULL && i < PREFIXES_BUCKETS; i++)
        while (prefixes->buckets[i] != NULL) {
            struct prefix *next = prefixes->buckets[i]->next;
            free(prefixes->buckets[i]);
            prefixes->buckets[i] = next;
        }
    free((void *)prefixes->buckets);
    prefixes->buckets = NULL;
    prefixes->count = 0;
}

/* The counts of a prefix, made if there are none yet; NULL if there are too many or memory is
 * refused. */
static struct prefix *prefixes_find(struct prefixes *prefixes, struct slice text) {
    if (prefixes->buckets == NULL) {
        prefixes->buckets = calloc(PREFIXES_BUCKETS, sizeof(struct prefix *));
        if (prefixes->buckets == NULL)
            return NULL;
    }
    struct prefix **bucket =
        &prefixes->buckets[XXH3_64bits(text.bytes, text.length) % PREFIXES_BUCKETS];
    for (struct prefix *prefix = *bucket; prefix != NULL; prefix = prefix->next)
        if (prefix->length == text.length && memcmp(prefix->text, text.bytes, text.length) == 0)
            return prefix;
    if (prefixes->count == PREFIXES_MAX)
        return NULL;
    struct prefix *made = calloc(1, sizeof(*made) + text.length);
    if (made == NULL)
        return NULL;
    memcpy(made->text, text.bytes, text.length);
    made->length = (uint8_t)text.length;
    made->next = *bucket;
    *bucket = made;
    prefixes->count++;
    return made;
}

void prefixes_count(struct prefixes *prefixes, struct slice key, enum prefix_event event) {
    const char *end = memchr(key.bytes, prefixes->delimiter, key.length);
    if (end == NULL)
        return;
    struct prefix *prefix =
        prefixes_find(prefixes, (struct slice){key.bytes, (size_t)(end - key.bytes)});
    if (prefix != NULL)
        prefix->counts[event]++;
}
