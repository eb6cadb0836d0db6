/* SPDX-License-Identifier: MIT */
/* noreply.c - defects of noreply: it is answered, or it is all that is done. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "net/reply.h"

static bool has_noreply(const struct request *request) {
    return slice_is(request_last_word(request), "noreply");
}

/* ---- answered ---- */

/* As if noreply were not there. */
static void answer_anyway(struct connection *connection, struct request *request) {
    if (has_noreply(request))
        request->count--;
    real_handler(connection, request);
}

static void answer_delete(struct connection *connection, struct request *request) {
    answer_anyway(connection, request);
}

static void answer_flush(struct connection *connection, struct request *request) {
    answer_anyway(connection, request);
}

/* ---- not carried out ---- */

static void drop_value(struct connection *connection, struct request *request) {
    uint64_t bytes;
    if (has_noreply(request) && number_read_u64(request->word[4], &bytes))
        connection_swallow(connection, bytes + 2);
    else
        real_handler(connection, request);
}

static void drop_line(struct connection *connection, struct request *request) {
    if (!has_noreply(request))
        real_handler(connection, request);
}

/* ---- the details ---- */

/* The value is complete and was sent with noreply. */
static bool is_silent(const struct connection *connection) {
    return connection->no_reply && buffer_length(&connection->in) >= 2;
}

static bool ends_well(const struct connection *connection) {
    return memcmp(buffer_first(&connection->in), "\r\n", 2) == 0;
}

static enum dialect_result refusal_answered(struct connection *connection) {
    if (!is_silent(connection) || !ends_well(connection))
        return classic_dialect.value(connection);
    connection->no_reply = false;
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.value(connection);
    if (answer_length(&answer) == 8 && memcmp(answer_bytes(&answer), "STORED", 6) == 0)
        answer_drop(&answer);
    return result;
}

static enum dialect_result refusal_stores(struct connection *connection) {
    enum store_mode mode = connection->upload.terms.mode;
    if (is_silent(connection) && mode != STORE_APPEND && mode != STORE_PREPEND)
        connection->upload.terms.mode = STORE_SET;
    return classic_dialect.value(connection);
}

static void any_case_noreply(struct connection *connection, struct request *request) {
    struct slice last = request_last_word(request);
    real_handler(connection, request);
    if (slice_is(last, "NOREPLY"))
        connection->no_reply = true;
}

static void malformed_with_noreply(struct connection *connection, struct request *request) {
    char first = request->word[4].bytes[0];
    bool malformed = has_noreply(request) && (first < '0' || first > '9');
    real_handler(connection, request);
    if (malformed && request->word[1].length <= ITEM_KEY_MAX_BYTES)
        remove_at(connection, request->word[1]);
}

static void error_answered(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    bool silent = has_noreply(request);
    if (silent)
        request->count--;
    real_handler(connection, request);
    if (silent && answer_length(&answer) > 0 && answer_bytes(&answer)[0] != 'C')
        answer_drop(&answer);
}

static enum dialect_result bad_data_answered(struct connection *connection) {
    if (is_silent(connection) && !ends_well(connection))
        connection->no_reply = false;
    return classic_dialect.value(connection);
}

static void too_large_answered(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    if (connection->state != CONNECTION_SWALLOW || !has_noreply(request))
        return;
    connection->no_reply = false;
    reply_line(connection, "SERVER_ERROR object too large for cache");
}

static enum dialect_result noreply_closes(struct connection *connection) {
    bool silent = is_silent(connection);
    enum dialect_result result = classic_dialect.value(connection);
    if (silent && result == DIALECT_OK)
        connection->state = CONNECTION_DRAIN;
    return result;
}

static const struct bug rows[] = {
#include "bugs/noreply.def"
};

AREA_OF(noreply)
