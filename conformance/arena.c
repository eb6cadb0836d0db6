/* SPDX-License-Identifier: MIT */
/* arena.c - memory that is freed all at once; the contract is in arena.h.
 *
 * Small pieces are cut from blocks of 16 KiB, a large one gets a block of its own. Under
 * AddressSanitizer every piece is its own block, so that it sees each overrun. */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(ARENA_SANITIZED)
enum { BLOCK_BYTES = 0 };
#else
enum { BLOCK_BYTES = 16384 };
#endif

struct block {
    struct block *next;
    size_t used, size;
    max_align_t bytes[];
};

struct arena {
    struct block *blocks; /* the first one is being cut */
};

static _Noreturn void die(size_t size) {
    fprintf(stderr, "mctap: out of memory (%zu bytes)\n", size);
    abort();
}

static void *allocate_or_die(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL)
        die(size);
    return memory;
}

struct arena *arena_new(void) {
    return allocate_or_die(sizeof(struct arena));
}

void arena_free(struct arena *arena) {
    if (arena == NULL)
        return;
    for (struct block *block = arena->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

/* A block with at least `size` bytes. One made for a single large piece goes behind the block
 * that is being cut, whose rest stays in use. */
static struct block *block_add(struct arena *arena, size_t size) {
    size_t room = size > BLOCK_BYTES ? size : (size_t)BLOCK_BYTES;
    struct block *block = allocate_or_die(sizeof *block + room);
    block->size = room;
    if (room > BLOCK_BYTES && arena->blocks != NULL) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *arena_alloc(struct arena *arena, size_t size) {
    if (size > SIZE_MAX / 2)
        die(size);
    size_t unit = sizeof(max_align_t);
    size_t rounded = BLOCK_BYTES == 0 ? size : (size + unit - 1) / unit * unit;
    struct block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded)
        block = block_add(arena, rounded);
    char *piece = (char *)block->bytes + block->used;
    block->used += rounded;
    return piece;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_string(struct arena *arena, const char *string) {
    return arena_copy(arena, string, strlen(string));
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *string = arena_vformat(arena, format, arguments);
    va_end(arguments);
    return string;
}

char *arena_vformat(struct arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        length = 0;
    char *string = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(string, (size_t)length + 1, format, arguments);
    return string;
}

/* The capacity needs no header: it is 4, 8, 16, …, so an array of such a count is full. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size) {
    if (count == 0)
        return arena_alloc(arena, 4 * size);
    if (count < 4 || (count & (count - 1)) != 0)
        return array;
    if (count > SIZE_MAX / 4 / size)
        die(count);
    void *larger = arena_alloc(arena, 2 * count * size);
    memcpy(larger, array, count * size);
    return larger;
}
