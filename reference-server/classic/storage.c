/* SPDX-License-Identifier: MIT */
/* storage.c - set, add, replace, append, prepend, cas.
 *
 * protocol.txt, "Storage commands":
 *     <command> <key> <flags> <exptime> <bytes> [noreply]\r\n
 *     cas <key> <flags> <exptime> <bytes> <cas unique> [noreply]\r\n
 *     <data block>\r\n
 * Two steps: the line makes an item of the right size, into which the connection receives the
 * data block; when that is complete, classic_value() puts it into the store. */
#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/expiry.h"

enum { STORAGE_KEY = 1, STORAGE_FLAGS, STORAGE_EXPTIME, STORAGE_BYTES, STORAGE_UNIQUE };

static const char *storage_answer(enum store_result result) {
    switch (result) {
    case STORE_STORED:
        return "STORED";
    case STORE_EXISTS:
        return "EXISTS";
    case STORE_NOT_FOUND:
        return "NOT_FOUND";
    case STORE_TOO_LARGE:
        return "SERVER_ERROR object too large for cache";
    case STORE_NO_MEMORY:
        return "SERVER_ERROR out of memory storing object";
    case STORE_NOT_STORED:
    case STORE_NON_NUMERIC:
        break;
    }
    return "NOT_STORED";
}

static void storage_reply(struct connection *connection, enum store_result result) {
    reply_line(connection, storage_answer(result));
}

/* No item of that size can be had. The data block is on its way nevertheless, so it must be
 * read and dropped. After a failed set the old value must not survive: the client meant to
 * replace it. */
void classic_refuse_value(struct connection *connection, struct slice key, uint32_t value_bytes,
                          enum store_mode mode, enum store_result reason) {
    struct server *server = connection->server;
    if (reason == STORE_TOO_LARGE)
        server->counters.store_too_large++;
    else
        server->counters.store_no_memory++;
    if (mode == STORE_SET)
        (void)store_remove(&server->store, key, 0, server->clock.now_s);
    log_refused(connection, key, mode, reason, value_bytes);
    reply_line(connection, storage_answer(reason));
    connection_swallow(connection, (uint64_t)value_bytes + 2);
}

/* The line of any storage command. After a bad line memcached 1.6.18 does not know how long the
 * data block is, so it is taken for the next command line. */
static void storage_begin(struct connection *connection, struct request *request,
                          enum store_mode mode) {
    struct server *server = connection->server;
    const struct slice *word = request->word;
    struct store_request wanted = {.now_s = server->clock.now_s};
    struct item *item;
    int32_t exptime;
    int32_t bytes;
    uint64_t unique = 0;

    classic_noreply(connection, request);
    if (word[STORAGE_KEY].length > ITEM_KEY_MAX_BYTES ||
        !number_read_u32(word[STORAGE_FLAGS], &wanted.flags) ||
        !number_read_i32(word[STORAGE_EXPTIME], &exptime) ||
        !number_read_i32(word[STORAGE_BYTES], &bytes) || bytes < 0 || bytes > INT32_MAX - 2 ||
        (mode == STORE_CAS && !number_read_u64(word[STORAGE_UNIQUE], &unique))) {
        classic_bad_format(connection);
        return;
    }
    wanted.expires_s = expiry_from_exptime(exptime, &server->clock);
    wanted.value_bytes = (uint32_t)bytes;
    if (server->prefixes.enabled)
        prefixes_count(&server->prefixes, word[STORAGE_KEY], PREFIX_SET);
    enum store_result result = store_reserve(&server->store, word[STORAGE_KEY], &wanted, &item);
    if (result == STORE_STORED) {
        connection_receive_value(connection, item, mode, unique);
        connection->upload.answer = storage_reply;
    } else {
        classic_refuse_value(connection, word[STORAGE_KEY], wanted.value_bytes, mode, result);
    }
}

/* The value is in the item; the "\r\n" that must follow it is still in the input. If two other
 * bytes follow, they are taken all the same. */
enum dialect_result classic_value(struct connection *connection) {
    struct server *server = connection->server;
    struct upload *upload = &connection->upload;

    if (buffer_length(&connection->in) < 2)
        return DIALECT_MORE;
    bool ends_well = memcmp(buffer_first(&connection->in), "\r\n", 2) == 0;
    buffer_consume(&connection->in, 2);
    connection->state = CONNECTION_REQUEST;
    server->counters.cmd_set++;
    if (ends_well)
        upload->answer(connection, store_put_on(&server->store, upload->item, &upload->terms,
                                                server->clock.now_s));
    else
        reply_line(connection, "CLIENT_ERROR bad data chunk");
    store_release(&server->store, upload->item);
    upload->item = NULL;
    return DIALECT_OK;
}

void classic_set(struct connection *connection, struct request *request) {
    storage_begin(connection, request, STORE_SET);
}

void classic_add(struct connection *connection, struct request *request) {
    storage_begin(connection, request, STORE_ADD);
}

void classic_replace(struct connection *connection, struct request *request) {
    storage_begin(connection, request, STORE_REPLACE);
}

void classic_append(struct connection *connection, struct request *request) {
    storage_begin(connection, request, STORE_APPEND);
}

void classic_prepend(struct connection *connection, struct request *request) {
    storage_begin(connection, request, STORE_PREPEND);
}

void classic_cas(struct connection *connection, struct request *request) {
    storage_begin(connection, request, STORE_CAS);
}
