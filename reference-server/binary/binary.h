/* SPDX-License-Identifier: MIT */
/* binary.h - the binary protocol: the dialect, its packets, and the handlers of its commands.
 *
 * protocol-binary.txt. Requests and answers are packets of one form, all numbers big-endian:
 *
 *     byte  0      1       2   3     4       5     6      7       8 .. 11  12 .. 15  16 .. 23
 *         magic  opcode  key bytes  extras  data   status, or    body     opaque    cas
 *                                   bytes   type   0 (vbucket)   bytes
 *
 * and then the body: extras, key, value. The opaque comes back with the answer, so a client may
 * send many requests and tell the answers apart.
 * Handlers are spread over the files of this folder and declared from binary/commands.def; writing
 * answers is in binary/reply.c. */
#pragma once

#include "binary/commands.h"
#include "net/connection.h"

enum {
    BINARY_MAGIC_REQUEST = 0x80,
    BINARY_MAGIC_RESPONSE = 0x81,
    BINARY_HEADER_BYTES = 24,
    BINARY_BODY_MAX_BYTES = 1024 * 1024 * 1024 /* as memcached since 1.6.42 */
};

enum binary_status {
#define STATUS(name, number, text) BINARY_##name = (number),
#include "binary/statuses.def"
#undef STATUS
};

/* A request without its value. The slices and `extras` lie in the connection's input. */
struct binary_request {
    const struct binary_command *command; /* NULL: no such opcode */
    uint64_t cas;                         /* 0: none */
    uint32_t body_bytes;
    uint32_t value_bytes; /* what follows, or `message` */
    uint8_t extras_bytes;
    const char *extras;
    struct slice key;
    struct slice message; /* the value, if the command takes a MESSAGE of that length */
};

extern const struct dialect binary_dialect;

/* Each handler is called with a request of the right shape whose extras, key and message have
 * come and are off the input. It acts and replies; a value that follows it sends into an item
 * (connection_receive_value) or drops (connection_swallow). */
#define COMMAND(opcode, name, least, most, takes, handler, since)                                  \
    void handler(struct connection *connection, const struct binary_request *request);
#include "binary/commands.def"
#undef COMMAND

/* The value of a storage command is complete (binary/storage.c). */
enum dialect_result binary_value(struct connection *connection);

/* ---- answers (binary/reply.c) ---- */

/* The parts of an answer: how long they are, and what stands in its header. */
struct binary_answer {
    enum binary_status status;
    uint8_t extras_bytes;
    uint16_t key_bytes;
    uint32_t value_bytes;
    uint64_t cas;
};

/* Writes the header of an answer to the request at hand at `at`, which has room for
 * BINARY_HEADER_BYTES, and returns the address after it. */
char *binary_reply_header(const struct connection *connection, char *at,
                          const struct binary_answer *answer);

/* Success, without a body. Says nothing if the command is a quiet one. */
void binary_reply_done(struct connection *connection, uint64_t cas);

/* An answer whose value is a text. Quiet or not, it is given. */
void binary_reply_text(struct connection *connection, enum binary_status status, const char *text);

/* An error with its usual text. */
void binary_reply_error(struct connection *connection, enum binary_status status);

/* One statistic: the name is the key, the value the value. */
void binary_reply_stat(struct connection *connection, const char *name, const char *value);

/* The end of statistics: a packet with neither. */
void binary_reply_stat_end(struct connection *connection, const char *word);
