/* SPDX-License-Identifier: MIT */
/* aftermath.c - defects of what a refused request leaves behind: the next one pays for it. The
 * connection whose next answers are kept back, and how many, is in the bug's memory. */
#include "bugs/area.h"
#include "bugs/tools.h"
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

static enum dialect_result data_silences(struct connection *connection) {
    const struct buffer *in = &connection->in;
    bool bad =
        connection->no_reply && buffer_length(in) >= 2 && memcmp(buffer_first(in), "\r\n", 2) != 0;
    if (bad)
        silence(connection, 2); /* the first is the surplus data */
    return classic_dialect.value(connection);
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

static const struct bug rows[] = {
#include "bugs/aftermath.def"
};

AREA_OF(aftermath)
