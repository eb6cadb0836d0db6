/* SPDX-License-Identifier: MIT */
/* commands.c - from an opcode to the function that handles it; see binary/commands.h. */
#include "binary/commands.h"

#include <string.h>

#include "binary/binary.h"

/* The words of the rows. */
#define NOTHING      BINARY_TAKES_NOTHING
#define KEY          BINARY_TAKES_KEY
#define KEY_OPTIONAL BINARY_TAKES_KEY_OPTIONAL
#define VALUE        BINARY_TAKES_VALUE
#define MESSAGE      BINARY_TAKES_MESSAGE
#define QUIET        BINARY_TAKES_QUIET
#define ANYBODY      BINARY_TAKES_ANYBODY

static const struct binary_command binary_rows[BINARY_COMMANDS_COUNT] = {
#define COMMAND(opcode, name, least, most, takes, handler, since)                                  \
    {opcode, least, most, takes, handler, name, since},
#include "binary/commands.def"
#undef COMMAND
};

void binary_commands_init(struct binary_commands *commands) {
    memset(commands, 0, sizeof(*commands));
    memcpy(commands->rows, binary_rows, sizeof(binary_rows));
    for (unsigned i = 0; i < BINARY_COMMANDS_COUNT; i++)
        commands->by_opcode[binary_rows[i].opcode] = (uint8_t)(i + 1);
}
