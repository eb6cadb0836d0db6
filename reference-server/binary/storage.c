/* SPDX-License-Identifier: MIT */
/* storage.c - set, add, replace, append, prepend and their quiet forms.
 *
 * protocol-binary.txt, "Set, Add, Replace" and "Append, Prepend". Extras of the first three: flags
 * and exptime, 4 bytes each. A cas unique in the header makes each of them a cas command: it
 * stores only if the item still has that unique.
 * Two steps, as in classic/storage.c: the header makes an item of the right size, into which the
 * connection receives the value; when that is complete, binary_value() stores it. */
#include "admin/log.h"
#include "binary/big_endian.h"
#include "binary/binary.h"
#include "server/server.h"
#include "store/expiry.h"

/* No item of that size can be had. The value is on its way nevertheless, so it must be read and
 * dropped. After a failed set the old value must not survive. */
static void binary_refuse_value(struct connection *connection, const struct binary_request *request,
                                enum store_mode mode, enum store_result reason) {
    struct server *server = connection->server;
    if (reason == STORE_TOO_LARGE) {
        server->counters.store_too_large++;
        binary_reply_error(connection, BINARY_TOO_LARGE);
    } else {
        server->counters.store_no_memory++;
        binary_reply_text(connection, BINARY_OUT_OF_MEMORY, "Out of memory allocating item");
    }
    if (mode == STORE_SET)
        (void)store_remove(&server->store, request->key, 0, server->clock.now_s);
    log_refused(connection, request->key, mode, reason, request->value_bytes);
    connection_swallow(connection, request->value_bytes);
}

/* `wanted` holds flags and expiry. With -C the items have no cas unique, and one in the request is
 * not looked at. */
static void binary_store(struct connection *connection, const struct binary_request *request,
                         enum store_mode mode, struct store_request wanted) {
    struct store *store = &connection->server->store;
    uint64_t cas_unique = store->limits.cas ? request->cas : 0;
    bool joins = mode == STORE_APPEND || mode == STORE_PREPEND;
    struct item *item;

    wanted.value_bytes = request->value_bytes;
    wanted.now_s = connection->server->clock.now_s;
    if (connection->server->prefixes.enabled)
        prefixes_count(&connection->server->prefixes, request->key, PREFIX_SET);
    enum store_result result = store_reserve(store, request->key, &wanted, &item);
    if (result == STORE_STORED)
        connection_receive_value(connection, item, cas_unique == 0 || joins ? mode : STORE_CAS,
                                 cas_unique);
    else
        binary_refuse_value(connection, request, mode, result);
}

/* set, add and replace have flags and exptime. */
static void binary_update(struct connection *connection, const struct binary_request *request,
                          enum store_mode mode) {
    uint32_t exptime = big_endian_read_u32(request->extras + 4);
    struct store_request wanted = {.flags = big_endian_read_u32(request->extras),
                                   .expires_s =
                                       expiry_from_exptime(exptime, &connection->server->clock)};
    binary_store(connection, request, mode, wanted);
}

/* append and prepend leave them as they are. */
static void binary_join(struct connection *connection, const struct binary_request *request,
                        enum store_mode mode) {
    binary_store(connection, request, mode, (struct store_request){.expires_s = CLOCK_NEVER_S});
}

/* A condition that did not hold: each of the commands says it in its own way. */
static enum binary_status binary_not_stored(enum store_mode mode) {
    if (mode == STORE_ADD)
        return BINARY_KEY_EXISTS;
    return mode == STORE_REPLACE ? BINARY_KEY_NOT_FOUND : BINARY_NOT_STORED;
}

enum dialect_result binary_value(struct connection *connection) {
    struct server *server = connection->server;
    struct upload *upload = &connection->upload;

    connection->state = CONNECTION_REQUEST;
    server->counters.cmd_set++;
    enum store_result result = store_put(&server->store, upload->item, upload->terms.mode,
                                         upload->terms.cas_unique, server->clock.now_s);
    if (result == STORE_STORED)
        binary_reply_done(connection, store_last_unique(&server->store));
    else if (result == STORE_EXISTS)
        binary_reply_error(connection, BINARY_KEY_EXISTS);
    else if (result == STORE_NOT_FOUND)
        binary_reply_error(connection, BINARY_KEY_NOT_FOUND);
    else
        binary_reply_error(connection, binary_not_stored(upload->terms.mode));
    store_release(&server->store, upload->item);
    upload->item = NULL;
    return DIALECT_OK;
}

void binary_set(struct connection *connection, const struct binary_request *request) {
    binary_update(connection, request, STORE_SET);
}

void binary_add(struct connection *connection, const struct binary_request *request) {
    binary_update(connection, request, STORE_ADD);
}

void binary_replace(struct connection *connection, const struct binary_request *request) {
    binary_update(connection, request, STORE_REPLACE);
}

void binary_append(struct connection *connection, const struct binary_request *request) {
    binary_join(connection, request, STORE_APPEND);
}

void binary_prepend(struct connection *connection, const struct binary_request *request) {
    binary_join(connection, request, STORE_PREPEND);
}
