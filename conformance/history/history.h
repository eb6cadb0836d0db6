/* SPDX-License-Identifier: MIT */
/* history.h - what several sessions did to a server at once: the operations, each from its call
 * to its return.
 *
 *   driver or test ─▶ history ─▶ search (is there an order?) ─▶ shrink ─▶ anomaly, draw, replay
 *
 * A stamp is a place in the one row of all calls and returns: 0, 1, 2, … Whoever records the
 * history stamps a call before the request is sent and a return after the whole reply was read,
 * so an operation took effect between its two stamps. Nothing in this folder knows of sockets. */
#pragma once

#include "history/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds, in words as they travel: rows of kinds.def. */
enum history_kind {
#define KIND(name, word, groups) HISTORY_##name,
#include "history/kinds.def"
#undef KIND
    HISTORY_KIND_COUNT
};

/* What a kind is: bits of the third column. */
enum history_group {
    HISTORY_WRITES = 1,     /* carries a value that it stores, or joins to what is stored */
    HISTORY_COUNTS = 2,     /* carries a number: only for keys that hold counters */
    HISTORY_JOINS = 4,      /* only for keys that hold text */
    HISTORY_READS = 8,      /* shows the value; never changes anything */
    HISTORY_UNIQUE = 16,    /* shows or carries a cas unique */
    HISTORY_NO_NOREPLY = 32 /* always has a reply */
};

enum history_reply {
    HISTORY_UNTOLD, /* noreply, or the connection was cut */
    HISTORY_STORED,
    HISTORY_NOT_STORED,
    HISTORY_EXISTS,
    HISTORY_NOT_FOUND,
    HISTORY_DELETED,
    HISTORY_TOUCHED,
    HISTORY_NUMBER, /* of incr and decr */
    HISTORY_VALUE,  /* of get and gets */
    HISTORY_MISS,
};

#define HISTORY_OPEN UINT64_MAX /* `back` of an operation that never returned */

struct history_op {
    uint64_t call, back; /* stamps */
    uint64_t unique;     /* carried by cas, shown by gets */
    uint64_t number;     /* incr, decr: the amount */
    uint64_t result;     /* NUMBER */
    uint32_t written;    /* value that is stored or joined */
    uint32_t seen;       /* VALUE */
    uint32_t id;         /* its index in the history that was recorded, also in a part of it */
    uint16_t key, session;
    uint8_t kind, reply;
    bool maybe; /* the connection was cut behind the request: it may take effect at any time after
                   its call, or never */
    bool any_unique; /* of gets: its unique is not judged (tolerance.h) */
};

struct history {
    struct values *values;
    struct history_op *ops; /* in the order of their calls */
    size_t count, capacity;
    unsigned key_count, session_count;
    bool owns_values;
};

/* A history with its own values; or, for a part of another, with borrowed ones. */
struct history *history_new(void);
struct history *history_part(const struct history *whole);
void history_free(struct history *history);

/* Adds an operation and returns its index. `call` is above those of the operations before. */
size_t history_add(struct history *history, const struct history_op *op);

/* Puts the operations into the order of their calls. */
void history_sort(struct history *history);

/* Numbers the stamps anew, from 0, without changing their order. */
void history_make_dense(struct history *history);

const char *history_kind_word(enum history_kind kind);
unsigned history_kind_groups(enum history_kind kind);
const char *history_reply_word(enum history_reply reply);

/* True if the operation showed that its unique was the key's: gets, and a cas that stored. */
bool history_shows_unique(const struct history_op *op);
