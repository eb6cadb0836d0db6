/* SPDX-License-Identifier: MIT */
/* packet_bytes.c - from fields to bytes, the most significant byte first. See packet_bytes.h. */
#include "play/packet_bytes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void put_number(char *at, size_t size, uint64_t number) {
    for (size_t i = 0; i < size; i++)
        at[i] = (char)(number >> (8 * (size - 1 - i)));
}

/* The number of a text in decimal; a capture may turn out to be none, or too large. */
static bool number_render(const struct scope *scope, const struct text *text, size_t size,
                          uint64_t *number, const char **problem) {
    struct bytes digits = {0};
    bool good = vars_render(scope, text, &digits, problem);
    if (good) {
        char *end;
        *number = strtoull(digits.data, &end, 10);
        good = digits.length > 0 && *end == '\0' && (size >= 8 || *number >> (8 * size) == 0);
        if (!good)
            *problem =
                vars_problem(scope, "\"%s\" is not a number of %zu bytes", digits.data, size);
    }
    bytes_free(&digits);
    return good;
}

static bool append_number(const struct scope *scope, const struct text *text, size_t size,
                          struct bytes *out, const char **problem) {
    uint64_t number = 0;
    char bytes[8];
    if (!number_render(scope, text, size, &number, problem))
        return false;
    put_number(bytes, size, number);
    bytes_append(out, bytes, size);
    return true;
}

/* The lengths of what stands behind the header. */
struct lengths {
    size_t extras, key, body;
};

static bool body_render(const struct scope *scope, const struct packet *packet, struct bytes *out,
                        struct lengths *lengths, const char **problem) {
    size_t begin = out->length;
    bool good = true;
    for (size_t i = 0; i < packet->extra_count && good; i++) {
        const struct packet_extra *extra = &packet->extras[i];
        good = extra->name ? append_number(scope, &extra->text, extra->size, out, problem)
                           : vars_render(scope, &extra->text, out, problem);
    }
    lengths->extras = out->length - begin;
    good = good && vars_render(scope, &packet->fields[PACKET_KEY], out, problem);
    lengths->key = out->length - begin - lengths->extras;
    good = good && vars_render(scope, &packet->fields[PACKET_VALUE], out, problem);
    if (good && packet->written[PACKET_COUNTER])
        good = append_number(scope, &packet->fields[PACKET_COUNTER], 8, out, problem);
    lengths->body = out->length - begin;
    return good;
}

static uint64_t default_number(const struct packet *packet, enum packet_field field,
                               const struct lengths *lengths) {
    switch (field) {
    case PACKET_MAGIC:
        return PACKET_MAGIC_REQUEST;
    case PACKET_OPCODE:
        return packet->opcode;
    case PACKET_OPAQUE:
        return PACKET_DEFAULT_OPAQUE;
    case PACKET_EXTRAS_LENGTH:
        return lengths->extras;
    case PACKET_KEY_LENGTH:
        return lengths->key;
    case PACKET_BODY_LENGTH:
        return lengths->body;
    default:
        return 0;
    }
}

static bool header_render(const struct scope *scope, const struct packet *packet,
                          const struct lengths *lengths, char *header, const char **problem) {
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) {
        enum packet_field field = (enum packet_field)i;
        const struct packet_field_row *row = packet_field_row(field);
        uint64_t number = default_number(packet, field, lengths);
        if (row->offset < 0 || !row->in_request)
            continue;
        if (packet->written[i] && field != PACKET_OPCODE &&
            !number_render(scope, &packet->fields[i], row->size, &number, problem))
            return false;
        put_number(header + row->offset, row->size, number);
    }
    return true;
}

bool packet_render(const struct scope *scope, const struct packet *packet, struct bytes *out,
                   const char **problem) {
    static const char empty[PACKET_HEADER_SIZE];
    size_t begin = out->length;
    struct lengths lengths;
    bytes_append(out, empty, sizeof empty);
    return body_render(scope, packet, out, &lengths, problem) &&
           header_render(scope, packet, &lengths, out->data + begin, problem);
}

bool frame_render(const struct scope *scope, const struct text *numbers, struct bytes *out,
                  const char **problem) {
    for (size_t i = 0; i < FRAME_NUMBERS; i++)
        if (!append_number(scope, &numbers[i], 2, out, problem))
            return false;
    return true;
}
