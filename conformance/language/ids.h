/* SPDX-License-Identifier: MIT */
/* ids.h - what stands under which id, found as fast among a hundred thousand as among ten. */
#pragma once

#include <stddef.h>

struct arena;

/* Zeroed: empty. */
struct ids {
    struct ids_entry *entries; /* from the arena; a power of two of them, or none */
    size_t room, count;
};

/* What was added under this id, or NULL. */
const void *ids_find(const struct ids *ids, const char *id);

/* Adds what is not NULL under an id that is not there yet. The id is borrowed. */
void ids_add(struct arena *arena, struct ids *ids, const char *id, const void *what);
