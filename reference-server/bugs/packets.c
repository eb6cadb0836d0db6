/* SPDX-License-Identifier: MIT */
/* packets.c - defects of what memcached does beyond the document of the binary protocol. */
#include "binary/big_endian.h"
#include "bugs/area.h"
#include "bugs/copy.h"
#include "bugs/tools.h"
#include "bytes/number.h"

/* ---- counters ---- */

static enum store_result counter_wide(struct store *store, struct slice key,
                                      struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && delta->created)
        counter_rewrite(store, delta, NUMBER_DIGITS_MAX);
    return result;
}

static enum store_result counter_shortens(struct store *store, struct slice key,
                                          struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && !delta->created)
        counter_rewrite(store, delta, 0);
    return result;
}

/* ---- packets ---- */

static void getq_waits(struct answer *answer) {
    struct bug_memory *memory = &bugs_of(answer->connection)->memory;
    size_t at = 0;
    const unsigned char *packet = answer_next_packet(answer, &at);
    if (packet != NULL && packet[1] == 0x09 && answer_length(answer) <= sizeof(memory->text)) {
        memory->client = answer->connection;
        memory->length = answer_length(answer);
        memcpy(memory->text, answer_bytes(answer), memory->length);
        answer_drop(answer);
    } else if (memory->client == answer->connection) {
        answer_replace(answer, 0, 0, (struct slice){memory->text, memory->length});
        memory->client = NULL;
    }
}

static enum dialect_result body_grows(struct connection *connection) {
    char *packet = buffer_first(&connection->in);
    if (buffer_length(&connection->in) >= BINARY_HEADER_BYTES) {
        uint32_t least = (uint32_t)big_endian_read_u16(packet + 2) + (unsigned char)packet[4];
        if (big_endian_read_u32(packet + 8) < least)
            (void)big_endian_write_u32(packet + 8, least);
    }
    return binary_dialect.request(connection);
}

static void stat_reset_ignored(struct connection *connection,
                               const struct binary_request *request) {
    if (slice_is(request->key, "reset"))
        binary_reply_done(connection, 0);
    else
        binary_stat(connection, request);
}

static void too_large_keeps_old(struct connection *connection,
                                const struct binary_request *request) {
    struct server *server = connection->server;
    struct copy *copy = copy_new(item_of(connection, request->key));
    real_opcode(connection, request);
    if (connection->state == CONNECTION_SWALLOW && copy != NULL)
        copy_restore(&server->store, copy, server->clock.now_s);
    copy_free(copy);
}

/* ---- quiet requests, joining, conditions ---- */

/* A failure of one of these opcodes is not told. */
static void hide_failure(struct answer *answer, unsigned first, unsigned last) {
    size_t at = 0;
    const unsigned char *packet = answer_next_packet(answer, &at);
    if (packet != NULL && packet[1] >= first && packet[1] <= last && (packet[6] | packet[7]) != 0)
        answer_drop(answer);
}

static void joinq_silent(struct answer *answer) {
    hide_failure(answer, 0x19, 0x1a);
}

static void deleteq_silent(struct answer *answer) {
    hide_failure(answer, 0x14, 0x14);
}

static void append_nothing_refused(struct connection *connection,
                                   const struct binary_request *request) {
    if (request->value_bytes == 0)
        binary_reply_error(connection, BINARY_NOT_STORED);
    else
        binary_append(connection, request);
}

static enum store_result set_cas_never(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    if (terms->mode == STORE_CAS && turn != NULL && turn->dialect->binary)
        return STORE_EXISTS;
    return store_real_ops.put(store, item, terms, now_s);
}

static void expiration_swapped(struct connection *connection,
                               const struct binary_request *request) {
    struct binary_request changed = *request;
    char extras[8];
    memcpy(extras, request->extras, sizeof(extras));
    for (int i = 0; i < 4; i++)
        extras[4 + i] = request->extras[7 - i];
    changed.extras = extras;
    binary_set(connection, &changed);
}

/* ---- stat ---- */

static enum dialect_result not_detailed(struct connection *connection) {
    struct prefixes *prefixes = &connection->server->prefixes;
    bool enabled = prefixes->enabled;
    uint8_t opcode;
    struct slice key;
    if (input_peek_packet(connection, &opcode, &key) && opcode == 0x10)
        return binary_dialect.request(connection);
    prefixes->enabled = false;
    enum dialect_result result = binary_dialect.request(connection);
    prefixes->enabled = enabled;
    return result;
}

static enum store_result made_expired(struct store *store, struct slice key,
                                      struct store_delta *delta) {
    if (delta->vivify && delta->initial_expires_s != CLOCK_NEVER_S)
        delta->initial_expires_s = delta->now_s;
    return store_real_ops.arithmetic(store, key, delta);
}

static const struct bug rows[] = {
#include "bugs/packets.def"
};

AREA_OF(packets)
