/* SPDX-License-Identifier: MIT */
/* adapter.h - the program that drives a client under test: one line to it, one line back.
 *
 * The line protocol is described in docs/adapters.md. The adapter runs in a process group of its
 * own; a line that it does not answer in time or its death are results, never a wait without end.
 */
#pragma once

#include "requests/request.h"

#include <stdbool.h>
#include <stddef.h>

struct adapter;
struct arena;
struct event_base;

enum answer_kind {
    ANSWER_NONE, /* no answer came; adapter_trouble says why */
    ANSWER_OK,
    ANSWER_NO,          /* the client says that it failed */
    ANSWER_VALUE,       /* words: value, and the cas unique if the client shows it */
    ANSWER_MISS,        /* words: none */
    ANSWER_VALUES,      /* words: key, value, key, value ... */
    ANSWER_NUMBER,      /* words: the number */
    ANSWER_ERROR,       /* the client threw; words: what it said, in pieces */
    ANSWER_UNSUPPORTED, /* the client or its adapter has no such call */
    ANSWER_NONSENSE,    /* not a line of the protocol */
};

struct answer {
    enum answer_kind kind;
    struct slice *words; /* decoded, from the arena of the question */
    size_t count;
    const char *line; /* decoded, for people; from the arena */
    unsigned took_ms;
};

/* Starts the program; `argv` ends with NULL. Failures show at the first question. */
struct adapter *adapter_start(struct event_base *base, const char *const *argv);

/* Closes its input, and ends it if it does not end by itself. NULL is fine. */
void adapter_stop(struct adapter *adapter);

/* No answer is waited for any more, nor the one that is waited for already. NULL is fine. */
void adapter_give_up(struct adapter *adapter);

/* Sends the line (without its end) and runs the event loop until an answer came, the adapter
 * died, or `within_ms` passed. After no answer, or nonsense, the adapter is of no more use. */
struct answer adapter_ask(struct adapter *adapter, struct arena *arena, const char *line,
                          unsigned within_ms);

/* After ANSWER_NONE: "it did not answer within 5.0 s", "it ended with exit status 1; ...". */
const char *adapter_trouble(struct adapter *adapter, struct arena *arena);

/* True if it can still be asked. */
bool adapter_is_well(const struct adapter *adapter);

/* A word of the line protocol: every byte that is no letter, digit or one of - . _ ~ as %XX. */
const char *adapter_word(struct arena *arena, struct slice bytes);
