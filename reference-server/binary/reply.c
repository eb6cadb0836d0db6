/* SPDX-License-Identifier: MIT */
/* reply.c - writing answers of the binary protocol; see binary/binary.h.
 *
 * An answer repeats opcode and opaque of its request; net/connection.h keeps both, since a set is
 * answered long after its header has gone. Called by the other files of this folder. */
#include <stdio.h>
#include <string.h>

#include "binary/big_endian.h"
#include "binary/binary.h"
#include "net/reply.h"
#include "server/server.h"

static const char *binary_status_text(enum binary_status status) {
    switch (status) {
#define STATUS(name, number, text)                                                                 \
    case BINARY_##name:                                                                            \
        return text;
#include "binary/statuses.def"
#undef STATUS
    }
    return "";
}

char *binary_reply_header(const struct connection *connection, char *at,
                          const struct binary_answer *answer) {
    at[0] = (char)BINARY_MAGIC_RESPONSE;
    at[1] = (char)connection->opcode;
    at = big_endian_write_u16(at + 2, answer->key_bytes);
    at[0] = (char)answer->extras_bytes;
    at[1] = 0; /* data type: raw bytes, the only one there is */
    at = big_endian_write_u16(at + 2, (uint16_t)answer->status);
    at = big_endian_write_u32(at, answer->extras_bytes + answer->key_bytes + answer->value_bytes);
    memcpy(at, &connection->opaque, sizeof(connection->opaque)); /* as it came */
    return big_endian_write_u64(at + sizeof(connection->opaque), answer->cas);
}

/* An answer of header, key and value. */
static void binary_reply_packet(struct connection *connection, struct binary_answer *answer,
                                const char *key, const char *value) {
    size_t key_bytes = strlen(key);
    size_t value_bytes = strlen(value);
    char *at = reply_room(connection, BINARY_HEADER_BYTES + key_bytes + value_bytes);
    if (at == NULL)
        return;
    answer->key_bytes = (uint16_t)key_bytes;
    answer->value_bytes = (uint32_t)value_bytes;
    at = binary_reply_header(connection, at, answer);
    memcpy(at, key, key_bytes);
    memcpy(at + key_bytes, value, value_bytes);
    reply_wrote(connection, at + key_bytes + value_bytes);
}

void binary_reply_done(struct connection *connection, uint64_t cas) {
    struct binary_answer answer = {.cas = cas};
    if (!connection->no_reply)
        binary_reply_packet(connection, &answer, "", "");
}

void binary_reply_text(struct connection *connection, enum binary_status status, const char *text) {
    struct binary_answer answer = {.status = status};
    if (connection->server->verbosity > 1)
        fprintf(stderr, ">%d 0x%04x %s\n", connection->fd, (unsigned)status, text);
    binary_reply_packet(connection, &answer, "", text);
}

void binary_reply_error(struct connection *connection, enum binary_status status) {
    binary_reply_text(connection, status, binary_status_text(status));
}

void binary_reply_stat(struct connection *connection, const char *name, const char *value) {
    struct binary_answer answer = {.status = BINARY_SUCCESS};
    binary_reply_packet(connection, &answer, name, value);
}

void binary_reply_stat_end(struct connection *connection, const char *word) {
    (void)word;
    binary_reply_stat(connection, "", "");
}
