/* SPDX-License-Identifier: MIT */
/* packet.h - packets of the binary protocol as scenarios write them: fields by name.
 *
 *   { "opcode": "set", "key": "{key}", "extras": { "flags": 7, "exptime": 0 }, "value": "one" }
 *
 * A packet is an atom of a text (text.h): a request where bytes are sent, a reply where they are
 * expected. packet_load.c makes it from JSON, packet_show.c writes it; play/packet_bytes.c makes
 * bytes of a request, play/packet_match.c compares a reply. What the numbers are called is in
 * opcodes.def, statuses.def and packet_fields.def. protocol-binary.txt: 2, Packet Structure. */
#pragma once

#include "language/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_field {
#define PACKET_FIELD(name, word, offset, size, sides) PACKET_##name,
#include "language/packet_fields.def"
#undef PACKET_FIELD
    PACKET_FIELD_COUNT
};

enum {
    PACKET_HEADER_SIZE = 24, /* bytes */
    PACKET_MAGIC_REQUEST = 0x80,
    PACKET_MAGIC_REPLY = 0x81,
    PACKET_EXTRAS_MAX = 4, /* extras of one packet */
    PACKET_BODY_MAX = 64 << 20,
    PACKET_DEFAULT_OPAQUE = 0x6d637461, /* of requests that name none: "mcta" */
};

/* A number or a run of bytes among the extras. */
struct packet_extra {
    const char *name; /* "flags"; NULL: bytes as they are written */
    unsigned size;    /* in bytes; 0: as long as its bytes */
    struct text text; /* a number in decimal, or the bytes */
};

/* Every field is a text: a number is one in decimal, with holes and, in a reply, wildcards. */
struct packet {
    bool reply;
    uint8_t opcode;
    bool written[PACKET_FIELD_COUNT];
    struct text fields[PACKET_FIELD_COUNT]; /* of those written; EXTRAS stand in `extras` */
    struct packet_extra extras[PACKET_EXTRAS_MAX];
    size_t extra_count;
};

/* One row of packet_fields.def. */
struct packet_field_row {
    const char *word;
    int offset; /* in the header; -1: in the body */
    unsigned size;
    bool in_request, in_reply;
};

const struct packet_field_row *packet_field_row(enum packet_field field);

/* A row of opcodes.def; names in `request` and `reply` are separated by spaces. */
struct packet_opcode {
    const char *name;
    uint8_t number;
    const char *request, *reply;
    bool counter;
};

/* NULL when there is none. */
const struct packet_opcode *packet_opcode_named(const char *name);
const struct packet_opcode *packet_opcode_numbered(unsigned number);

/* The names of all opcodes or statuses, for "did you mean". Static storage. */
const char *const *packet_opcode_names(size_t *count);
const char *const *packet_status_names(size_t *count);

/* "key not found", or NULL for a number without a name; and back: -1 for an unknown name. */
const char *packet_status_name(unsigned number);
int packet_status_number(const char *name);

/* The size of an extra by its name: flags, exptime, verbosity 4, delta, initial 8; 0: unknown. */
unsigned packet_extra_size(const char *name);

/* The names in a list of extras, one after the other: *list moves on. Returns the length of the
 * name at *list, 0 at the end. */
size_t packet_extra_next(const char **list, const char **name);
