/* SPDX-License-Identifier: MIT */
/* get.c - mg: look at an item, fetch it, touch it, or win the right to make it anew.
 *
 * protocol.txt, "Meta Get":
 *     mg <key> <flags>*\r\n   ->   HD <flags>*\r\n
 *                                  VA <size> <flags>*\r\n<data block>\r\n     with flag v
 *                                  EN\r\n                                     no such item
 * The flags act from left to right: `t T30` shows the old remaining time and `T30 t` the new. */
#include "bytes/number.h"
#include "meta/meta.h"
#include "net/reply.h"
#include "server/server.h"

static const struct meta_texts get_texts = {
    .too_many = "CLIENT_ERROR options flags are too long",
};

/* What has come of the flags so far. */
struct get {
    struct item *item;
    bool created; /* by flag N, in this request */
    bool touched; /* by flag T */
    bool won;     /* this client shall make the new value */
};

/* N: the key holds nothing, so an empty item takes its place until somebody knows better. */
static struct item *get_vivify(struct server *server, const struct meta *meta) {
    const struct store_request request = {.now_s = server->clock.now_s};
    const struct store_terms terms = {.mode = STORE_ADD, .given_unique = meta->given_unique};
    struct item *item;

    if (store_reserve(&server->store, meta->key, &request, &item) != STORE_STORED)
        return NULL;
    if (meta_has(meta, 'b'))
        item->marks |= ITEM_KEY_BINARY;
    enum store_result result = store_put_on(&server->store, item, &terms, request.now_s);
    store_release(&server->store, item);
    return result == STORE_STORED ? item : NULL;
}

/* The flags that change something: T, N, R. */
static void get_act(struct get *get, const struct meta *meta, char letter) {
    struct item *item = get->item;

    if (letter == 'T') {
        item->expires_s = meta->expires_s;
        get->touched = true;
    } else if (letter == 'N' && get->created) {
        item->expires_s = meta->vivify_expires_s;
        get->won = true;
    } else if (letter == 'R' && (item->marks & ITEM_WIN_SENT) == 0 &&
               item->expires_s != CLOCK_NEVER_S && item->expires_s < meta->recache_s) {
        get->won = true;
    }
}

/* The flags that show something. */
static char *get_show(char *at, const struct server *server, const struct item *item,
                      const struct meta *meta, char letter) {
    switch (letter) {
    case 'c':
        return meta_write_number(at, 'c', store_shown_unique(&server->store, item));
    case 'f':
        return meta_write_number(at, 'f', item->flags);
    case 'h':
        return meta_write_number(at, 'h', (item->marks & ITEM_FETCHED) != 0 ? 1 : 0);
    case 'k':
        return meta_write_key(at, item_key(item), (item->marks & ITEM_KEY_BINARY) != 0);
    case 'l':
        return meta_write_number(at, 'l', item_idle_s(item, server->clock.now_s));
    case 's':
        return meta_write_number(at, 's', item->value_bytes);
    case 't':
        return meta_write_ttl(at, item, server->clock.now_s);
    default:
        return meta_write_echo(at, meta, letter);
    }
}

/* Z: somebody else is making the new value. X: the value is outdated. W: you make the new one. */
static char *get_show_win(char *at, struct get *get) {
    struct item *item = get->item;
    bool sent = (item->marks & ITEM_WIN_SENT) != 0;

    if (sent)
        at = meta_write_text(at, 'Z', (struct slice){NULL, 0});
    if ((item->marks & ITEM_STALE) != 0) {
        at = meta_write_text(at, 'X', (struct slice){NULL, 0});
        get->won = get->won || !sent;
    }
    if (get->won) {
        at = meta_write_text(at, 'W', (struct slice){NULL, 0});
        item->marks |= ITEM_WIN_SENT;
    }
    return at;
}

static void get_reply(struct connection *connection, const struct meta *meta, struct get *get) {
    const struct server *server = connection->server;
    struct item *item = get->item;
    bool known =
        meta_has(meta, 'C') && meta->cas_unique == store_shown_unique(&server->store, item);
    bool with_value = meta_has(meta, 'v') && !known;
    char *at = meta_room(connection, with_value ? CONNECTION_COPY_MAX_BYTES : 0);

    if (at == NULL)
        return;
    at = meta_write_code(at, with_value ? "VA" : "HD");
    if (with_value) {
        *at++ = ' ';
        at = number_write(at, item->value_bytes);
    }
    for (unsigned i = 0; i < meta->flag_count; i++) {
        get_act(get, meta, meta->flags[i].bytes[0]);
        at = get_show(at, server, item, meta, meta->flags[i].bytes[0]);
    }
    at = get_show_win(at, get);
    *at++ = '\r';
    *at++ = '\n';
    reply_wrote(connection, at);
    if (with_value)
        reply_value(connection, item);
}

void meta_get(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    struct counters *counters = &server->counters;
    struct meta meta;

    if (!meta_read(connection, request, &meta, &get_texts))
        return;
    struct get get = {.item = store_peek(&server->store, meta.key, server->clock.now_s)};
    if (get.item == NULL && meta_has(&meta, 'N')) {
        get.item = get_vivify(server, &meta);
        get.created = true;
    }
    if (get.item == NULL) {
        counters->cmd_get++;
        counters->get_misses++;
        if (!meta_has(&meta, 'q'))
            meta_reply(connection, &meta, "EN");
        return;
    }
    get_reply(connection, &meta, &get);
    (*(get.touched ? &counters->cmd_touch : &counters->cmd_get))++;
    (*(get.touched ? &counters->touch_hits : &counters->get_hits))++;
    if (!meta_has(&meta, 'u'))
        store_use(&server->store, get.item, server->clock.now_s);
}
