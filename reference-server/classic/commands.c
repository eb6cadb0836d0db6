/* SPDX-License-Identifier: MIT */
/* commands.c - from a command's word to the function that handles it; see classic/commands.h. */
#include "classic/commands.h"

#include <string.h>

#include "classic/classic.h"

static const struct command command_rows[COMMANDS_COUNT] = {
#define ANY COMMANDS_ANY
#define COMMAND(word, handler, least, most, since, section)                                        \
    {word, sizeof(word) - 1, handler, least, most, since, section},
#include "classic/commands.def"
#undef COMMAND
#undef ANY
};

/* First letter, last letter and length tell almost all words apart. */
static unsigned commands_slot(struct slice word) {
    unsigned first = (unsigned char)word.bytes[0];
    unsigned last = (unsigned char)word.bytes[word.length - 1];
    return (first * 5 + last * 11 + (unsigned)word.length * 31) % COMMANDS_SLOTS;
}

void commands_init(struct commands *commands) {
    memset(commands, 0, sizeof(*commands));
    memcpy(commands->rows, command_rows, sizeof(command_rows));
    for (unsigned i = 0; i < COMMANDS_COUNT; i++) {
        struct slice word = {command_rows[i].word, command_rows[i].word_length};
        unsigned slot = commands_slot(word);
        while (commands->slots[slot] != 0)
            slot = (slot + 1) % COMMANDS_SLOTS;
        commands->slots[slot] = (uint8_t)(i + 1);
    }
}

const struct command *commands_find(const struct commands *commands, struct slice word) {
    for (unsigned slot = commands_slot(word); commands->slots[slot] != 0;
         slot = (slot + 1) % COMMANDS_SLOTS) {
        const struct command *command = &commands->rows[commands->slots[slot] - 1];
        if (command->word_length == word.length &&
            memcmp(command->word, word.bytes, word.length) == 0)
            return command;
    }
    return NULL;
}
