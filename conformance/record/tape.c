/* SPDX-License-Identifier: MIT */
/* tape.c - see tape.h. */
#include "record/tape.h"

#include "arena.h"
#include "requests/count.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct growing {
    char *data;
    size_t length, capacity;
};

/* A turn under way. */
struct open_turn {
    unsigned connection, pause_ms;
    struct growing sent, received;
    bool server_closed;
};

struct tape {
    struct arena *arena;
    struct open_turn *turns;
    size_t count;
    long long began;
    struct timespec last; /* when something travelled */
    bool heard;
};

struct tape *tape_new(struct arena *arena) {
    struct tape *tape = arena_alloc(arena, sizeof *tape);
    tape->arena = arena;
    tape->began = (long long)time(NULL);
    return tape;
}

long long tape_began(const struct tape *tape) {
    return tape->began;
}

static void grow(struct arena *arena, struct growing *bytes, const char *more, size_t length) {
    if (bytes->length + length > bytes->capacity) {
        size_t capacity = bytes->capacity ? bytes->capacity : 256;
        while (capacity < bytes->length + length)
            capacity *= 2;
        char *larger = arena_alloc(arena, capacity);
        if (bytes->length > 0)
            memcpy(larger, bytes->data, bytes->length);
        bytes->data = larger;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->length, more, length);
    bytes->length += length;
}

static unsigned pause_until_now(struct tape *tape) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms =
        (now.tv_sec - tape->last.tv_sec) * 1000 + (now.tv_nsec - tape->last.tv_nsec) / 1000000;
    bool first = !tape->heard;
    tape->last = now;
    tape->heard = true;
    return first || ms < 0 ? 0 : (unsigned)ms;
}

static struct open_turn *last_of(struct tape *tape, unsigned connection) {
    for (size_t i = tape->count; i > 0; i--)
        if (tape->turns[i - 1].connection == connection)
            return &tape->turns[i - 1];
    return NULL;
}

/* True if more belongs to the turn: its bytes end inside a request, or replies are still owed. */
static bool is_under_way(const struct open_turn *turn) {
    struct slice sent = {turn->sent.data, turn->sent.length};
    struct slice received = {turn->received.data, turn->received.length};
    size_t asked, answered;
    if (!count_requests(sent, &asked))
        return true;
    answered = count_replies(received);
    return answered > 0 && answered < asked;
}

void tape_sent(struct tape *tape, unsigned connection, const char *bytes, size_t length) {
    unsigned pause_ms = pause_until_now(tape);
    struct open_turn *turn = last_of(tape, connection);
    bool is_last = turn && turn == &tape->turns[tape->count - 1];
    bool goes_on = turn && ((is_last && turn->received.length == 0) || is_under_way(turn));
    if (!goes_on) {
        tape->turns = arena_grow(tape->arena, tape->turns, tape->count, sizeof *turn);
        turn = &tape->turns[tape->count++];
        turn->connection = connection;
        turn->pause_ms = pause_ms;
    }
    grow(tape->arena, &turn->sent, bytes, length);
}

void tape_received(struct tape *tape, unsigned connection, const char *bytes, size_t length) {
    struct open_turn *turn = last_of(tape, connection);
    pause_until_now(tape);
    if (turn)
        grow(tape->arena, &turn->received, bytes, length);
}

void tape_server_closed(struct tape *tape, unsigned connection) {
    struct open_turn *turn = last_of(tape, connection);
    if (turn)
        turn->server_closed = true;
}

const struct turn *tape_turns(const struct tape *tape, size_t *count) {
    struct turn *turns = arena_alloc(tape->arena, tape->count * sizeof *turns);
    for (size_t i = 0; i < tape->count; i++) {
        const struct open_turn *from = &tape->turns[i];
        turns[i] = (struct turn){.connection = from->connection,
                                 .pause_ms = from->pause_ms,
                                 .sent = {from->sent.data, from->sent.length},
                                 .received = {from->received.data, from->received.length},
                                 .server_closed = from->server_closed};
    }
    *count = tape->count;
    return turns;
}
