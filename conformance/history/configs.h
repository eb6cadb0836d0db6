/* SPDX-License-Identifier: MIT */
/* configs.h - sets of configurations: what the search believes possible at one moment.
 *
 * A configuration is a state of the key and the set of operations under way that took effect
 * already, as bits of their slots. It stands for many, by those that are free. */
#pragma once

#include "history/model.h"

enum { SLOTS = 128, SLOT_WORDS = SLOTS / 64 };

struct slots {
    uint64_t words[SLOT_WORDS];
};

static inline bool slots_have(const struct slots *slots, unsigned slot) {
    return slots->words[slot / 64] >> (slot % 64) & 1;
}

static inline void slots_add(struct slots *slots, unsigned slot) {
    slots->words[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static inline void slots_drop(struct slots *slots, unsigned slot) {
    slots->words[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
}

static inline struct slots slots_both(const struct slots *a, const struct slots *b) {
    struct slots both;
    for (size_t i = 0; i < SLOT_WORDS; i++)
        both.words[i] = a->words[i] | b->words[i];
    return both;
}

/* The first slot from `slot` on that is in the set; SLOTS if there is none. */
unsigned slots_next(const struct slots *slots, unsigned slot);

/* A loop over the slots of a set, from the first to the last; slots may be dropped meanwhile. */
#define SLOTS_EACH(slot, slots)                                                                    \
    for (unsigned slot = slots_next(slots, 0); slot < SLOTS; slot = slots_next(slots, slot + 1))

/* True if every slot of `some` is in `all`. */
bool slots_cover(const struct slots *all, const struct slots *some);

struct config {
    struct slots done;
    struct slots free; /* took effect already or did not: either is possible */
    struct state state;
    bool gone; /* another one stands for it, too */
};

/* A set. Of two configurations of which one stands for the other only that is kept. */
struct configs {
    struct config *list;
    uint32_t *older; /* by config, the one before with a state that falls into the same place */
    size_t count, capacity;
    struct config_place {
        uint32_t round, last;
    } * places; /* a power of two of them; of an older round: empty */
    size_t place_count;
    uint32_t round;
};

void configs_clear(struct configs *configs);
void configs_free(struct configs *configs);

/* Adds one, if none that is there stands for it. `maybe`: operations that may be left out; those
 * that have not taken effect may still do so. */
void configs_add(struct configs *configs, const struct config *config, const struct slots *maybe);
