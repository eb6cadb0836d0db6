/* SPDX-License-Identifier: MIT */
/* packet_words.h - packets that travelled, in words: what reports show beside their bytes.
 *
 *   reply set, 0x0002 key exists, opaque 0x6d637461, cas 0, value "Data exists for key."
 *
 * Pure functions of the bytes. Called wherever packets are told or looked at. */
#pragma once

#include "language/packet.h"
#include "play/vars.h"

/* A packet whose header has come. Nothing is checked but that the lengths fit what is there. */
struct packet_view {
    uint64_t numbers[PACKET_FIELD_COUNT]; /* of the header's fields */
    const char *extras, *key, *value;     /* NULL: not come as a whole */
    size_t extras_length, key_length, value_length;
    size_t length; /* of the packet; 0: the lengths contradict each other */
};

/* False when fewer than PACKET_HEADER_SIZE bytes are there. */
bool packet_view_read(const char *bytes, size_t length, struct packet_view *view);

/* A number of `size` bytes, the most significant first. */
uint64_t packet_number(const char *bytes, size_t size);

/* Does a run of bytes begin like a packet? */
bool packet_begins(const char *bytes, size_t length);

/* Appends the beginning of a description, the same for what is expected and what came. */
void packet_words_number(struct bytes *out, enum packet_field field, uint64_t number);

/* Appends all packets of a run of bytes, with "; " between them; what is no packet as a quoted
 * string. `at`: the place of the field `field` of the packet that begins at byte `begin`. */
void packet_words(const char *bytes, size_t length, size_t begin, enum packet_field field,
                  struct bytes *out, size_t *at);
