/* SPDX-License-Identifier: MIT */
/* placement.c - the table of placements, and the walk from a key to its member.
 *
 * build -> hash -> find, and while the member found is down: again -> find. */
#include "placement/placement.h"

#include "arena.h"
#include "placement/hash.h"
#include "placement/placing.h"

#include <stdlib.h>
#include <string.h>

enum { EQUAL = false, WEIGHTS = true, ORDER = false, NAMES = true };

static const struct placement placements[] = {
#define PLACEMENT(name, build, hash, find, again, tries, weights, names, about)                    \
    {name, about, weights, names},
#include "placement/placements.def"
#undef PLACEMENT
};

static const struct recipe recipes[] = {
#define PLACEMENT(name, build, hash, find, again, tries, weights, names, about)                    \
    {build, hash, find, again, tries},
#include "placement/placements.def"
#undef PLACEMENT
};

enum { PLACEMENT_COUNT = sizeof placements / sizeof placements[0] };

const struct placement *placement_find(const char *name) {
    for (size_t i = 0; i < PLACEMENT_COUNT; i++)
        if (strcmp(placements[i].name, name) == 0)
            return &placements[i];
    return NULL;
}

const char *const *placement_names(size_t *count) {
    static const char *const names[] = {
#define PLACEMENT(name, build, hash, find, again, tries, weights, names, about) name,
#include "placement/placements.def"
#undef PLACEMENT
    };
    *count = PLACEMENT_COUNT;
    return names;
}

struct placing *placing_new(struct arena *arena, const struct placement *placement,
                            const struct placement_member *members, size_t count) {
    struct placing *placing = arena_alloc(arena, sizeof *placing);
    placing->arena = arena;
    placing->placement = placement;
    placing->recipe = &recipes[placement - placements];
    placing->members = members;
    placing->member_count = count;
    for (size_t i = 0; i < count; i++)
        placing->weight_sum += members[i].weight;
    placing->recipe->build(placing);
    return placing;
}

int placing_pick(const struct placing *placing, const char *key, size_t length) {
    const struct recipe *recipe = placing->recipe;
    struct placed_key under_way = {key, length, recipe->hash(key, length)};
    for (unsigned tried = 0; placing->point_count > 0; tried++) {
        int member = recipe->find(placing, &under_way);
        if (member < 0 || !placing->members[member].down)
            return member;
        if (tried + 1 == recipe->tries)
            return -1;
        recipe->again(placing, &under_way, tried);
    }
    return -1;
}

/* ---- for builders ---- */

void placing_add(struct placing *placing, uint32_t value, size_t member) {
    placing->points =
        arena_grow(placing->arena, placing->points, placing->point_count, sizeof *placing->points);
    placing->points[placing->point_count++] = (struct point){value, (uint32_t)member};
}

static int compare(const void *left, const void *right) {
    const struct point *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}

void placing_sort(struct placing *placing) {
    if (placing->point_count > 0)
        qsort(placing->points, placing->point_count, sizeof *placing->points, compare);
}

/* Where the port begins, or NULL: behind the last colon, but not inside an IPv6 address. */
static const char *port_in(const char *name) {
    const char *colon = strrchr(name, ':');
    return name[0] == '/' || !colon || strchr(colon, ']') ? NULL : colon + 1;
}

const char *placing_ring_name(const struct placing *placing, size_t member) {
    struct host_and_port name = placing_name(placing, member);
    const char *port = *name.port ? name.port : "0"; /* a Unix socket */
    return strcmp(port, "11211") == 0
               ? arena_copy(placing->arena, name.host, (size_t)name.host_length)
               : arena_format(placing->arena, "%.*s:%s", name.host_length, name.host, port);
}

struct host_and_port placing_name(const struct placing *placing, size_t member) {
    const char *name = placing->members[member].name, *port = port_in(name);
    size_t length = port ? (size_t)(port - name) - 1 : strlen(name);
    if (!port)
        port = name[0] == '/' ? "" : "11211";
    if (name[0] == '[')
        return (struct host_and_port){name + 1, port, (int)length - 2};
    return (struct host_and_port){name, port, (int)length};
}
