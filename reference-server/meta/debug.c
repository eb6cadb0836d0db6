/* SPDX-License-Identifier: MIT */
/* debug.c - me: what the server knows of an item; mn: nothing, but in its turn.
 *
 * protocol.txt, "Meta Debug" and "Meta No-Op":
 *     me <key> [b]\r\n   ->   ME <key> <name>=<value>*\r\n   or   EN\r\n
 *     mn\r\n             ->   MN\r\n */
#include <inttypes.h>
#include <stdio.h>

#include "bytes/base64.h"
#include "classic/classic.h"
#include "meta/meta.h"
#include "net/reply.h"
#include "server/server.h"

enum { META_DEBUG_FACTS_BYTES = 160 }; /* the names and values; longer than they can get */

static void debug_reply(struct connection *connection, const struct item *item) {
    const struct server *server = connection->server;
    bool endless = item->expires_s == CLOCK_NEVER_S;
    char *at =
        reply_room(connection, 3 + BASE64_LENGTH(ITEM_KEY_MAX_BYTES) + META_DEBUG_FACTS_BYTES);
    if (at == NULL)
        return;
    memcpy(at, "ME ", 3);
    at += 3;
    if ((item->marks & ITEM_KEY_BINARY) != 0) {
        at = base64_encode(at, item_key(item));
    } else {
        memcpy(at, item->data, item->key_bytes);
        at += item->key_bytes;
    }
    at += snprintf(at, META_DEBUG_FACTS_BYTES,
                   " exp=%" PRId64 " la=%" PRIu32 " cas=%" PRIu64 " fetch=%s cls=1 size=%zu\r\n",
                   endless ? -1 : (int64_t)item->expires_s - server->clock.now_s,
                   item_idle_s(item, server->clock.now_s), store_shown_unique(&server->store, item),
                   (item->marks & ITEM_FETCHED) != 0 ? "yes" : "no",
                   item_bytes(item->key_bytes, item->value_bytes));
    reply_wrote(connection, at);
}

void meta_debug(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    char decoded[ITEM_KEY_MAX_BYTES];

    request_split(request);
    if (request->count < 2 || request->word[1].length > ITEM_KEY_MAX_BYTES) {
        classic_bad_format(connection);
        return;
    }
    struct slice key = request->word[1];
    if (request->count > 2 && slice_is(request->word[2], "b")) {
        key = (struct slice){decoded, base64_decode(key, decoded)};
        if (key.length == 0) {
            classic_bad_format(connection);
            return;
        }
    }
    server->counters.cmd_meta++;
    const struct item *item = store_peek(&server->store, key, server->clock.now_s);
    if (item != NULL)
        debug_reply(connection, item);
    else
        reply_line(connection, "EN");
}

/* Answers come in the order of the requests, so MN tells that all before it are done. */
void meta_no_op(struct connection *connection, struct request *request) {
    (void)request;
    reply_line(connection, "MN");
}
