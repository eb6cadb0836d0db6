/* SPDX-License-Identifier: MIT */
/* placement.c - python-memcached's buckets.
 *
 * The client takes 15 bits out of the middle of the key's CRC-32 and counts them off over a list
 * in which every server stands `weight` times, in the order the user gave: weights 1:2:1 make the
 * buckets a b b c. Only order and weights count, never names or ports.
 * When a server is down the hash is hashed again, at most ten times: the decimal digits of the
 * hash and of the try. The key takes no part in it. */
#include "placement.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { FAILOVER_TRIES = 10 };

/* 1.59 and older turned a hash of 0 into 1; 1.60 and newer keep it. */
enum zero_hash { ZERO_HASH_KEPT, ZERO_HASH_BECOMES_ONE };

static uint32_t bucket_hash(const char *bytes, size_t length, enum zero_hash zero) {
    uLong crc = crc32(0, (const Bytef *)bytes, (uInt)length);
    uint32_t hash = (uint32_t)(crc >> 16) & 0x7fff;
    return hash == 0 && zero == ZERO_HASH_BECOMES_ONE ? 1 : hash;
}

static int bucket_member(uint32_t bucket, const struct placement_member *members, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (bucket < members[i].weight)
            return (int)i;
        bucket -= members[i].weight;
    }
    assert(false); /* a bucket lies inside the sum of the weights */
    return -1;
}

static int pick_bucket(const char *key, size_t length, const struct placement_member *members,
                       size_t count, enum zero_hash zero) {
    uint32_t buckets = 0;
    for (size_t i = 0; i < count; i++)
        buckets += members[i].weight;
    if (buckets == 0)
        return -1;
    uint32_t hash = bucket_hash(key, length, zero);
    for (int attempt = 0; attempt < FAILOVER_TRIES; attempt++) {
        int member = bucket_member(hash % buckets, members, count);
        if (!members[member].down)
            return member;
        char again[16];
        int written = snprintf(again, sizeof again, "%" PRIu32 "%d", hash, attempt);
        hash = bucket_hash(again, (size_t)written, zero);
    }
    return -1;
}

static int pick_python_memcached(const char *key, size_t length,
                                 const struct placement_member *members, size_t count) {
    return pick_bucket(key, length, members, count, ZERO_HASH_KEPT);
}

static int pick_python_memcached_159(const char *key, size_t length,
                                     const struct placement_member *members, size_t count) {
    return pick_bucket(key, length, members, count, ZERO_HASH_BECOMES_ONE);
}

static const struct placement placements[] = {
    {"python-memcached", pick_python_memcached},
    {"python-memcached-1.59", pick_python_memcached_159},
};

enum { PLACEMENT_COUNT = sizeof placements / sizeof placements[0] };

const struct placement *placement_find(const char *name) {
    for (size_t i = 0; i < PLACEMENT_COUNT; i++)
        if (strcmp(placements[i].name, name) == 0)
            return &placements[i];
    return NULL;
}

const char *const *placement_names(size_t *count) {
    static const char *const names[PLACEMENT_COUNT] = {"python-memcached", "python-memcached-1.59"};
    *count = PLACEMENT_COUNT;
    return names;
}
