/* SPDX-License-Identifier: MIT */
/* again.c - what clients do when the member for a key is down. */
#include "placement/hash.h"
#include "placement/placing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* They go round nobody: the call fails until the member is back. `tries` is 1, so nobody comes
 * here. */
void again_never(const struct placing *placing, struct placed_key *key, unsigned tried) {
    (void)placing;
    (void)key;
    (void)tried;
    abort();
}

/* python-memcached hashes the decimal digits of the hash and of the try. The key takes no part:
 * all keys of one hash move together. */
void again_python(const struct placing *placing, struct placed_key *key, unsigned tried) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRIu64 "%u", key->hash, tried);
    key->hash = placing->recipe->hash(digits, (size_t)length);
}

/* The hash of the try's decimal digits and the key. */
static uint64_t hash_with_try(const struct placing *placing, const struct placed_key *key,
                              unsigned number) {
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%u", number);
    char *text = malloc((size_t)length + key->length);
    if (!text)
        abort();
    memcpy(text, digits, (size_t)length);
    if (key->length > 0)
        memcpy(text + length, key->bytes, key->length);
    uint64_t hash = placing->recipe->hash(text, (size_t)length + key->length);
    free(text);
    return hash;
}

/* Cache::Memcached adds it to the hash, counting from 1. */
void again_perl(const struct placing *placing, struct placed_key *key, unsigned tried) {
    key->hash += hash_with_try(placing, key, tried + 1);
}

/* Dalli takes it instead of the hash, counting from 0. */
void again_dalli(const struct placing *placing, struct placed_key *key, unsigned tried) {
    key->hash = hash_with_try(placing, key, tried);
}
