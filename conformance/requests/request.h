/* SPDX-License-Identifier: MIT */
/* request.h - what a client sent, read by the judge: one request of the text, meta or binary
 * protocol, and how well it is spelt.
 *
 * Pure: bytes in, a struct out. It keeps no state and opens nothing. The backends and
 * `mctap record` call it. Nothing of it is shared with the reference server. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum dialect { DIALECT_TEXT, DIALECT_META, DIALECT_BINARY };

enum verb {
#define VERB(constant, word, grammar, class) VERB_##constant,
#include "requests/verbs.def"
#undef VERB
    VERB_COUNT
};

enum verb_class {
    VERB_CLASS_READ,
    VERB_CLASS_WRITE,
    VERB_CLASS_OTHER,
    VERB_CLASS_DATA, /* of faults: reads and writes */
    VERB_CLASS_ANY,  /* of faults: every request */
};

/* Bytes that belong to somebody else. */
struct slice {
    const char *data;
    size_t length;
};

/* All slices point into the bytes that were read. */
struct request {
    enum dialect dialect;
    enum verb verb;
    struct slice whole; /* the request with its value and line ends */
    struct slice line;  /* text, meta: the first line without its end; binary: the header */
    struct slice *keys; /* from the arena */
    size_t key_count;
    struct slice value;
    struct slice exptime_word, unique_word; /* text: as they are written */
    struct slice options;                   /* meta: the flags behind the key and the length */
    uint32_t flags;
    int64_t exptime; /* of gat and touch the new one */
    uint64_t unique; /* cas unique */
    bool has_unique; /* the command carries one: cas, or a binary mutation with one */
    uint64_t delta, initial;
    bool makes; /* binary incr: a missing key begins with `initial` */
    bool quiet; /* noreply, or a quiet opcode */
    unsigned surplus_spaces;
    bool bare_lf;          /* a line ended with LF alone */
    const char *complaint; /* what breaks the grammar, in words from the arena; NULL: nothing */
    uint8_t opcode;        /* binary */
    uint32_t opaque;
};

/* Reads the request that begins at `bytes`. Returns how many bytes it takes, or 0 when its end has
 * not come yet. Bytes that are no request become VERB_UNKNOWN with a complaint, up to their line
 * end, so that reading goes on. */
size_t request_read(struct arena *arena, const char *bytes, size_t length, struct request *request);

/* The word of a verb ("gets"), for people. Static storage. */
const char *verb_name(enum verb verb);

enum verb_class verb_class(enum verb verb);

/* True if a meta command has the flag; *token (or NULL) receives what is written behind the letter.
 */
bool meta_flag(const struct request *request, char letter, struct slice *token);

bool slice_equal(struct slice a, struct slice b);
struct slice slice_of(const char *text);

/* Reads the whole slice as an unsigned decimal number below 2^64 without a sign. */
bool slice_number(struct slice slice, uint64_t *number);
