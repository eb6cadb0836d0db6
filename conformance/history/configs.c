/* SPDX-License-Identifier: MIT */
/* configs.c - sets of configurations. See configs.h. */
#include "history/configs.h"

#include "must.h"

#include <stdlib.h>

#define NO_CONFIG UINT32_MAX

enum {
    ROOM_AT_FIRST = 16,
    LOOKS_MAX = 500 /* at others of the same state; more are not worth their time */
};

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

/* All for which `other` stands, `config` does, too: what it did is done there, and what was or may
 * have been done there may have been done here. */
static bool covers(const struct config *config, const struct config *other,
                   const struct slots *maybe) {
    for (size_t i = 0; i < SLOT_WORDS; i++) {
        uint64_t mine = config->done.words[i] | config->free.words[i];
        uint64_t its = (other->done.words[i] | other->free.words[i]) & ~maybe->words[i];
        if ((config->done.words[i] & ~other->done.words[i]) != 0 || (its & ~mine) != 0)
            return false;
    }
    return state_equal(&config->state, &other->state);
}

static struct config_place *place_of(const struct configs *configs, const struct state *state) {
    uint64_t mixed = (state->value + (state->unique << 20)) * UINT64_C(0xbf58476d1ce4e5b9);
    return &configs->places[(mixed >> 24) & (configs->place_count - 1)];
}

static void link_in(struct configs *configs, uint32_t index) {
    struct config_place *place = place_of(configs, &configs->list[index].state);
    configs->older[index] = place->round == configs->round ? place->last : NO_CONFIG;
    *place = (struct config_place){configs->round, index};
}

static void make_room(struct configs *configs) {
    if (configs->count < configs->capacity)
        return;
    configs->capacity = configs->capacity ? configs->capacity * 2 : ROOM_AT_FIRST;
    configs->list =
        must(realloc(configs->list, configs->capacity * sizeof *configs->list), "a search");
    configs->older =
        must(realloc(configs->older, configs->capacity * sizeof *configs->older), "a search");
    free(configs->places);
    configs->place_count = configs->capacity;
    configs->places = must(calloc(configs->place_count, sizeof *configs->places), "a search");
    configs->round = 1;
    for (uint32_t i = 0; i < configs->count; i++)
        link_in(configs, i);
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
    free(configs->older);
    free(configs->places);
    *configs = (struct configs){0};
}

void configs_add(struct configs *configs, const struct config *config, const struct slots *maybe) {
    make_room(configs);
    struct config_place *place = place_of(configs, &config->state);
    uint32_t index = place->round == configs->round ? place->last : NO_CONFIG;
    for (size_t looks = 0; index != NO_CONFIG && looks < LOOKS_MAX; index = configs->older[index]) {
        struct config *other = &configs->list[index];
        if (other->gone)
            continue;
        looks++;
        if (covers(other, config, maybe))
            return;
        other->gone = covers(config, other, maybe);
    }
    configs->list[configs->count] = *config;
    link_in(configs, (uint32_t)configs->count++);
}
