/* SPDX-License-Identifier: MIT */
/* checks_landing.c - on which server keys land. The survey before the checks has set them all. */
#include "client/checks.h"

#include "arena.h"
#include "client/landing.h"

#include <stdlib.h>

void check_landing_stable(struct trial *trial) {
    for (size_t i = 0; i < 40 && i < trial->landing_count; i++) {
        const struct landing *landing = &trial->landings[i];
        const char *key = word(trial, slice_of(landing->key));
        const char *value = arena_format(trial->arena, "again%zu", i);
        if (!ask_ok(trial, "set %s %s 0", key, value))
            return;
        if (landing->member < 0) {
            fail(trial, "the first set of \"%s\" did not reach any server", landing->key);
            return;
        }
        size_t from = mark(trial);
        if (!ask(trial, "get %s", key))
            return;
        const struct arrival *get = seen(trial, from, VERB_COUNT);
        if (get && (int)get->member != landing->member)
            fail(trial, "\"%s\" was written on server %d and read on server %u", landing->key,
                 landing->member, get->member);
        if (!was_value(trial, slice_of(value)))
            fail(trial, "get %s: the answer is \"%.60s\" and not the value \"%s\" just set", key,
                 trial->answer.line, value);
    }
}

/* "foo" on 1 instead of 2, "k1" on ...: the first three. */
static const char *wrong_keys(struct trial *trial, const int *wanted) {
    const char *text = "";
    unsigned shown = 0;
    for (size_t i = 0; i < trial->landing_count && shown < 3; i++) {
        const struct landing *landing = &trial->landings[i];
        if (wanted[i] != landing->member)
            text = arena_format(trial->arena, "%s%s\"%s\" on %d instead of %d", text,
                                shown++ > 0 ? ", " : "", landing->key, landing->member, wanted[i]);
    }
    return text;
}

void check_landing_expected(struct trial *trial) {
    const char *name = trial->settings->expected;
    int wanted[LANDING_KEYS];
    bool all;
    if (!name) {
        skip(trial, "no placement was given by --expect");
        return;
    }
    size_t right = landing_agrees(trial, name, wanted);
    if (right < trial->landing_count)
        fail(trial, "%zu of %zu keys land elsewhere: %s; it looks like %s",
             trial->landing_count - right, trial->landing_count, wrong_keys(trial, wanted),
             landing_guess(trial, &all));
}

void check_landing_known(struct trial *trial) {
    bool all;
    if (trial->settings->servers < 2) {
        skip(trial, "with one server all placements are alike");
        return;
    }
    const char *guess = landing_guess(trial, &all);
    if (all)
        note(trial, "it looks like %s", guess);
    else
        fail(trial, "no known placement puts the keys where they land: %s", guess);
}

/* Nearer to shares by weight than to equal shares. */
void check_landing_weights(struct trial *trial) {
    unsigned counts[BACKENDS_MAX] = {0}, landed = 0, sum = 0, servers;
    const char *shares = "";
    double to_weights = 0, to_equal = 0;
    servers = trial->settings->servers;
    for (unsigned i = 0; i < servers; i++)
        sum += trial->settings->weights[i];
    for (size_t i = 0; i < trial->landing_count; i++) {
        if (trial->landings[i].member >= 0) {
            counts[trial->landings[i].member]++;
            landed++;
        }
    }
    if (landed == 0 || sum == 0) {
        fail(trial, "no key landed on any server");
        return;
    }
    bool differ = false;
    for (unsigned i = 0; i < servers; i++) {
        double share = (double)counts[i] / landed;
        double by_weight = share - (double)trial->settings->weights[i] / sum;
        double by_number = share - 1.0 / servers;
        to_weights += by_weight < 0 ? -by_weight : by_weight;
        to_equal += by_number < 0 ? -by_number : by_number;
        differ = differ || trial->settings->weights[i] != trial->settings->weights[0];
        shares = arena_format(trial->arena, "%s%s%.0f %%", shares, i > 0 ? " / " : "", share * 100);
    }
    if (!differ) {
        skip(trial, "all weights are the same");
        return;
    }
    note(trial, "shares of the keys: %s", shares);
    if (to_weights > to_equal)
        fail(trial, "the weights have no effect; shares of the keys: %s", shares);
}
