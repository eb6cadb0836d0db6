/* SPDX-License-Identifier: MIT */
/* configs.c - sets of configurations. See configs.h. */
#include "history/configs.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROOM_AT_FIRST = 16 };

unsigned slots_next(const struct slots *slots, unsigned slot) {
    while (slot < SLOTS) {
        uint64_t rest = slots->words[slot / 64] >> (slot % 64);
        if (rest != 0) {
            while ((rest & 1) == 0) {
                rest >>= 1;
                slot++;
            }
            return slot;
        }
        slot = (slot / 64 + 1) * 64;
    }
    return SLOTS;
}

bool slots_cover(const struct slots *all, const struct slots *some) {
    for (size_t i = 0; i < SLOT_WORDS; i++)
        if ((some->words[i] & ~all->words[i]) != 0)
            return false;
    return true;
}

static bool equal(const struct config *a, const struct config *b) {
    for (size_t i = 0; i < SLOT_WORDS; i++)
        if (a->done.words[i] != b->done.words[i])
            return false;
    return state_equal(&a->state, &b->state);
}

static size_t hash(const struct config *config, size_t places) {
    uint64_t mixed = config->state.value + (config->state.unique << 20);
    for (size_t i = 0; i < SLOT_WORDS; i++)
        mixed = (mixed ^ config->done.words[i]) * UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(mixed >> 24) & (places - 1);
}

static void *must(void *made) {
    if (!made) {
        fprintf(stderr, "mctap: out of memory while a history is judged\n");
        abort();
    }
    return made;
}

/* Where the configuration is, or the empty place where it belongs. */
static struct config_place *place_of(const struct configs *configs, const struct config *config) {
    size_t place = hash(config, configs->place_count);
    while (configs->places[place].round == configs->round &&
           !equal(&configs->list[configs->places[place].index], config))
        place = (place + 1) & (configs->place_count - 1);
    return &configs->places[place];
}

static void make_room(struct configs *configs) {
    if (configs->count < configs->capacity)
        return;
    configs->capacity = configs->capacity ? configs->capacity * 2 : ROOM_AT_FIRST;
    configs->list = must(realloc(configs->list, configs->capacity * sizeof *configs->list));
    free(configs->places);
    configs->place_count = configs->capacity * 2;
    configs->places = must(calloc(configs->place_count, sizeof *configs->places));
    configs->round = 1;
    for (uint32_t i = 0; i < configs->count; i++)
        *place_of(configs, &configs->list[i]) = (struct config_place){1, i};
}

void configs_clear(struct configs *configs) {
    configs->count = 0;
    if (++configs->round == 0) { /* after 2^32 rounds old marks would look new */
        for (size_t i = 0; i < configs->place_count; i++)
            configs->places[i].round = 0;
        configs->round = 1;
    }
}

void configs_free(struct configs *configs) {
    free(configs->list);
    free(configs->places);
    *configs = (struct configs){0};
}

bool configs_add(struct configs *configs, const struct config *config) {
    make_room(configs);
    struct config_place *place = place_of(configs, config);
    if (place->round == configs->round)
        return false;
    *place = (struct config_place){configs->round, (uint32_t)configs->count};
    configs->list[configs->count++] = *config;
    return true;
}

bool configs_have(const struct configs *configs, const struct config *config) {
    return configs->count > 0 && place_of(configs, config)->round == configs->round;
}
