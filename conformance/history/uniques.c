/* SPDX-License-Identifier: MIT */
/* uniques.c - a set of numbers, open addressing. See uniques.h. */
#include "history/uniques.h"

#include "must.h"

#include <stdlib.h>

static size_t place_of(const struct uniques *uniques, uint64_t unique) {
    size_t place = (size_t)((unique * UINT64_C(0x9e3779b97f4a7c15)) >> 20);
    while (uniques->places[place & (uniques->place_count - 1)] != 0 &&
           uniques->places[place & (uniques->place_count - 1)] != unique)
        place++;
    return place & (uniques->place_count - 1);
}

static void grow(struct uniques *uniques) {
    struct uniques larger = {.place_count = uniques->place_count ? uniques->place_count * 2 : 64,
                             .has_zero = uniques->has_zero};
    larger.places = must(calloc(larger.place_count, sizeof *larger.places), "a set of uniques");
    for (size_t i = 0; i < uniques->place_count; i++)
        if (uniques->places[i] != 0) {
            larger.places[place_of(&larger, uniques->places[i])] = uniques->places[i];
            larger.count++;
        }
    free(uniques->places);
    *uniques = larger;
}

void uniques_add(struct uniques *uniques, uint64_t unique) {
    if (unique == 0) {
        uniques->has_zero = true;
        return;
    }
    if (uniques->count * 2 >= uniques->place_count)
        grow(uniques);
    size_t place = place_of(uniques, unique);
    uniques->count += uniques->places[place] == 0;
    uniques->places[place] = unique;
}

bool uniques_have(const struct uniques *uniques, uint64_t unique) {
    if (unique == 0)
        return uniques->has_zero;
    return uniques->place_count > 0 && uniques->places[place_of(uniques, unique)] == unique;
}

void uniques_free(struct uniques *uniques) {
    free(uniques->places);
    *uniques = (struct uniques){0};
}
