/* SPDX-License-Identifier: MIT */
/* commands.h - from an opcode to the function that handles it.
 *
 * The rows of binary/commands.def, copied into each server like those of the text protocol
 * (classic/commands.h), so that a server can be given other handlers for some opcodes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct binary_request;
struct connection;

/* What a request may and must bring besides extras, and how it is treated: bits of `takes`. */
enum {
    BINARY_TAKES_NOTHING = 0,
    BINARY_TAKES_KEY = 1,
    BINARY_TAKES_KEY_OPTIONAL = 2,
    BINARY_TAKES_VALUE = 4,
    BINARY_TAKES_MESSAGE = 8,
    BINARY_TAKES_QUIET = 16,
    BINARY_TAKES_ANYBODY = 32
};

enum {
    BINARY_OPCODES = 256,
    BINARY_COMMANDS_COUNT = 0
#define COMMAND(opcode, name, least, most, takes, handler, since) +1
#include "binary/commands.def"
#undef COMMAND
};

typedef void binary_handler(struct connection *connection, const struct binary_request *request);

struct binary_command {
    uint8_t opcode;
    uint8_t extras_least; /* the extras have one of these two lengths */
    uint8_t extras_most;
    uint8_t takes;
    binary_handler *handler;
    const char *name;
    const char *since;
};

struct binary_commands {
    struct binary_command rows[BINARY_COMMANDS_COUNT];
    uint8_t by_opcode[BINARY_OPCODES]; /* row number + 1; 0: no such command */
};

/* Fills in the rows of binary/commands.def. */
void binary_commands_init(struct binary_commands *commands);

/* The row of an opcode, or NULL. */
static inline const struct binary_command *
binary_commands_find(const struct binary_commands *commands, uint8_t opcode) {
    unsigned row = commands->by_opcode[opcode];
    return row > 0 ? &commands->rows[row - 1] : NULL;
}
