/* SPDX-License-Identifier: MIT */
/* ring.c - members as points on a ring of the numbers of 32 bits. A key goes to the point next to
 * its hash, so a member that joins or leaves moves little more than its own share. The points are
 * hashes of the members' names: the same server under another name is another server. */
#include "placement/hash.h"
#include "placement/placing.h"

#include "arena.h"

#include <string.h>
#include <zlib.h>

enum {
    KETAMA_POINTS = 160, /* a member of average weight has so many */
    KETAMA_QUARTERS = 4, /* points in one MD5 digest */
    EQUAL_POINTS = 100,  /* of each member, in libmemcached when all weights are 1 */
    FAST_POINTS = 150,   /* of weight 1: ketama_points as its manual has it */
    DALLI_POINTS = 160,
    PHP_POINTS = 160, /* of weight 1 */
    PHP_PLACES = 1024,
};

static const char *ketama_name(const struct placing *placing, size_t member, unsigned number) {
    return arena_format(placing->arena, "%s-%u", placing_ring_name(placing, member), number);
}

/* libmemcached takes a weight of 0 for 1. */
static unsigned weight_of(const struct placing *placing, size_t member) {
    return placing->members[member].weight > 0 ? placing->members[member].weight : 1;
}

static uint64_t weights_of(const struct placing *placing) {
    uint64_t sum = 0;
    for (size_t i = 0; i < placing->member_count; i++)
        sum += weight_of(placing, i);
    return sum;
}

/* How many digests a member gives. Each step is rounded to a float, as in C code that has no
 * doubles: weights 3 of 25 give 23 digests, not 24. */
static unsigned ketama_digests(const struct placing *placing, size_t member, uint64_t sum) {
    float share = (float)weight_of(placing, member) / (float)sum;
    float points = share * (float)KETAMA_POINTS;
    float digests = points / (float)KETAMA_QUARTERS;
    float all = digests * (float)placing->member_count;
    return (unsigned)(float)(all + 0.0000000001F);
}

void ring_ketama(struct placing *placing) {
    uint64_t sum = weights_of(placing);
    for (size_t i = 0; i < placing->member_count; i++) {
        unsigned digests = ketama_digests(placing, i, sum);
        for (unsigned digest = 0; digest < digests; digest++) {
            const char *name = ketama_name(placing, i, digest);
            for (unsigned quarter = 0; quarter < KETAMA_QUARTERS; quarter++)
                placing_add(placing, hash_md5_quarter(name, strlen(name), quarter), i);
        }
    }
    placing_sort(placing);
}

/* libmemcached's consistent distribution is the weighted ring as soon as one weight is above 1;
 * else each member has 100 points, made by the hash of the keys. */
void ring_libmemcached(struct placing *placing) {
    for (size_t i = 0; i < placing->member_count; i++) {
        if (placing->members[i].weight > 1) {
            ring_ketama(placing);
            return;
        }
    }
    for (size_t i = 0; i < placing->member_count; i++) {
        for (unsigned number = 0; number < EQUAL_POINTS; number++) {
            const char *name = ketama_name(placing, i, number);
            placing_add(placing, (uint32_t)placing->recipe->hash(name, strlen(name)), i);
        }
    }
    placing_sort(placing);
}

/* Cache::Memcached::Fast: the CRC-32 of host, NUL and port goes on over the point before. */
void ring_fast(struct placing *placing) {
    for (size_t i = 0; i < placing->member_count; i++) {
        struct host_and_port name = placing_name(placing, i);
        uLong base = crc32(0, (const Bytef *)name.host, (uInt)name.host_length);
        base = crc32(base, (const Bytef *)"", 1);
        base = crc32(base, (const Bytef *)name.port, (uInt)strlen(name.port));
        uint32_t point = 0;
        for (unsigned left = FAST_POINTS * placing->members[i].weight; left > 0; left--) {
            Bytef before[4] = {(Bytef)point, (Bytef)(point >> 8), (Bytef)(point >> 16),
                               (Bytef)(point >> 24)};
            point = (uint32_t)crc32(base, before, sizeof before);
            placing_add(placing, point, i);
        }
    }
    placing_sort(placing);
}

void ring_dalli(struct placing *placing) {
    for (size_t i = 0; i < placing->member_count; i++) {
        struct host_and_port name = placing_name(placing, i);
        double share = (double)(placing->member_count * DALLI_POINTS * placing->members[i].weight);
        unsigned points =
            placing->weight_sum > 0 ? (unsigned)(share / (double)placing->weight_sum) : 0;
        for (unsigned number = 0; number < points; number++) {
            const char *point = arena_format(placing->arena, "%.*s%s%s:%u", name.host_length,
                                             name.host, *name.port ? ":" : "", name.port, number);
            placing_add(placing, hash_sha1_head(point, strlen(point)), i);
        }
    }
    placing_sort(placing);
}

/* PHP's memcache: CRC-32 of "host:port-0" and so on; the ring is asked once for each of 1024 places
 * at equal distances, and keys are counted off over these. */
void places_php(struct placing *placing) {
    for (size_t i = 0; i < placing->member_count; i++) {
        struct host_and_port name = placing_name(placing, i);
        for (unsigned number = 0; number < PHP_POINTS * placing->members[i].weight; number++) {
            const char *point = arena_format(placing->arena, "%.*s:%s-%u", name.host_length,
                                             name.host, name.port, number);
            placing_add(placing, (uint32_t)hash_crc32(point, strlen(point)), i);
        }
    }
    placing_sort(placing);
    if (placing->point_count == 0)
        return;
    struct point *places = arena_alloc(placing->arena, PHP_PLACES * sizeof *places);
    for (uint32_t i = 0; i < PHP_PLACES; i++) {
        struct placed_key at = {.hash = UINT32_MAX / PHP_PLACES * i};
        places[i].member = (uint32_t)find_successor(placing, &at);
    }
    placing->points = places;
    placing->point_count = PHP_PLACES;
}
