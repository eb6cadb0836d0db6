/* SPDX-License-Identifier: MIT */
/* buffer.c - bytes that wait: received and not yet understood, or written and not yet sent.
 *
 * See bytes/buffer.h. Knows nothing of sockets. */
#include "bytes/buffer.h"

#include <stdlib.h>
#include <string.h>

static char *pool_take(struct buffer_pool *pool) {
    void *block = pool->free_blocks;
    if (block == NULL) {
        block = malloc(BUFFER_BLOCK_BYTES);
        pool->block_count += block != NULL;
        return block;
    }
    memcpy(&pool->free_blocks, block, sizeof(void *));
    pool->free_count--;
    return block;
}

static void pool_give(struct buffer_pool *pool, char *block) {
    if (pool->free_count >= BUFFER_POOL_BLOCKS_MAX) {
        free(block);
        pool->block_count--;
        return;
    }
    memcpy(block, &pool->free_blocks, sizeof(void *));
    pool->free_blocks = block;
    pool->free_count++;
}

void buffer_pool_free(struct buffer_pool *pool) {
    while (pool->free_blocks != NULL)
        free(pool_take(pool));
}

void buffer_release(struct buffer *buffer, struct buffer_pool *pool) {
    if (buffer->capacity == BUFFER_BLOCK_BYTES)
        pool_give(pool, buffer->bytes);
    else
        free(buffer->bytes);
    *buffer = (struct buffer){0};
}

/* Moves the waiting bytes to the front of other memory of that capacity. */
static bool buffer_move(struct buffer *buffer, struct buffer_pool *pool, size_t capacity) {
    size_t length = buffer_length(buffer);
    char *bytes = capacity == BUFFER_BLOCK_BYTES ? pool_take(pool) : malloc(capacity);
    if (bytes == NULL)
        return false;
    if (length > 0)
        memcpy(bytes, buffer_first(buffer), length);
    if (buffer->bytes != NULL)
        buffer_release(buffer, pool);
    *buffer = (struct buffer){.bytes = bytes, .end = length, .capacity = capacity};
    return true;
}

bool buffer_reserve(struct buffer *buffer, struct buffer_pool *pool, size_t room) {
    size_t length = buffer_length(buffer);
    if (buffer->bytes != NULL && buffer_room(buffer) >= room)
        return true;
    if (buffer->bytes != NULL && buffer->capacity >= BUFFER_BLOCK_BYTES &&
        buffer->capacity - length >= room) {
        memmove(buffer->bytes, buffer_first(buffer), length);
        buffer->start = 0;
        buffer->end = length;
        return true;
    }
    size_t capacity = BUFFER_BLOCK_BYTES;
    while (capacity < length + room)
        capacity *= 2;
    return buffer_move(buffer, pool, capacity);
}

void buffer_settle(struct buffer *buffer, struct buffer_pool *pool) {
    size_t length = buffer_length(buffer);
    if (buffer->bytes == NULL)
        return;
    if (length == 0)
        buffer_release(buffer, pool);
    else if (length <= BUFFER_SMALL_BYTES && buffer->capacity > BUFFER_SMALL_BYTES)
        buffer_move(buffer, pool, BUFFER_SMALL_BYTES); /* if refused, the block just stays */
}
