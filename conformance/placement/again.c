/* SPDX-License-Identifier: MIT */
/* again.c - what clients do when the member for a key is down. */
#include "placement/placing.h"

#include "must.h"

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

/* The hash of the key with the number of the try before or behind it. */
static uint64_t hash_with(const struct placing *placing, const struct placed_key *key,
                          const char *before, const char *behind) {
    size_t length = strlen(before) + key->length + strlen(behind);
    char *text = must(malloc(length + 1), "a hash");
    memcpy(text, before, strlen(before));
    if (key->length > 0)
        memcpy(text + strlen(before), key->bytes, key->length);
    memcpy(text + strlen(before) + key->length, behind, strlen(behind) + 1);
    uint64_t hash = placing->recipe->hash(text, length);
    free(text);
    return hash;
}

/* Cache::Memcached adds it to the hash, counting from 1. */
void again_perl(const struct placing *placing, struct placed_key *key, unsigned tried) {
    char digits[16];
    snprintf(digits, sizeof digits, "%u", tried + 1);
    key->hash += hash_with(placing, key, digits, "");
}

/* Dalli takes it instead of the hash, counting from 0. */
void again_dalli(const struct placing *placing, struct placed_key *key, unsigned tried) {
    char digits[16];
    snprintf(digits, sizeof digits, "%u", tried);
    key->hash = hash_with(placing, key, digits, "");
}

/* PHP's memcache writes the number behind the key, counting from 0: "key-0". */
void again_php(const struct placing *placing, struct placed_key *key, unsigned tried) {
    char digits[16];
    snprintf(digits, sizeof digits, "-%u", tried);
    key->hash = hash_with(placing, key, "", digits);
}
