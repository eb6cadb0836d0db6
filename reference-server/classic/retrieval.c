/* SPDX-License-Identifier: MIT */
/* retrieval.c - get, gets, gat, gats.
 *
 * protocol.txt, "Retrieval command" and "Get And Touch":
 *     get <key>*\r\n                  VALUE <key> <flags> <bytes> [<cas unique>]\r\n
 *     gat <exptime> <key>*\r\n        <data block>\r\n   ... for each hit, then   END\r\n
 * A line can name thousands of keys and a value can be large, so the reply is made key by key:
 * the loop in classic_resume() stops when enough waits to be sent and is called again when that
 * is gone. The keys stay where they are, in the input buffer, as long as that lasts. */
#include "classic/retrieval.h"
#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/expiry.h"

enum {
    /* "VALUE " key " " flags " " bytes " " cas unique "\r\n" */
    RETRIEVAL_HEAD_MAX_BYTES = 6 + ITEM_KEY_MAX_BYTES + 3 * (1 + NUMBER_DIGITS_MAX) + 2
};

static void retrieval_reply_hit(struct connection *connection, struct item *item,
                                bool with_unique) {
    size_t value_bytes = (size_t)item->value_bytes + 2;
    size_t copied = value_bytes <= CONNECTION_COPY_MAX_BYTES ? value_bytes : 0;
    char *at = reply_room(connection, RETRIEVAL_HEAD_MAX_BYTES + copied);
    if (at == NULL)
        return;
    memcpy(at, "VALUE ", 6);
    at += 6;
    memcpy(at, item->data, item->key_bytes);
    at += item->key_bytes;
    *at++ = ' ';
    at = number_write(at, item->flags);
    *at++ = ' ';
    at = number_write(at, item->value_bytes);
    if (with_unique) {
        *at++ = ' ';
        at = number_write(at, store_shown_unique(&connection->server->store, item));
    }
    *at++ = '\r';
    *at++ = '\n';
    reply_wrote(connection, at);
    reply_value(connection, item);
}

static struct item *retrieval_find(struct connection *connection, struct slice key) {
    const struct retrieval *retrieval = &connection->retrieval;
    return retrieval->touch ? retrieval_touch(connection->server, key, retrieval->expires_s)
                            : retrieval_get(connection->server, key);
}

void classic_resume(struct connection *connection) {
    struct retrieval *retrieval = &connection->retrieval;
    struct slice key;

    while (connection_may_reply(connection)) {
        if (!request_next_word(&retrieval->keys, &key)) {
            connection->state = CONNECTION_REQUEST;
            reply_line(connection, "END");
            return;
        }
        struct item *item = retrieval_find(connection, key);
        if (item != NULL)
            retrieval_reply_hit(connection, item, retrieval->with_unique);
        connection->budget--;
    }
}

/* One key that is too long spoils the whole command, so that is checked before the first key is
 * answered. A short line cannot hold one. */
static bool retrieval_keys_fit(struct slice keys) {
    struct slice key;
    if (keys.length <= ITEM_KEY_MAX_BYTES)
        return true;
    while (request_next_word(&keys, &key))
        if (key.length > ITEM_KEY_MAX_BYTES)
            return false;
    return true;
}

static void retrieval_begin(struct connection *connection, struct slice keys, bool with_unique) {
    if (!retrieval_keys_fit(keys)) {
        classic_bad_format(connection);
        return;
    }
    connection->retrieval = (struct retrieval){.keys = keys, .with_unique = with_unique};
    connection->state = CONNECTION_REPLY;
}

/* gat and gats: the first word is the new exptime. */
static void retrieval_begin_touch(struct connection *connection, struct request *request,
                                  bool with_unique) {
    struct slice exptime_word;
    int32_t exptime;

    (void)request_next_word(&request->rest, &exptime_word);
    if (!number_read_i32(exptime_word, &exptime)) {
        reply_line(connection, "CLIENT_ERROR invalid exptime argument");
        return;
    }
    retrieval_begin(connection, request->rest, with_unique);
    connection->retrieval.touch = true;
    connection->retrieval.expires_s = expiry_from_exptime(exptime, &connection->server->clock);
}

void classic_get(struct connection *connection, struct request *request) {
    retrieval_begin(connection, request->rest, false);
}

void classic_gets(struct connection *connection, struct request *request) {
    retrieval_begin(connection, request->rest, true);
}

void classic_gat(struct connection *connection, struct request *request) {
    retrieval_begin_touch(connection, request, false);
}

void classic_gats(struct connection *connection, struct request *request) {
    retrieval_begin_touch(connection, request, true);
}
