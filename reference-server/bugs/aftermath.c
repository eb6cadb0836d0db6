/* SPDX-License-Identifier: MIT */
/* aftermath.c - defects of what a refused request leaves behind: the next one pays for it. The
 * connection whose next answers are kept back, and how many, is in the bug's memory. */
#include "binary/big_endian.h"
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "meta/meta.h"

static void silence(struct connection *connection, unsigned answers) {
    bugs_of(connection)->memory.client = connection;
    bugs_of(connection)->memory.count = answers;
}

/* ---- the next request ---- */

/* The real request, and if the one before silences it, without its answer. */
static enum dialect_result answer_unless(struct connection *connection,
                                         const struct dialect *dialect) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    bool silenced = memory->client == connection && memory->count > 0;
    struct answer answer = {connection, buffer_length(&connection->out)};
    if (silenced)
        memory->count--;
    enum dialect_result result = dialect->request(connection);
    if (silenced && result == DIALECT_MORE)
        memory->count++; /* it has not come yet */
    else if (silenced)
        answer_drop(&answer);
    return result;
}

static enum dialect_result maybe_silent(struct connection *connection) {
    return answer_unless(connection, &classic_dialect);
}

static enum dialect_result maybe_silent_packet(struct connection *connection) {
    return answer_unless(connection, &binary_dialect);
}

/* ---- refusals ---- */

static void large_silences(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    if (connection->state == CONNECTION_SWALLOW)
        silence(connection, 1);
}

static void delete_silences(struct connection *connection, struct request *request) {
    bool misses = request->word[1].length <= ITEM_KEY_MAX_BYTES &&
                  item_of(connection, request->word[1]) == NULL;
    real_handler(connection, request);
    if (misses && connection->no_reply)
        silence(connection, 1);
}

static bool data_is_bad(const struct connection *connection) {
    const struct buffer *in = &connection->in;
    return buffer_length(in) >= 2 && memcmp(buffer_first(in), "\r\n", 2) != 0;
}

static enum dialect_result data_silences(struct connection *connection) {
    if (connection->no_reply && data_is_bad(connection))
        silence(connection, 2); /* the first is the surplus data */
    return classic_dialect.value(connection);
}

static enum dialect_result chunk_silences(struct connection *connection) {
    if (data_is_bad(connection))
        silence(connection, 2);
    return classic_dialect.value(connection);
}

static enum dialect_result add_silences(struct connection *connection) {
    const struct upload *upload = &connection->upload;
    if (connection->no_reply && upload->terms.mode == STORE_ADD &&
        item_of(connection, item_key(upload->item)) != NULL)
        silence(connection, 1);
    return classic_dialect.value(connection);
}

/* A data block whose line was refused is run as a line. */
static void line_silences(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    if (connection->state == CONNECTION_REQUEST)
        silence(connection, 2);
}

static void unknown_silences(struct answer *answer) {
    if (answer_is(answer, "ERROR\r\n"))
        silence(answer->connection, 1);
}

static void word_silences(struct connection *connection, struct request *request) {
    struct slice key = request->word[1];
    struct item *item = key.length <= ITEM_KEY_MAX_BYTES ? item_of(connection, key) : NULL;
    uint64_t number;
    bool is_word = item != NULL &&
                   !number_read_u64((struct slice){item_value(item), item->value_bytes}, &number);
    real_handler(connection, request);
    if (is_word && connection->no_reply)
        silence(connection, 1);
}

static void word_loses_line(struct answer *answer) {
    struct buffer *in = &answer->connection->in;
    const char *end =
        buffer_length(in) > 0 ? memchr(buffer_first(in), '\n', buffer_length(in)) : NULL;
    if (answer_is_to(answer, "incr") && answer_begins(answer, "CLIENT_ERROR cannot") && end != NULL)
        buffer_consume(in, (size_t)(end - buffer_first(in)) + 1);
}

static void miss_silences(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    real_handler(connection, request);
    if (answer_length(&answer) == 0)
        silence(connection, 1);
}

static void packet_silences(struct connection *connection, const struct binary_request *request) {
    bool quiet_miss = connection->no_reply && request->key.length <= ITEM_KEY_MAX_BYTES &&
                      item_of(connection, request->key) == NULL;
    real_opcode(connection, request);
    if (quiet_miss)
        silence(connection, 1);
}

static bool packet_fails(const struct answer *answer, enum binary_status status) {
    size_t at = 0;
    const unsigned char *packet = answer_next_packet(answer, &at);
    return packet != NULL && big_endian_read_u16((const char *)packet + 6) == status;
}

static void unknown_packet_silences(struct answer *answer) {
    if (packet_fails(answer, BINARY_UNKNOWN_COMMAND))
        silence(answer->connection, 1);
}

static void large_packet_silences(struct answer *answer) {
    if (packet_fails(answer, BINARY_TOO_LARGE))
        silence(answer->connection, 1);
}

static void quiet_error_silences(struct answer *answer) {
    if (answer->connection->no_reply && !packet_fails(answer, BINARY_SUCCESS))
        silence(answer->connection, 1);
}

static const struct bug rows[] = {
#include "bugs/aftermath.def"
};

AREA_OF(aftermath)
