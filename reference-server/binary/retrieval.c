/* SPDX-License-Identifier: MIT */
/* retrieval.c - get, getk, touch, gat, gatk and their quiet forms.
 *
 * protocol-binary.txt, "Get, Get Quietly, Get Key, Get Key Quietly"; touch and its relatives came
 * later. A hit is answered with the flags as extras and the value; the forms with a k add the
 * key; touch leaves the value out. A miss of a quiet form is not answered, so a client can ask
 * for many keys and end with a noop: what has not come before the noop's answer is not there. */
#include "classic/retrieval.h"
#include "binary/big_endian.h"
#include "binary/binary.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/expiry.h"

enum { RETRIEVAL_FLAGS_BYTES = 4 };

/* What a form puts into its answer, besides the flags. */
struct binary_parts {
    bool key;
    bool value;
};

static void binary_reply_hit(struct connection *connection, struct item *item,
                             struct binary_parts parts) {
    struct binary_answer answer = {.extras_bytes = RETRIEVAL_FLAGS_BYTES,
                                   .key_bytes = parts.key ? item->key_bytes : 0,
                                   .value_bytes = parts.value ? item->value_bytes : 0,
                                   .cas = store_shown_unique(&connection->server->store, item)};
    size_t copied = answer.value_bytes <= CONNECTION_COPY_MAX_BYTES ? answer.value_bytes : 0;
    char *at = reply_room(connection,
                          BINARY_HEADER_BYTES + RETRIEVAL_FLAGS_BYTES + answer.key_bytes + copied);
    if (at == NULL)
        return;
    at = binary_reply_header(connection, at, &answer);
    at = big_endian_write_u32(at, item->flags);
    memcpy(at, item->data, answer.key_bytes);
    reply_wrote(connection, at + answer.key_bytes);
    if (parts.value)
        reply_bare_value(connection, item);
}

/* A miss: with a k, the key instead of the text. */
static void binary_reply_miss(struct connection *connection, struct slice key,
                              struct binary_parts parts) {
    struct binary_answer answer = {.status = BINARY_KEY_NOT_FOUND,
                                   .key_bytes = (uint16_t)key.length};
    if (connection->no_reply)
        return;
    if (!parts.key) {
        binary_reply_error(connection, BINARY_KEY_NOT_FOUND);
        return;
    }
    char *at = reply_room(connection, BINARY_HEADER_BYTES + key.length);
    if (at == NULL)
        return;
    at = binary_reply_header(connection, at, &answer);
    memcpy(at, key.bytes, key.length);
    reply_wrote(connection, at + key.length);
}

static void binary_retrieve(struct connection *connection, const struct binary_request *request,
                            struct item *item, struct binary_parts parts) {
    if (item != NULL)
        binary_reply_hit(connection, item, parts);
    else
        binary_reply_miss(connection, request->key, parts);
}

/* touch, gat, gatk: the extras are the new exptime. */
static struct item *binary_find_touched(struct connection *connection,
                                        const struct binary_request *request) {
    uint32_t exptime = big_endian_read_u32(request->extras);
    return retrieval_touch(connection->server, request->key,
                           expiry_from_exptime(exptime, &connection->server->clock));
}

void binary_get(struct connection *connection, const struct binary_request *request) {
    binary_retrieve(connection, request, retrieval_get(connection->server, request->key),
                    (struct binary_parts){.value = true});
}

void binary_getk(struct connection *connection, const struct binary_request *request) {
    binary_retrieve(connection, request, retrieval_get(connection->server, request->key),
                    (struct binary_parts){.key = true, .value = true});
}

void binary_touch(struct connection *connection, const struct binary_request *request) {
    binary_retrieve(connection, request, binary_find_touched(connection, request),
                    (struct binary_parts){0});
}

void binary_gat(struct connection *connection, const struct binary_request *request) {
    binary_retrieve(connection, request, binary_find_touched(connection, request),
                    (struct binary_parts){.value = true});
}

void binary_gatk(struct connection *connection, const struct binary_request *request) {
    binary_retrieve(connection, request, binary_find_touched(connection, request),
                    (struct binary_parts){.key = true, .value = true});
}
