/* SPDX-License-Identifier: MIT */
/* change.c - delete, incr, decr, touch: commands that change one item without a value.
 *
 * protocol.txt, "Deletion", "Increment/Decrement" and "Touch":
 *     delete <key> [noreply]\r\n        incr <key> <delta> [noreply]\r\n
 *     touch <key> <exptime> [noreply]\r\n */
#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/expiry.h"

/* Very old clients send a time after the key; 0 is still taken. */
static bool change_delete_words_are_good(struct connection *connection,
                                         const struct request *request) {
    if (request->count == 2)
        return true;
    bool zero = slice_is(request->word[2], "0");
    bool no_reply = classic_noreply(connection, request);
    return request->count == 3 ? zero || no_reply : zero && no_reply;
}

void classic_delete(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    struct slice key = request->word[1];

    if (!change_delete_words_are_good(connection, request)) {
        reply_line(connection, "CLIENT_ERROR bad command line format.  "
                               "Usage: delete <key> [noreply]");
        return;
    }
    if (key.length > ITEM_KEY_MAX_BYTES) {
        classic_bad_format(connection);
        return;
    }
    if (server->prefixes.enabled)
        prefixes_count(&server->prefixes, key, PREFIX_DELETE);
    if (store_remove(&server->store, key, 0, server->clock.now_s) == STORE_STORED) {
        server->counters.delete_hits++;
        reply_line(connection, "DELETED");
    } else {
        server->counters.delete_misses++;
        reply_line(connection, "NOT_FOUND");
    }
}

static void change_number(struct connection *connection, struct request *request, bool decrement) {
    struct slice key = request->word[1];
    struct store_delta delta = {.decrement = decrement, .now_s = connection->server->clock.now_s};

    classic_noreply(connection, request);
    if (key.length > ITEM_KEY_MAX_BYTES) {
        classic_bad_format(connection);
        return;
    }
    if (!number_read_u64(request->word[2], &delta.delta)) {
        reply_line(connection, "CLIENT_ERROR invalid numeric delta argument");
        return;
    }
    enum store_result result = store_arithmetic(&connection->server->store, key, &delta);
    if (result == STORE_STORED)
        reply_number(connection, delta.value);
    else if (result == STORE_NOT_FOUND)
        reply_line(connection, "NOT_FOUND");
    else if (result == STORE_NON_NUMERIC)
        reply_line(connection, "CLIENT_ERROR cannot increment or decrement non-numeric value");
    else
        reply_line(connection, "SERVER_ERROR out of memory");
}

void classic_incr(struct connection *connection, struct request *request) {
    change_number(connection, request, false);
}

void classic_decr(struct connection *connection, struct request *request) {
    change_number(connection, request, true);
}

void classic_touch(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    struct slice key = request->word[1];
    struct item *item;
    int32_t exptime;

    classic_noreply(connection, request);
    if (key.length > ITEM_KEY_MAX_BYTES) {
        classic_bad_format(connection);
        return;
    }
    if (!number_read_i32(request->word[2], &exptime)) {
        reply_line(connection, "CLIENT_ERROR invalid exptime argument");
        return;
    }
    uint32_t expires_s = expiry_from_exptime(exptime, &server->clock);
    server->counters.cmd_touch++;
    if (store_touch(&server->store, key, expires_s, server->clock.now_s, &item) == STORE_STORED) {
        server->counters.touch_hits++;
        reply_line(connection, "TOUCHED");
    } else {
        server->counters.touch_misses++;
        reply_line(connection, "NOT_FOUND");
    }
}
