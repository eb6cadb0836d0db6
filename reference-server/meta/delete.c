/* SPDX-License-Identifier: MIT */
/* delete.c - md: remove an item, or its value, or mark it as stale.
 *
 * protocol.txt, "Meta Delete":
 *     md <key> <flags>*\r\n   ->   HD, NF or EX <flags>*\r\n */
#include "meta/meta.h"
#include "net/reply.h"
#include "server/server.h"

static const struct meta_texts delete_texts = {
    .too_many = "CLIENT_ERROR options flags too long",
    .bad_flag = "CLIENT_ERROR invalid or duplicate flag",
};

/* x: an item without a value takes the place of the old one, under the same cas unique. Returns
 * it, or NULL if there is no memory for it. */
static struct item *delete_value(struct server *server, const struct meta *meta,
                                 const struct item *old) {
    const struct store_request request = {
        .flags = meta->client_flags, .expires_s = meta->expires_s, .now_s = server->clock.now_s};
    const struct store_terms terms = {.mode = STORE_SET,
                                      .given_unique = meta_has(meta, 'E') ? meta->given_unique
                                                                          : old->cas_unique};
    uint8_t binary = old->marks & ITEM_KEY_BINARY;
    struct item *item;

    if (store_reserve(&server->store, meta->key, &request, &item) != STORE_STORED)
        return NULL;
    item->marks |= binary;
    (void)store_put_on(&server->store, item, &terms, request.now_s);
    store_release(&server->store, item);
    return item;
}

/* What md does to an item that may be changed. False if there is no memory for that. */
static bool delete_act(struct server *server, const struct meta *meta, struct item *item) {
    if (meta_has(meta, 'x') && (item = delete_value(server, meta, item)) == NULL)
        return false;
    if (meta_has(meta, 'I')) {
        if (meta_has(meta, 'T'))
            item->expires_s = meta->expires_s;
        store_invalidate(&server->store, item, meta->given_unique);
        return true;
    }
    server->counters.delete_hits++;
    if (!meta_has(meta, 'x'))
        (void)store_remove(&server->store, meta->key, 0, server->clock.now_s);
    return true;
}

void meta_delete(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    struct meta meta;

    if (!meta_read(connection, request, &meta, &delete_texts))
        return;
    struct item *item = store_peek(&server->store, meta.key, server->clock.now_s);
    bool other = item != NULL && meta_has(&meta, 'C') &&
                 meta.cas_unique != store_shown_unique(&server->store, item);
    if (item == NULL || other) {
        server->counters.delete_misses++;
        meta_reply(connection, &meta, other ? "EX" : "NF");
        return;
    }
    if (!delete_act(server, &meta, item))
        reply_line(connection, "SERVER_ERROR out of memory");
    else if (!meta_has(&meta, 'q'))
        meta_reply(connection, &meta, "HD");
}
