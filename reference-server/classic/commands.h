/* SPDX-License-Identifier: MIT */
/* commands.h - from a command's word to the function that handles it.
 *
 * The rows of classic/commands.def, copied into each server, with a small hash table over the
 * words. Because the rows are the server's own, a server can be given other handlers for some words
 * without touching this code (see README.md, "Seams"). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"
#include "classic/request.h"

struct connection;

enum {
    COMMANDS_SLOTS = 128,   /* a power of two, several times the number of commands */
    COMMANDS_ANY = 1000000, /* more words than any line has */
    COMMANDS_COUNT = 0
#define COMMAND(word, handler, least, most, since, section) +1
#include "classic/commands.def"
#undef COMMAND
};

typedef void command_handler(struct connection *connection, struct request *request);

struct command {
    const char *word;
    size_t word_length;
    command_handler *handler;
    unsigned least_words; /* after the command itself */
    unsigned most_words;  /* COMMANDS_ANY: no limit, and the words are not split yet */
    const char *since;
    const char *section;
};

struct commands {
    struct command rows[COMMANDS_COUNT];
    uint8_t slots[COMMANDS_SLOTS]; /* row number + 1; 0 is empty */
};

/* Fills in the rows of classic/commands.def. */
void commands_init(struct commands *commands);

/* The row of a word, or NULL. */
const struct command *commands_find(const struct commands *commands, struct slice word);
