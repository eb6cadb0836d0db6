/* SPDX-License-Identifier: MIT */
/* reply.h - writing answers.
 *
 * Everything appends to the connection's output; nothing is sent before the end of the turn.
 * There is always room for CONNECTION_REPLY_ROOM bytes when a request begins; longer answers
 * make the buffer grow. If memory for that is refused the connection is marked broken and will
 * be closed: an answer is never cut in the middle. */
#pragma once

#include <stdint.h>

#include "net/connection.h"

/* One line of answer; "\r\n" is added. Says nothing if the request said noreply. */
void reply_line(struct connection *connection, const char *text);

/* A line that is a decimal number, for incr and decr. Says nothing if noreply. */
void reply_number(struct connection *connection, uint64_t number);

/* One statistic in the form of the connection's dialect ("STAT <name> <value>\r\n" in text), the
 * value as by printf. */
__attribute__((format(printf, 3, 4))) void reply_stat(struct connection *connection,
                                                      const char *name, const char *format, ...);

/* The end of statistics: the line `word` in text, an empty packet in binary. */
void reply_stat_end(struct connection *connection, const char *word);

/* Room for `length` bytes that the caller is going to write there, or NULL. What is written
 * counts only after reply_wrote. */
char *reply_room(struct connection *connection, size_t length);

/* The caller has written up to `end`. */
void reply_wrote(struct connection *connection, const char *end);

/* The value of an item with its "\r\n": copied if short, else sent from the item itself after
 * all that was written before. reply_bare_value leaves the "\r\n" out. */
void reply_value(struct connection *connection, struct item *item);
void reply_bare_value(struct connection *connection, struct item *item);
