/* SPDX-License-Identifier: MIT */
/* change.c - delete, increment, decrement and their quiet forms.
 *
 * protocol-binary.txt, "Delete" and "Increment, Decrement". Extras of the latter: delta, initial
 * value (8 bytes each) and exptime (4). A number that is not there begins with the initial value,
 * unless the exptime is 0xffffffff. Numbers are kept as decimal text, as in the text protocol,
 * and answered as 8 bytes. */
#include "binary/big_endian.h"
#include "binary/binary.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/expiry.h"

enum { CHANGE_INITIAL = 8, CHANGE_EXPTIME = 16, CHANGE_NUMBER_BYTES = 8 };

static const uint32_t change_never_create = 0xffffffff; /* an exptime */

void binary_delete(struct connection *connection, const struct binary_request *request) {
    struct server *server = connection->server;
    if (server->prefixes.enabled)
        prefixes_count(&server->prefixes, request->key, PREFIX_DELETE);
    enum store_result result =
        store_remove(&server->store, request->key, request->cas, server->clock.now_s);
    if (result == STORE_STORED) {
        server->counters.delete_hits++;
        binary_reply_done(connection, 0);
    } else if (result == STORE_EXISTS) {
        binary_reply_error(connection, BINARY_KEY_EXISTS);
    } else {
        server->counters.delete_misses++;
        binary_reply_error(connection, BINARY_KEY_NOT_FOUND);
    }
}

static void change_reply_number(struct connection *connection, const struct store_delta *delta) {
    const struct store *store = &connection->server->store;
    struct binary_answer answer = {.value_bytes = CHANGE_NUMBER_BYTES,
                                   .cas = store_shown_unique(store, delta->item)};
    if (connection->no_reply)
        return;
    char *at = reply_room(connection, BINARY_HEADER_BYTES + CHANGE_NUMBER_BYTES);
    if (at == NULL)
        return;
    at = binary_reply_header(connection, at, &answer);
    reply_wrote(connection, big_endian_write_u64(at, delta->value));
}

static void change_number(struct connection *connection, const struct binary_request *request,
                          bool decrement) {
    const struct clock *clock = &connection->server->clock;
    uint32_t exptime = big_endian_read_u32(request->extras + CHANGE_EXPTIME);
    struct store_delta delta = {.decrement = decrement,
                                .delta = big_endian_read_u64(request->extras),
                                .cas_unique = request->cas,
                                .vivify = exptime != change_never_create,
                                .initial = big_endian_read_u64(request->extras + CHANGE_INITIAL),
                                .initial_expires_s = expiry_from_exptime(exptime, clock),
                                .now_s = clock->now_s};
    switch (store_arithmetic(&connection->server->store, request->key, &delta)) {
    case STORE_STORED:
        change_reply_number(connection, &delta);
        return;
    case STORE_NOT_FOUND:
        binary_reply_error(connection, BINARY_KEY_NOT_FOUND);
        return;
    case STORE_EXISTS:
        binary_reply_error(connection, BINARY_KEY_EXISTS);
        return;
    case STORE_NON_NUMERIC:
        binary_reply_error(connection, BINARY_NON_NUMERIC);
        return;
    case STORE_NOT_STORED:
        binary_reply_text(connection, BINARY_OUT_OF_MEMORY, "Out of memory allocating new item");
        return;
    case STORE_TOO_LARGE:
    case STORE_NO_MEMORY:
        binary_reply_text(connection, BINARY_OUT_OF_MEMORY, "Out of memory incrementing value");
        return;
    }
}

void binary_increment(struct connection *connection, const struct binary_request *request) {
    change_number(connection, request, false);
}

void binary_decrement(struct connection *connection, const struct binary_request *request) {
    change_number(connection, request, true);
}
