/* SPDX-License-Identifier: MIT */
/* landing.c - see landing.h. */
#include "client/landing.h"

#include "arena.h"
#include "placement/placement.h"

#include <string.h>

/* Keys that tell known placements apart: `ob` hashes to 0 in python-memcached, k739146629 and
 * item:7 part the ring families. */
static const char *const telling[] = {"foo", "k1", "ob", "item:7", "k739146629", "product_count"};

const char *landing_key(struct arena *arena, size_t i) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_:.-";
    char key[20];
    uint32_t state = 2654435761u * (uint32_t)(i + 1);
    size_t length = 3 + i % 16;
    if (i < sizeof telling / sizeof *telling)
        return telling[i];
    for (size_t at = 0; at < length; at++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        key[at] = letters[state % (sizeof letters - 1)];
    }
    return arena_format(arena, "%.*s%zu", (int)length, key, i);
}

bool landing_survey(struct trial *trial, struct landing *landings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct landing *landing = &landings[i];
        landing->key = landing_key(trial->arena, i);
        landing->member = -1;
        size_t from = mark(trial);
        if (!ask(trial, "set %s %zu 0", word(trial, slice_of(landing->key)), i))
            return false;
        const struct arrival *write = seen_key(trial, from, slice_of(landing->key));
        if (!write)
            write = seen(trial, from, VERB_COUNT); /* under another name */
        if (write && trial->answer.kind == ANSWER_OK)
            landing->member = (int)write->member;
    }
    return true;
}

/* The placement made ready for the backends. */
static struct placing *placing_of(const struct trial *trial, const char *name) {
    unsigned count = trial->settings->servers;
    struct placement_member *members = arena_alloc(trial->arena, count * sizeof *members);
    for (unsigned i = 0; i < count; i++) {
        members[i].name =
            arena_format(trial->arena, "127.0.0.1:%u", backends_port(trial->backends, i));
        members[i].weight = trial->settings->weights[i];
    }
    return placing_new(trial->arena, placement_find(name), members, count);
}

size_t landing_agrees(const struct trial *trial, const char *name, int *wanted) {
    struct placing *placing = placing_of(trial, name);
    size_t right = 0;
    for (size_t i = 0; i < trial->landing_count; i++) {
        const struct landing *landing = &trial->landings[i];
        int member = placing_pick(placing, landing->key, strlen(landing->key));
        right += member == landing->member;
        if (wanted)
            wanted[i] = member;
    }
    return right;
}

const char *landing_guess(const struct trial *trial, bool *all) {
    size_t count, best = 0;
    const char *const *names = placement_names(&count);
    const char *found = NULL, *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t right = landing_agrees(trial, names[i], NULL);
        if (right == trial->landing_count)
            found = found ? arena_format(trial->arena, "%s, %s", found, names[i]) : names[i];
        if (right > best) {
            best = right;
            nearest = names[i];
        }
    }
    *all = found != NULL;
    if (found)
        return found;
    return arena_format(trial->arena, "none; nearest is %s with %zu of %zu keys",
                        nearest ? nearest : "nothing", best, trial->landing_count);
}
