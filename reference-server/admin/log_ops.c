/* SPDX-License-Identifier: MIT */
/* log_ops.c - what happens to items, told to those who watch; see admin/log.h.
 *
 * Functions that are put in front of the store's own (the seam `store->ops`) while somebody
 * watches items: each says what it sees and lets the real one do the work. Called by the store's
 * callers without their knowing. */
#include <inttypes.h>

#include "admin/log.h"
#include "server/server.h"
#include "store/expiry.h"
#include "store/memory.h"

/* The store of a server finds its server. */
static struct server *log_server(const struct store *store) {
    return store->log->watchers->connection->server;
}

static int log_client(const struct store *store) {
    const struct connection *turn = log_server(store)->turn;
    return turn != NULL ? turn->fd : 0;
}

/* Seconds an item has left; 0 if it lives for ever, -1 if it is over. */
static int64_t log_ttl(const struct item *item, uint32_t now_s) {
    if (item->expires_s == CLOCK_NEVER_S)
        return 0;
    return expiry_is_over(item->expires_s, now_s) ? -1 : (int64_t)item->expires_s - now_s;
}

/* Somebody looks for a key: what will be found? */
static void log_fetch(struct store *store, struct slice key, uint32_t now_s) {
    const struct item *item = table_find(&store->table, key, table_hash(&store->table, key));
    const char *status = "found";
    char text[LOG_KEY_TEXT_BYTES];

    if ((store->log->streams & LOG_FETCHERS) == 0)
        return;
    if (item == NULL)
        status = "not_found";
    else if (memory_flushed(store, item))
        status = "flushed";
    else if (expiry_is_over(item->expires_s, now_s))
        status = "expired";
    log_key(text, key);
    log_line(log_server(store), LOG_FETCHERS,
             "type=item_get key=%s status=%s clsid=%d cfd=%d size=%" PRIu32, text, status,
             item != NULL ? 1 : 0, log_client(store), item != NULL ? item->value_bytes : 0);
}

static struct item *log_get(struct store *store, struct slice key, uint32_t now_s) {
    log_fetch(store, key, now_s);
    return store->log->inner->get(store, key, now_s);
}

static struct item *log_peek(struct store *store, struct slice key, uint32_t now_s) {
    log_fetch(store, key, now_s);
    return store->log->inner->peek(store, key, now_s);
}

static enum store_result log_touch(struct store *store, struct slice key, uint32_t expires_s,
                                   uint32_t now_s, struct item **item) {
    log_fetch(store, key, now_s);
    return store->log->inner->touch(store, key, expires_s, now_s, item);
}

static enum store_result log_put(struct store *store, struct item *item,
                                 const struct store_terms *terms, uint32_t now_s) {
    struct slice key = item_key(item);
    char text[LOG_KEY_TEXT_BYTES];

    log_fetch(store, key, now_s);
    enum store_result result = store->log->inner->put(store, item, terms, now_s);
    const struct item *stored = item;
    if (result == STORE_STORED && (terms->mode == STORE_APPEND || terms->mode == STORE_PREPEND))
        stored = table_find(&store->table, key, table_hash(&store->table, key));
    log_key(text, key);
    log_line(log_server(store), LOG_MUTATIONS,
             "type=item_store key=%s status=%s cmd=%s ttl=%" PRId64 " clsid=1 cfd=%d size=%" PRIu32,
             text, log_result_word(result), log_mode_word(terms->mode), log_ttl(item, now_s),
             log_client(store), stored != NULL ? stored->value_bytes : item->value_bytes);
    return result;
}

/* Not every removal is a deletion: a refused set removes the old value too. */
static enum store_result log_remove(struct store *store, struct slice key, uint64_t cas_unique,
                                    uint32_t now_s) {
    const struct connection *turn = log_server(store)->turn;
    const struct command *command = turn != NULL ? turn->command : NULL;
    const struct item *item = table_find(&store->table, key, table_hash(&store->table, key));
    uint32_t value_bytes = item != NULL ? item->value_bytes : 0;
    char text[LOG_KEY_TEXT_BYTES];

    log_fetch(store, key, now_s);
    log_key(text, key);
    enum store_result result = store->log->inner->remove(store, key, cas_unique, now_s);
    if (result == STORE_STORED && command != NULL &&
        (strcmp(command->word, "delete") == 0 || strcmp(command->word, "md") == 0))
        log_line(log_server(store), LOG_DELETIONS,
                 "type=deleted key=%s cmd=%s clsid=1 size=%" PRIu32, text, command->word,
                 value_bytes);
    return result;
}

static enum store_result log_arithmetic(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    log_fetch(store, key, delta->now_s);
    return store->log->inner->arithmetic(store, key, delta);
}

static void log_evict(struct store *store, struct item *item, uint32_t now_s) {
    char text[LOG_KEY_TEXT_BYTES];
    int64_t ttl = log_ttl(item, now_s);
    log_key(text, item_key(item));
    log_line(log_server(store), LOG_EVICTIONS,
             "type=eviction key=%s fetch=%s ttl=%" PRId64 " la=%" PRIu32 " clsid=1 size=%" PRIu32,
             text, (item->marks & ITEM_FETCHED) != 0 ? "yes" : "no", ttl != 0 ? ttl : -1,
             item_idle_s(item, now_s), item->value_bytes);
    store->log->inner->evict(store, item, now_s);
}

void log_ops_set(struct store *store, bool wanted) {
    struct log *log = store->log;
    if (wanted == (log->inner != NULL))
        return;
    if (!wanted) {
        store->ops = log->inner;
        log->inner = NULL;
        return;
    }
    log->inner = store->ops;
    log->ops = *log->inner;
    log->ops.get = log_get;
    log->ops.peek = log_peek;
    log->ops.touch = log_touch;
    log->ops.put = log_put;
    log->ops.remove = log_remove;
    log->ops.arithmetic = log_arithmetic;
    log->ops.evict = log_evict;
    store->ops = &log->ops;
}
