/* SPDX-License-Identifier: MIT */
/* request_binary.c - the binary protocol as the judge reads it. See request_binary.h.
 *
 *   0 magic  1 opcode  2-3 key length  4 extras length  5 data type  6-7 vbucket
 *   8-11 length of all that follows  12-15 opaque  16-23 cas unique; then extras, key, value */
#include "requests/request_binary.h"

#include "arena.h"

#include <string.h>

static const struct opcode_row {
    uint8_t opcode;
    enum verb verb;
    unsigned extras;
    const char *flags;
} opcodes[] = {
#define OPCODE(opcode, verb, extras, flags) {opcode, VERB_##verb, extras, flags},
#include "requests/packet_verbs.def"
#undef OPCODE
};

uint64_t binary_number(const char *bytes, size_t width) {
    uint64_t number = 0;
    for (size_t i = 0; i < width; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

void binary_write(char *bytes, uint64_t number, size_t width) {
    for (size_t i = 0; i < width; i++)
        bytes[i] = (char)(number >> (8 * (width - 1 - i)));
}

static const struct opcode_row *find_opcode(uint8_t opcode) {
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        if (opcodes[i].opcode == opcode)
            return &opcodes[i];
    return NULL;
}

bool opcode_names_key(uint8_t opcode) {
    const struct opcode_row *row = find_opcode(opcode);
    return row && strchr(row->flags, 'k');
}

bool opcode_is_quiet(uint8_t opcode) {
    const struct opcode_row *row = find_opcode(opcode);
    return row && strchr(row->flags, 'q');
}

/* What breaks the rules for this opcode, or NULL. */
static const char *packet_complaint(struct arena *arena, const struct opcode_row *row,
                                    const char *bytes, size_t extras, size_t key, size_t body) {
    if (!row)
        return arena_format(arena, "an unknown opcode 0x%02x", (unsigned char)bytes[1]);
    if (extras + key > body)
        return arena_format(arena, "extras and key of %zu bytes in a body of %zu", extras + key,
                            body);
    bool fits = row->extras == 255 ? extras == 0 || extras == 4 : extras == row->extras;
    if (!fits)
        return arena_format(arena, "opcode 0x%02x with %zu bytes of extras", row->opcode, extras);
    if (key > 250)
        return arena_format(arena, "a key of %zu bytes; at most 250 may be sent", key);
    if (!strchr(row->flags, 'K') && key > 0)
        return arena_format(arena, "opcode 0x%02x with a key", row->opcode);
    if (strchr(row->flags, 'K') && key == 0 && row->verb != VERB_STATS)
        return arena_format(arena, "opcode 0x%02x without a key", row->opcode);
    if (!strchr(row->flags, 'V') && body > extras + key)
        return arena_format(arena, "opcode 0x%02x with a value", row->opcode);
    return NULL;
}

/* Extras: set has flags and exptime; incr delta, initial and exptime; touch the exptime. */
static void read_extras(struct request *request, const char *extras, size_t length) {
    if (length == 8) {
        request->flags = (uint32_t)binary_number(extras, 4);
        request->exptime = (int32_t)binary_number(extras + 4, 4);
    } else if (length == 20) {
        request->delta = binary_number(extras, 8);
        request->initial = binary_number(extras + 8, 8);
        request->exptime = (int64_t)binary_number(extras + 16, 4);
        request->makes = request->exptime != 0xffffffff;
    } else if (length == 4) {
        request->exptime = (int32_t)binary_number(extras, 4);
    }
}

size_t request_read_binary(struct arena *arena, const char *bytes, size_t length,
                           struct request *request) {
    request->dialect = DIALECT_BINARY;
    if (length < BINARY_HEADER_BYTES)
        return 0;
    size_t key = binary_number(bytes + 2, 2), extras = (unsigned char)bytes[4];
    size_t body = binary_number(bytes + 8, 4);
    if (length - BINARY_HEADER_BYTES < body)
        return 0;
    request->opcode = (uint8_t)bytes[1];
    request->opaque = (uint32_t)binary_number(bytes + 12, 4);
    request->unique = binary_number(bytes + 16, 8);
    request->line = (struct slice){bytes, BINARY_HEADER_BYTES};
    request->whole = (struct slice){bytes, BINARY_HEADER_BYTES + body};
    const struct opcode_row *row = find_opcode(request->opcode);
    request->complaint = packet_complaint(arena, row, bytes, extras, key, body);
    if (!row || extras + key > body)
        return request->whole.length;
    request->verb = row->verb;
    request->quiet = strchr(row->flags, 'q') != NULL;
    request->has_unique = request->unique != 0 && verb_class(row->verb) == VERB_CLASS_WRITE;
    const char *after = bytes + BINARY_HEADER_BYTES;
    read_extras(request, after, extras);
    if (key > 0) {
        request->keys = arena_alloc(arena, sizeof(struct slice));
        request->keys[request->key_count++] = (struct slice){after + extras, key};
    }
    request->value = (struct slice){after + extras + key, body - extras - key};
    return request->whole.length;
}
