/* SPDX-License-Identifier: MIT */
/* places.c - members as a list of places. A key takes the place hash % count, so whoever changes
 * the list moves most of the keys. */
#include "placement/placing.h"

#include "arena.h"

#include <string.h>

/* One place a member. */
void places_equal(struct placing *placing) {
    for (size_t i = 0; i < placing->member_count; i++)
        placing_add(placing, 0, i);
}

/* So many places as the member has weight, side by side: weights 1:2:1 are a b b c. */
void places_weighted(struct placing *placing) {
    for (size_t i = 0; i < placing->member_count; i++)
        for (unsigned place = 0; place < placing->members[i].weight; place++)
            placing_add(placing, 0, i);
}

static bool goes_before(const char *left, const char *right) {
    size_t length = strlen(left), other = strlen(right);
    return length != other ? length < other : strcmp(left, right) < 0;
}

/* twemproxy sorts its servers by name before it counts them off, and short names come first. */
void places_sorted(struct placing *placing) {
    const char **names = arena_alloc(placing->arena, placing->member_count * sizeof *names);
    size_t *order = arena_alloc(placing->arena, placing->member_count * sizeof *order);
    for (size_t i = 0; i < placing->member_count; i++) {
        size_t at = i;
        names[i] = placing_ring_name(placing, i);
        for (; at > 0 && goes_before(names[i], names[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (size_t i = 0; i < placing->member_count; i++)
        for (unsigned place = 0; place < placing->members[order[i]].weight; place++)
            placing_add(placing, 0, order[i]);
}

/* Cache::Memcached::Fast keeps the same list as intervals of the numbers of 32 bits: each new
 * member shrinks the intervals before it and takes the end. Rounded as there. */
void places_intervals(struct placing *placing) {
    uint64_t sum = 0;
    for (size_t i = 0; i < placing->member_count; i++) {
        if (placing->members[i].weight == 0)
            continue; /* the client refuses such a member */
        sum += placing->members[i].weight;
        double scale = (double)placing->members[i].weight / (double)sum;
        for (size_t before = 0; before < placing->point_count; before++) {
            double end = (double)placing->points[before].value;
            double taken = end * scale;
            placing->points[before].value = (uint32_t)(end - taken);
        }
        placing_add(placing, UINT32_MAX, i);
    }
}
