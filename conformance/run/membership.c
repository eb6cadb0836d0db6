/* SPDX-License-Identifier: MIT */
/* membership.c - fills in open clusters. See membership.h. */
#include "run/membership.h"

#include "arena.h"

/* What is taken when nothing is said. */
#define DEFAULT_PLACEMENT "python-memcached"
static const unsigned default_weights[] = {1, 2, 1};
enum { DEFAULT_COUNT = sizeof default_weights / sizeof *default_weights };

/* Members are m1, m2 and so on in scenarios. Clients know given targets by their addresses. */
static void fill_members(struct arena *arena, const struct settings *settings,
                         struct cluster_shape *cluster, const struct target *targets,
                         size_t target_count, bool owned) {
    size_t count = settings->weight_count > 0 ? settings->weight_count : DEFAULT_COUNT;
    if (!owned)
        count = target_count;
    struct member *members = arena_alloc(arena, count * sizeof *members);
    for (size_t i = 0; i < count; i++) {
        members[i].name = members[i].server = arena_format(arena, "m%zu", i + 1);
        members[i].weight = owned ? default_weights[i % DEFAULT_COUNT] : 1;
        if (settings->weight_count > 0)
            members[i].weight = settings->weights[i];
        if (!owned)
            members[i].server =
                targets[i].address->path ? targets[i].address->path : targets[i].address->shown;
    }
    cluster->members = members;
    cluster->count = count;
}

const struct scenario *membership_fill(struct arena *arena, const struct settings *settings,
                                       const struct scenario *scenario,
                                       const struct target *targets, size_t target_count,
                                       bool owned) {
    const struct cluster_shape *cluster = &scenario->cluster;
    if (cluster->count == 0 || (!cluster->open && cluster->placement))
        return scenario;
    struct scenario *filled = arena_alloc(arena, sizeof *filled);
    *filled = *scenario;
    if (!cluster->placement)
        filled->cluster.placement = settings->placement ? settings->placement : DEFAULT_PLACEMENT;
    if (cluster->open && (owned || target_count >= cluster->count)) /* else it is skipped */
        fill_members(arena, settings, &filled->cluster, targets, target_count, owned);
    return filled;
}

const char *membership_problem(struct arena *arena, const struct settings *settings) {
    size_t targets = settings->target_count, weights = settings->weight_count;
    if (weights == 0 || targets == 0 || weights == targets)
        return NULL;
    return arena_format(arena, "--weights names %zu weights, but %zu target%s given", weights,
                        targets, targets == 1 ? " is" : "s are");
}
