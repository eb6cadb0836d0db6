/* SPDX-License-Identifier: MIT */
/* packet_match.h - a reply packet that is expected, against the bytes that came, field by field.
 * packet_match.c compares, packet_tell.c says what was expected and what is wrong.
 * protocol-binary.txt: 2, Packet Structure. */
#pragma once

#include "language/packet.h"
#include "play/pieces.h"

/* Numbers are compared in decimal, so a row of pieces serves them and the body alike. */
struct packet_want {
    const struct packet *packet;
    struct pieces fields[PACKET_FIELD_COUNT];
    struct extra_want {
        const char *name; /* NULL: bytes as they are */
        unsigned size;
        struct pieces pieces;
    } extras[PACKET_EXTRAS_MAX];
    bool any_value; /* the text of an error, which nobody has to know */
};

/* Fills the holes of a reply. As pieces_fill. */
bool packet_want_fill(struct arena *arena, const struct packet *packet, const struct scope *scope,
                      struct packet_want **want, const char **problem);
void packet_want_free(struct packet_want *want);

/* Matches one packet at `begin`. MORE, BAD: `within` is the field. */
struct match packet_want_match(const struct packet_want *want, const char *bytes, size_t begin,
                               size_t length);

/* The `length` bytes of a packet that matched: stores what its wildcards captured. */
void packet_want_capture(const struct packet_want *want, const char *bytes, size_t length,
                         const struct scope *scope);

/* Where a whole packet of this opcode, without an error and with a body, ends: `begin` when none
 * stands there, SIZE_MAX when it has not come as a whole. */
size_t packet_end(const struct packet_want *want, const char *bytes, size_t begin, size_t length);

/* ---- packet_tell.c ---- */

/* Appends the packet in words; `several`: as { "packets": … }. `places` (PACKET_FIELD_COUNT of
 * them) receives where each field begins in what was appended; NULL when nobody asks. */
void packet_want_show(const struct packet_want *want, bool several, struct bytes *out,
                      size_t *places);

/* What is wrong with this field of the packet that begins at `bytes`. */
const char *packet_want_explain(const struct packet_want *want, enum packet_field field,
                                const char *bytes, size_t length, struct arena *arena,
                                const char **name);
