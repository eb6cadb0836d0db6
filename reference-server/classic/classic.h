/* SPDX-License-Identifier: MIT */
/* classic.h - the classic text protocol: the dialect and the handlers of its commands.
 *
 * Handlers are declared from classic/commands.def, so a new row is all it takes. They are spread
 * over the files of this folder by the chapters of protocol.txt. */
#pragma once

#include "classic/request.h"
#include "net/connection.h"

extern const struct dialect classic_dialect;

/* Each handler is called with a request whose number of words is right, after the line was taken
 * off the input. It acts and replies, or it changes the connection's state so that the rest of
 * its work is done later. */
#define COMMAND(word, handler, least, most, since, section)                                        \
    void handler(struct connection *connection, struct request *request);
#include "classic/commands.def"
#undef COMMAND

/* If the last word is "noreply", nothing will be answered. True if so. */
bool classic_noreply(struct connection *connection, const struct request *request);

/* True if no other request came before it in what was received last, and no answer waits to be
 * sent. Otherwise answers that `word` cannot follow others, as memcached does for commands with an
 * answer of unknown length. */
bool classic_is_alone(struct connection *connection, const char *word);

/* Answers CLIENT_ERROR bad command line format. */
void classic_bad_format(struct connection *connection);

/* A value for which there is no item: answers why, drops the value when it comes and, if `mode` is
 * STORE_SET, removes what the key holds (classic/storage.c). */
void classic_refuse_value(struct connection *connection, struct slice key, uint32_t value_bytes,
                          enum store_mode mode, enum store_result reason);

/* The value of a storage command is complete (classic/storage.c). */
enum dialect_result classic_value(struct connection *connection);

/* More keys of a retrieval command (classic/retrieval.c). */
void classic_resume(struct connection *connection);
