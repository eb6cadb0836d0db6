/* SPDX-License-Identifier: MIT */
/* packet_tables.c - the names and numbers of the binary protocol, made from opcodes.def,
 * statuses.def and packet_fields.def. See packet.h. */
#include "language/packet.h"

#include <string.h>

enum { REQUEST = 1, REPLY = 2, BOTH = REQUEST | REPLY };

static const struct packet_field_row field_rows[PACKET_FIELD_COUNT] = {
#define PACKET_FIELD(name, word, offset, size, sides)                                              \
    [PACKET_##name] = {word, offset, size, ((sides)&REQUEST) != 0, ((sides)&REPLY) != 0},
#include "language/packet_fields.def"
#undef PACKET_FIELD
};

static const struct packet_opcode opcodes[] = {
#define OPCODE(name, number, request, reply, counter) {name, number, request, reply, counter},
#include "language/opcodes.def"
#undef OPCODE
};
enum { OPCODE_COUNT = sizeof opcodes / sizeof *opcodes };

static const char *const opcode_names[] = {
#define OPCODE(name, number, request, reply, counter) name,
#include "language/opcodes.def"
#undef OPCODE
};

static const struct {
    unsigned number;
    const char *name;
} statuses[] = {
#define STATUS(number, name) {number, name},
#include "language/statuses.def"
#undef STATUS
};
enum { STATUS_COUNT = sizeof statuses / sizeof *statuses };

static const char *const status_names[] = {
#define STATUS(number, name) name,
#include "language/statuses.def"
#undef STATUS
};

const struct packet_field_row *packet_field_row(enum packet_field field) {
    return &field_rows[field];
}

const struct packet_opcode *packet_opcode_named(const char *name) {
    for (size_t i = 0; i < OPCODE_COUNT; i++)
        if (strcmp(opcodes[i].name, name) == 0)
            return &opcodes[i];
    return NULL;
}

const struct packet_opcode *packet_opcode_numbered(unsigned number) {
    for (size_t i = 0; i < OPCODE_COUNT; i++)
        if (opcodes[i].number == number)
            return &opcodes[i];
    return NULL;
}

const char *const *packet_opcode_names(size_t *count) {
    *count = OPCODE_COUNT;
    return opcode_names;
}

const char *const *packet_status_names(size_t *count) {
    *count = STATUS_COUNT;
    return status_names;
}

const char *packet_status_name(unsigned number) {
    for (size_t i = 0; i < STATUS_COUNT; i++)
        if (statuses[i].number == number)
            return statuses[i].name;
    return NULL;
}

int packet_status_number(const char *name) {
    for (size_t i = 0; i < STATUS_COUNT; i++)
        if (strcmp(statuses[i].name, name) == 0)
            return (int)statuses[i].number;
    return -1;
}

unsigned packet_extra_size(const char *name) {
    static const struct {
        const char *name;
        unsigned size;
    } extras[] = {{"flags", 4}, {"exptime", 4}, {"verbosity", 4}, {"delta", 8}, {"initial", 8}};
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++)
        if (strcmp(extras[i].name, name) == 0)
            return extras[i].size;
    return 0;
}

size_t packet_extra_next(const char **list, const char **name) {
    *name = *list + strspn(*list, " ");
    size_t length = strcspn(*name, " ");
    *list = *name + length;
    return length;
}
