/* SPDX-License-Identifier: MIT */
/* buffer.h - bytes that wait: received and not yet understood, or written and not yet sent.
 *
 * A buffer with nothing in it owns no memory. The first byte borrows a block from the server's
 * pool, and when the buffer is empty again the block goes back, so that ten thousand idle
 * connections share a handful of blocks. Only a buffer that must hold more than a block (a very
 * long line of keys) gets memory of its own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    BUFFER_BLOCK_BYTES = 16 * 1024,
    BUFFER_SMALL_BYTES = 512,   /* what a few left-over bytes are moved to */
    BUFFER_POOL_BLOCKS_MAX = 64 /* free blocks kept; the rest goes back to malloc */
};

/* Free blocks, linked through their own first bytes. */
struct buffer_pool {
    void *free_blocks;
    unsigned free_count;
    unsigned block_count; /* free ones and those that are borrowed */
};

struct buffer {
    char *bytes;  /* NULL if the buffer owns nothing */
    size_t start; /* the first byte that waits ... */
    size_t end;   /* ... and the end: end - start bytes wait */
    size_t capacity;
};

/* Frees the free blocks. */
void buffer_pool_free(struct buffer_pool *pool);

/* The bytes that wait, and how many. */
static inline char *buffer_first(const struct buffer *buffer) {
    return buffer->bytes + buffer->start;
}
static inline size_t buffer_length(const struct buffer *buffer) {
    return buffer->end - buffer->start;
}

/* The free space behind them, and how much. */
static inline char *buffer_space(const struct buffer *buffer) {
    return buffer->bytes + buffer->end;
}
static inline size_t buffer_room(const struct buffer *buffer) {
    return buffer->capacity - buffer->end;
}

/* Takes the first `length` bytes away. They stay where they are until the next call of
 * buffer_reserve or buffer_settle. */
static inline void buffer_consume(struct buffer *buffer, size_t length) {
    buffer->start += length;
    if (buffer->start == buffer->end)
        buffer->start = buffer->end = 0;
}

/* Sees to room for at least `room` more bytes; a block at least. May move the waiting bytes.
 * False if memory is refused; then nothing has changed. */
bool buffer_reserve(struct buffer *buffer, struct buffer_pool *pool, size_t room);

/* Gives back what is not needed while the connection waits: all if the buffer is empty, most of
 * the block if only a few bytes wait. */
void buffer_settle(struct buffer *buffer, struct buffer_pool *pool);

/* Gives everything back. */
void buffer_release(struct buffer *buffer, struct buffer_pool *pool);
