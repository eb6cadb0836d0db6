/* SPDX-License-Identifier: MIT */
/* test_ids.c - every id is found again while the table grows, and no other. */
#include "language/ids.h"

#include "arena.h"
#include "reports/check.h"

enum { MANY = 10000 };

int main(void) {
    struct arena *arena = arena_new();
    struct ids ids = {0};
    const char *names[MANY];
    CHECK(ids_find(&ids, "nobody") == NULL, "nothing is found in an empty table");
    bool is_new = true, found = true;
    for (size_t i = 0; i < MANY; i++) {
        names[i] = arena_format(arena, "storage/add-%zu", i);
        is_new = is_new && ids_find(&ids, names[i]) == NULL;
        ids_add(arena, &ids, names[i], &names[i]);
        found = found && ids_find(&ids, names[i / 2]) == &names[i / 2];
    }
    CHECK(is_new, "no id is there before it was added");
    CHECK(found, "ids are found while the table grows");
    for (size_t i = 0; i < MANY; i++)
        found = found && ids_find(&ids, arena_string(arena, names[i])) == &names[i];
    CHECK(found, "each of ten thousand ids is found by its letters and stands for its own");
    CHECK(ids_find(&ids, "storage/add-") == NULL, "the beginning of an id is another id");
    arena_free(arena);
    return check_finish();
}
