/* SPDX-License-Identifier: MIT */
/* line.h - one key while the search goes through its calls and returns: everything that is possible
 * so far. See search.h for the idea; what keeps it small:
 *
 * - An operation whose reply says that it changed nothing takes effect as soon as it can: later
 *   would allow nothing more.
 * - A value is not changed before all who show it have looked, and those that nobody will show are
 *   kept as one (readers.h). */
#pragma once

#include "history/configs.h"
#include "history/readers.h"
#include "history/uniques.h"

struct line {
    struct line_room *room;
    unsigned key;
    struct configs now;         /* what is believed */
    struct slots used;          /* operations under way */
    struct slots maybe;         /* those of them that may also be left out */
    uint32_t ops[SLOTS];        /* which operation is in a slot */
    struct slots before[SLOTS]; /* what the same session asked before, and has no reply yet */
    struct uniques shown;       /* by operations that returned */
};

/* What the lines of a search share. */
struct line_room {
    const struct history *history;
    uint64_t end; /* stamps behind it have not happened */
    uint64_t now; /* the stamp that is reached */
    size_t configs_max;
    struct readers readers;
    struct configs next;   /* behind the operation that returns */
    struct configs within; /* on the way there */
    uint8_t *slot_of;      /* by operation */
    size_t widest;
};

enum line_end {
    LINE_RIGHT, /* so far */
    LINE_WRONG, /* it cannot go on */
    LINE_WIDE,  /* too much is possible */
};

/* `line` is zeroed. The room is borrowed. */
void line_begin(struct line *line, struct line_room *room, unsigned key);
void line_free(struct line *line);

/* Operation `index` is called; returns. */
enum line_end line_call(struct line *line, uint32_t index);
enum line_end line_return(struct line *line, uint32_t index);
