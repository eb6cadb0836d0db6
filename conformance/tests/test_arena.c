/* SPDX-License-Identifier: MIT */
/* test_arena.c - memory that is freed all at once: zeroed, aligned, growing arrays keep what they
 * hold. ASan sees overruns and leaks. */
#include "arena.h"

#include "reports/check.h"

#include <stdlib.h>

static void check_pieces(struct arena *arena) {
    bool zeroed = true, aligned = true, apart = true;
    char *before = NULL;
    for (size_t size = 0; size < 40000; size = size * 2 + 1) {
        char *piece = arena_alloc(arena, size);
        aligned = aligned && (uintptr_t)piece % _Alignof(max_align_t) == 0;
        for (size_t i = 0; i < size; i++)
            zeroed = zeroed && piece[i] == 0;
        if (size > 0)
            memset(piece, 0x5a, size);
        apart = apart && piece != before;
        before = size > 0 ? piece : NULL;
    }
    CHECK(zeroed, "pieces of every size are zeroed, also after others were written");
    CHECK(aligned, "pieces are aligned for any type");
    CHECK(apart, "pieces differ");
}

static void check_growth(struct arena *arena) {
    int *numbers = NULL;
    bool zeroed = true;
    for (size_t i = 0; i < 10000; i++) {
        numbers = arena_grow(arena, numbers, i, sizeof *numbers);
        zeroed = zeroed && numbers[i] == 0;
        numbers[i] = (int)i + 1;
    }
    bool kept = true;
    for (size_t i = 0; i < 10000; i++)
        kept = kept && numbers[i] == (int)i + 1;
    CHECK(zeroed, "a new element of a growing array is zeroed");
    CHECK(kept, "a growing array keeps what it holds");
}

int main(void) {
    struct arena *arena = arena_new();
    check_pieces(arena);
    check_growth(arena);
    const char bytes[] = {'a', '\0', 'b'};
    CHECK_BYTES(arena_copy(arena, bytes, 3), 4, "a\0b\0", 4, "a copy holds NULs and ends with one");
    CHECK_TEXT(arena_copy(arena, NULL, 0), "", "no bytes at NULL are copied to an empty string");
    CHECK_TEXT(arena_string(arena, "memcached"), "memcached", "a string is copied");
    CHECK_TEXT(arena_format(arena, "%s:%d", "host", 11211), "host:11211", "a format is filled");
    arena_free(arena);
    arena_free(NULL);
    return check_finish();
}
