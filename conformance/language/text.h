/* SPDX-License-Identifier: MIT */
/* text.h - bytes with holes: what scenarios write as "set {key} 0 0 3\r\n", parsed.
 *
 * A text is a row of atoms, made by text_load.h from JSON. The same parser serves what is sent and
 * what is expected; only a pattern may hold wildcards. Rendering (filling the holes) is done by
 * vars.h at play time, matching by match.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum atom_kind {
    ATOM_LITERAL, /* these bytes */
    ATOM_KEY,     /* {key}, {key:NAME}, { "key": NAME, "length": N } */
    ATOM_VALUE,   /* {cas}, {A.cas}, {stock-1}: what was captured, plus offset */
    ATOM_NOW,     /* {now}, {now+100}: seconds since 1970, plus offset */
    ATOM_ROUND,   /* {round} */
    ATOM_AS,      /* {as}: the name of the session */
    ATOM_REPEAT,  /* { "repeat": body, "count": N } */
    ATOM_BASE64,  /* { "base64": body } */
    ATOM_PACKET,  /* { "opcode": "get", … }: a request, or in a pattern a reply */
    ATOM_FRAME,   /* { "frame": 7, … }: the header of a datagram */
    /* Wildcards, in patterns only. `name` is where it is captured, or NULL. */
    ATOM_U64,     /* {u64}, {u64:9..10} */
    ATOM_WORD,    /* {word} */
    ATOM_TEXT,    /* {text} */
    ATOM_LINES,   /* {lines}, {lines:STAT} */
    ATOM_BYTES,   /* {bytes}: in a field of a packet, whatever it holds */
    ATOM_PACKETS, /* { "packets": "stat" }: any number of replies of one opcode */
};

/* The numbers of a frame, in the order in which they travel, two bytes each. */
enum frame_number { FRAME_REQUEST_ID, FRAME_SEQUENCE, FRAME_TOTAL, FRAME_RESERVED, FRAME_NUMBERS };

struct arena;
struct packet;

/* Sizes, in bytes. A key of a play is 20 to 40 bytes long; NAME in {key:NAME} at most 20. */
enum {
    TEXT_KEY_MIN = 20,
    TEXT_KEY_MAX = 40,
    TEXT_KEY_NAME_MAX = 20,
    TEXT_PADDED_KEY_MAX = 1000000,
    TEXT_MAX = 64 << 20, /* a whole text with its repeats */
    FRAME_SIZE = 8,
};

struct text {
    struct atom *atoms;
    size_t count;
};

struct atom {
    enum atom_kind kind;
    const char *bytes; /* LITERAL */
    size_t length;     /* LITERAL: of bytes; KEY: padded length, 0 = as it comes */
    const char *name;  /* KEY: NAME ("" for {key}); VALUE: the capture; wildcard: capture or NULL */
    const char *first_word;      /* LINES: of every line, or NULL */
    const char *session;         /* VALUE: the A of {A.cas}, or NULL */
    bool has_offset;             /* VALUE: an offset was written, so the value must be a number */
    int64_t offset;              /* VALUE, NOW */
    uint64_t min, max;           /* U64 */
    struct text body;            /* REPEAT, BASE64 */
    size_t times;                /* REPEAT */
    const struct packet *packet; /* PACKET, PACKETS (of which the opcode alone counts) */
    const struct text *numbers;  /* FRAME: FRAME_NUMBERS of them, in decimal */
};

/* True for the kinds that only patterns hold. */
bool atom_is_wildcard(const struct atom *atom);

/* Calls `visit` for every atom of the text, also for those inside repeats, packets and frames. */
void text_visit(const struct text *text, void (*visit)(const struct atom *atom, void *owner),
                void *owner);

/* The most bytes that the text can render to; SIZE_MAX when it holds captures or wildcards. */
size_t text_size_max(const struct text *text);

/* The text in the notation of scenarios. text_show writes literal bytes raw, as they travel, and
 * holes in braces (a padded key and a repeat as their parts); a report makes it safe to print.
 * *length receives the number of bytes, a NUL stands behind. text_quote writes the JSON value
 * that text_load() reads as the same text: "get {key}\r\n" or a list of parts. */
char *text_show(struct arena *arena, const struct text *text, size_t *length);
char *text_quote(struct arena *arena, const struct text *text);
