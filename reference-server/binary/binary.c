/* SPDX-License-Identifier: MIT */
/* binary.c - the binary protocol: reading the header of a packet, judging it, finding the handler.
 *
 * All that can be wrong with a request but its meaning stands in the header, so it is judged
 * before anything else is awaited. Of a bad request nobody can say where the next one begins:
 * it is answered and the connection is closed. What a command does is in the other files
 * of this folder. Called by net/connection.c through `binary_dialect`. */
#include "binary/binary.h"

#include <stdio.h>
#include <string.h>

#include "auth/sasl.h"
#include "binary/big_endian.h"
#include "server/server.h"

/* Takes a header apart. What its lengths say is not believed yet, so no slice is made. */
static void binary_read_header(struct connection *connection, const char *header,
                               struct binary_request *request) {
    connection->opcode = (uint8_t)header[1];
    memcpy(&connection->opaque, header + 12, sizeof(connection->opaque));
    *request = (struct binary_request){
        .command = binary_commands_find(&connection->server->binary_commands, connection->opcode),
        .cas = big_endian_read_u64(header + 16),
        .body_bytes = big_endian_read_u32(header + 8),
        .extras_bytes = (uint8_t)header[4],
        .extras = header + BINARY_HEADER_BYTES,
        .key.length = big_endian_read_u16(header + 2)};
    connection->no_reply =
        request->command != NULL && (request->command->takes & BINARY_TAKES_QUIET) != 0;
}

/* protocol-binary.txt says of every command which parts it MUST and MUST NOT have. */
static bool binary_has_right_parts(const struct binary_request *request) {
    const struct binary_command *command = request->command;
    bool must_have_key = (command->takes & BINARY_TAKES_KEY) != 0;
    bool may_have_key = must_have_key || (command->takes & BINARY_TAKES_KEY_OPTIONAL) != 0;
    bool may_have_value = (command->takes & (BINARY_TAKES_VALUE | BINARY_TAKES_MESSAGE)) != 0;

    if (request->extras_bytes != command->extras_least &&
        request->extras_bytes != command->extras_most)
        return false;
    if (request->key.length > 0 ? !may_have_key : must_have_key)
        return false;
    return request->value_bytes == 0 || may_have_value;
}

static bool binary_is_allowed(const struct connection *connection,
                              const struct binary_request *request) {
    return connection->server->options->sasl_path == NULL ||
           connection->sasl == SASL_AUTHENTICATED ||
           (request->command != NULL && (request->command->takes & BINARY_TAKES_ANYBODY) != 0);
}

/* The verdict on a header: SUCCESS, or what is wrong, in the order of memcached's checks. */
static enum binary_status binary_judge(const struct connection *connection,
                                       struct binary_request *request) {
    size_t head_bytes = request->extras_bytes + request->key.length;
    if (head_bytes > request->body_bytes)
        return BINARY_UNKNOWN_COMMAND;
    request->value_bytes = (uint32_t)(request->body_bytes - head_bytes);
    if (request->body_bytes > BINARY_BODY_MAX_BYTES)
        return BINARY_INVALID;
    if (!binary_is_allowed(connection, request))
        return BINARY_AUTH_ERROR;
    if (request->key.length > ITEM_KEY_MAX_BYTES)
        return BINARY_INVALID;
    if (request->command != NULL && !binary_has_right_parts(request))
        return BINARY_INVALID;
    return BINARY_SUCCESS;
}

/* Bytes of the request that must be there before its handler is called. */
static size_t binary_awaited_bytes(const struct binary_request *request) {
    size_t awaited = BINARY_HEADER_BYTES + request->extras_bytes + request->key.length;
    if ((request->command->takes & BINARY_TAKES_MESSAGE) != 0 &&
        request->value_bytes <= SASL_MESSAGE_MAX_BYTES)
        awaited += request->value_bytes;
    return awaited;
}

static enum dialect_result binary_refuse(struct connection *connection, enum binary_status status) {
    if (connection->server->verbosity > 0)
        fprintf(stderr, "mcref: %d: closed: bad binary request, opcode 0x%02x\n", connection->fd,
                connection->opcode);
    binary_reply_error(connection, status);
    return DIALECT_BAD;
}

static enum dialect_result binary_unknown(struct connection *connection,
                                          const struct binary_request *request) {
    buffer_consume(&connection->in, BINARY_HEADER_BYTES);
    binary_reply_error(connection, BINARY_UNKNOWN_COMMAND);
    connection_swallow(connection, request->body_bytes);
    return DIALECT_OK;
}

/* Takes one request off the input, all but a value. */
static enum dialect_result binary_request(struct connection *connection) {
    struct buffer *in = &connection->in;
    const char *header = buffer_first(in);
    struct binary_request request;

    if ((unsigned char)header[0] != BINARY_MAGIC_REQUEST)
        return DIALECT_BAD;
    if (buffer_length(in) < BINARY_HEADER_BYTES)
        return DIALECT_MORE;
    binary_read_header(connection, header, &request);
    enum binary_status verdict = binary_judge(connection, &request);
    if (verdict != BINARY_SUCCESS)
        return binary_refuse(connection, verdict);
    if (request.command == NULL)
        return binary_unknown(connection, &request);
    size_t awaited = binary_awaited_bytes(&request);
    if (buffer_length(in) < awaited)
        return DIALECT_MORE;
    request.key.bytes = request.extras + request.extras_bytes;
    request.message.bytes = request.key.bytes + request.key.length;
    request.message.length = (size_t)(header + awaited - request.message.bytes);
    buffer_consume(in, awaited); /* the bytes stay in place until the next receive */
    if (connection->server->verbosity > 1)
        fprintf(stderr, "<%d %s %.*s\n", connection->fd, request.command->name,
                (int)request.key.length, request.key.bytes);
    request.command->handler(connection, &request);
    return DIALECT_OK;
}

/* The one answer that is made in parts, that of `stat sizes`, is resumed by a dialect of its own
 * (admin/dump.c). */
const struct dialect binary_dialect = {
    .name = "binary",
    .binary = true,
    .request = binary_request,
    .value = binary_value,
    .stat = binary_reply_stat,
    .stat_end = binary_reply_stat_end,
};
