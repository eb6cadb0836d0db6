/* SPDX-License-Identifier: MIT */
/* ids.c - a table of hashes, at most half full: an id stands at the place that its hash tells, or
 * in the next free one behind it. See ids.h. */
#include "language/ids.h"

#include "arena.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_ROOM = 64 };

struct ids_entry {
    const char *id; /* NULL: free */
    const void *what;
};

/* Where the id stands, or would stand. */
static struct ids_entry *place_of(const struct ids *ids, const char *id) {
    size_t at = (size_t)XXH3_64bits(id, strlen(id)) & (ids->room - 1);
    while (ids->entries[at].id != NULL && strcmp(ids->entries[at].id, id) != 0)
        at = (at + 1) & (ids->room - 1);
    return &ids->entries[at];
}

const void *ids_find(const struct ids *ids, const char *id) {
    return ids->room == 0 ? NULL : place_of(ids, id)->what;
}

static void grow(struct arena *arena, struct ids *ids) {
    struct ids larger = {.room = ids->room == 0 ? FIRST_ROOM : 2 * ids->room};
    larger.count = ids->count;
    larger.entries = arena_alloc(arena, larger.room * sizeof *larger.entries);
    for (size_t i = 0; i < ids->room; i++)
        if (ids->entries[i].id != NULL)
            *place_of(&larger, ids->entries[i].id) = ids->entries[i];
    *ids = larger;
}

void ids_add(struct arena *arena, struct ids *ids, const char *id, const void *what) {
    if (ids->count >= ids->room / 2)
        grow(arena, ids);
    *place_of(ids, id) = (struct ids_entry){id, what};
    ids->count++;
}
