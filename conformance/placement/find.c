/* SPDX-License-Identifier: MIT */
/* find.c - from the hash of a key to a member. */
#include "placement/hash.h"

#include "must.h"
#include "placement/placing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int find_place(const struct placing *placing, const struct placed_key *key) {
    return (int)placing->points[key->hash % placing->point_count].member;
}

/* Index of the first point not below the value; point_count when all are. */
static size_t lower_bound(const struct placing *placing, uint64_t value) {
    size_t left = 0, right = placing->point_count;
    while (left < right) {
        size_t middle = left + (right - left) / 2;
        if (placing->points[middle].value < value)
            left = middle + 1;
        else
            right = middle;
    }
    return left;
}

/* The first point of the ring at the hash or behind it. */
int find_successor(const struct placing *placing, const struct placed_key *key) {
    size_t at = lower_bound(placing, key->hash);
    return (int)placing->points[at == placing->point_count ? 0 : at].member;
}

/* The last point of the ring at the hash or before it. */
int find_predecessor(const struct placing *placing, const struct placed_key *key) {
    size_t behind = lower_bound(placing, key->hash + 1);
    return (int)placing->points[behind == 0 ? placing->point_count - 1 : behind - 1].member;
}

/* Cache::Memcached::Fast: the place is scaled to 32 bits, and a step is taken from the border. */
int find_interval(const struct placing *placing, const struct placed_key *key) {
    double sum = (double)placing->weight_sum;
    double place = (double)(key->hash % placing->weight_sum);
    uint32_t point = (uint32_t)(place / sum * (double)UINT32_MAX + 0.5) + 1;
    size_t at = lower_bound(placing, point);
    return (int)placing->points[at == placing->point_count ? 0 : at].member;
}

static uint32_t score(const struct placing *placing, size_t member, const struct placed_key *key) {
    struct host_and_port name = placing_name(placing, member);
    size_t room = (size_t)name.host_length + strlen(name.port) + sizeof ":-";
    char *text = must(malloc(room + key->length), "a hash");
    int written = snprintf(text, room, "%.*s%s%s-", name.host_length, name.host,
                           *name.port ? ":" : "", name.port);
    memcpy(text + written, key->bytes, key->length);
    uint32_t hash = hash_murmur3(text, (size_t)written + key->length);
    free(text);
    return hash;
}

/* Rendezvous: of the members that are up the one with the highest score for this key. Of two with
 * the same score the one whose name is the greater string. */
int find_rendezvous(const struct placing *placing, const struct placed_key *key) {
    int best = -1;
    uint32_t highest = 0;
    for (size_t i = 0; i < placing->member_count; i++) {
        if (placing->members[i].down)
            continue;
        uint32_t got = score(placing, i, key);
        if (best < 0 || got > highest ||
            (got == highest && strcmp(placing->members[i].name, placing->members[best].name) > 0)) {
            best = (int)i;
            highest = got;
        }
    }
    return best;
}

/* John Lamping and Eric Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014). */
int find_jump(const struct placing *placing, const struct placed_key *key) {
    uint64_t seed = key->hash;
    int64_t member = -1, next = 0;
    while (next < (int64_t)placing->member_count) {
        member = next;
        seed = seed * UINT64_C(2862933555777941757) + 1;
        next = (int64_t)((double)(member + 1) *
                         ((double)(INT64_C(1) << 31) / (double)((seed >> 33) + 1)));
    }
    return (int)member;
}
