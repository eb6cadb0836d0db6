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

/* A client whose first sets all fail fails the others, too, each perhaps after a timeout. */
enum { FIRST_SETS = 8 };

bool landing_survey(struct trial *trial, struct landing *landings, size_t count) {
    size_t landed = 0;
    for (size_t i = 0; i < count; i++) {
        struct landing *landing = &landings[i];
        landing->key = landing_key(trial->arena, i);
        landing->member = -1;
        if (i >= FIRST_SETS && landed == 0)
            continue;
        size_t from = mark(trial);
        if (!ask(trial, "set %s %zu 0", word(trial, slice_of(landing->key)), i))
            return false;
        const struct arrival *write = seen_key(trial, from, slice_of(landing->key));
        if (!write)
            write = seen(trial, from, VERB_COUNT); /* under another name */
        if (write && trial->answer.kind == ANSWER_OK)
            landing->member = (int)write->member;
        landed += landing->member >= 0;
    }
    return true;
}

/* The placement made ready for the backends; `down` (-1: none) refuses connections. `flat`: as if
 * all weights were the same. */
static struct placing *placing_of(const struct trial *trial, const char *name, int down,
                                  bool flat) {
    unsigned count = trial->settings->servers;
    struct placement_member *members = arena_alloc(trial->arena, count * sizeof *members);
    for (unsigned i = 0; i < count; i++) {
        members[i].name =
            arena_format(trial->arena, "127.0.0.1:%u", backends_port(trial->backends, i));
        members[i].weight = flat ? 1 : trial->settings->weights[i];
        members[i].down = (int)i == down;
    }
    return placing_new(trial->arena, placement_find(name), members, count);
}

static size_t agreement(const struct trial *trial, const struct placing *placing, int *wanted) {
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

size_t landing_agrees(const struct trial *trial, const char *name, int *wanted) {
    return agreement(trial, placing_of(trial, name, -1, false), wanted);
}

int landing_wanted(const struct trial *trial, const char *name, const char *key, unsigned down) {
    return placing_pick(placing_of(trial, name, (int)down, false), key, strlen(key));
}

/* What is known so far of the search for a placement. */
struct guess {
    const char *found, *nearest;
    size_t best;
};

static void compare(const struct trial *trial, struct guess *guess, const char *name, bool flat) {
    size_t right = agreement(trial, placing_of(trial, name, -1, flat), NULL);
    const char *called = flat ? arena_format(trial->arena, "%s with equal weights", name) : name;
    if (right == trial->landing_count)
        guess->found =
            guess->found ? arena_format(trial->arena, "%s, %s", guess->found, called) : called;
    if (right > guess->best) {
        guess->best = right;
        guess->nearest = called;
    }
}

static bool weights_differ(const struct trial *trial) {
    for (unsigned i = 1; i < trial->settings->servers; i++)
        if (trial->settings->weights[i] != trial->settings->weights[0])
            return true;
    return false;
}

const char *landing_guess(const struct trial *trial, bool *all) {
    size_t count;
    const char *const *names = placement_names(&count);
    struct guess guess = {NULL, "nothing", 0};
    for (size_t i = 0; i < count; i++)
        compare(trial, &guess, names[i], false);
    for (size_t i = 0; i < count && !guess.found && weights_differ(trial); i++)
        if (placement_find(names[i])->counts_weights)
            compare(trial, &guess, names[i], true);
    *all = guess.found != NULL;
    if (guess.found)
        return guess.found;
    return arena_format(trial->arena, "none; nearest is %s with %zu of %zu keys", guess.nearest,
                        guess.best, trial->landing_count);
}
