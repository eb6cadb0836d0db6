/* SPDX-License-Identifier: MIT */
/* tools.h - what many bugs have in common: calling the real handler, loose numbers, values that
 * are changed on their way into the store. */
#pragma once

#include "binary/binary.h"
#include "bugs/bugs.h"
#include "classic/classic.h"

/* Calls the handler that the command at hand has in a right server. */
void real_handler(struct connection *connection, struct request *request);
void real_opcode(struct connection *connection, const struct binary_request *request);

/* The live item of a key, or NULL; nobody notices. */
static inline struct item *item_at(struct store *store, struct slice key, uint32_t now_s) {
    return store_real_ops.peek(store, key, now_s);
}

static inline struct item *item_of(struct connection *connection, struct slice key) {
    return item_at(&connection->server->store, key, connection->server->clock.now_s);
}

/* Takes the item of a key away, if there is one. */
static inline void remove_at(struct connection *connection, struct slice key) {
    (void)store_real_ops.remove(&connection->server->store, key, 0,
                                connection->server->clock.now_s);
}

/* A letter in lower or upper case; any other byte as it is. */
static inline char lower_case_of(char byte) {
    if (byte >= 'A' && byte <= 'Z')
        byte = (char)(byte + 'a' - 'A');
    return byte;
}

static inline char upper_case_of(char byte) {
    if (byte >= 'a' && byte <= 'z')
        byte = (char)(byte + 'A' - 'a');
    return byte;
}

/* A number as atoi reads it: the digits at the beginning, "0" if there are none. */
struct slice loose_number(struct slice word);

/* A word of a request becomes this number; it is kept in the bug's memory, one at a time. */
void word_set_number(struct connection *connection, struct slice *word, uint64_t number);

/* The number in a word; 0 if there is none. */
uint64_t word_number(struct slice word);

/* True if the word begins with a minus sign. */
bool word_is_negative(struct slice word);

/* Stores another value in the place of the one that was received. */
enum store_result put_value(struct store *store, struct item *item, struct slice value,
                            const struct store_terms *terms, uint32_t now_s);

/* The number that was counted stands there in `width` characters at least, with blanks behind it.
 */
void counter_rewrite(struct store *store, struct store_delta *delta, size_t width);

/* Stores with another mode, all other terms the same. */
enum store_result put_mode(struct store *store, struct item *item, const struct store_terms *terms,
                           enum store_mode mode, uint32_t now_s);

/* The item gets this cas unique. */
void unique_give(struct store *store, struct item *item, uint64_t unique);

/* A statistic, which if it is `statistic` shows the largest value that it ever had; one that is
 * left out if its name ends so. */
void stat_never_falls(struct connection *connection, const char *statistic, const char *name,
                      const char *value);
void stat_unless(struct connection *connection, const char *ending, const char *name,
                 const char *value);

/* Unix times behind `mark` in a text answer become seconds from now. */
void times_become_relative(struct answer *answer, const char *mark);

/* The connections of all clients end. */
void close_all(struct server *server);

/* Of what waits to be sent at once the first 64 KiB are sent, and all is said to be: for transports
 * of which a call may take less. */
ssize_t send_at_most_64k(struct connection *connection, struct iovec *pieces, int count);

/* Nothing is swept: what is over stays where it is until somebody asks for it. */
void never_sweep(struct bugs *bugs);

/* Answers an error and closes. */
enum dialect_result close_with(struct connection *connection, const char *text);

/* What waits to be read begins with these bytes too. */
void input_prepend(struct connection *connection, struct slice bytes);

/* What waits to be read ends with the end of a line, if there is room for one. */
void input_end_line(struct connection *connection);

/* True if the client at hand sent this command of the text protocol. */
bool turn_is(const struct store *store, const char *word);

/* The line at the front of the input, still there, becomes another one. */
void input_set_line(struct connection *connection, struct slice line);

/* The line at the front of the input, still there, taken apart. False if it is not complete. */
bool input_peek_line(const struct connection *connection, struct request *request);

/* The same of a binary packet: its opcode and key. */
bool input_peek_packet(const struct connection *connection, uint8_t *opcode, struct slice *key);

/* True if the line at the front is a meta command (this one, if `word` is given) with a flag of
 * this letter; and such flags taken out of it (flags.c). */
bool line_asks_for(const struct connection *connection, const char *word, char letter);
void line_leave_out(struct connection *connection, char letter);
