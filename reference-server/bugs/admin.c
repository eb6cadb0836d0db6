/* SPDX-License-Identifier: MIT */
/* admin.c - defects of what administrators send: shutdown, flush_all, the crawler's dumps,
 * watchers. */
#include <stdlib.h>
#include <string.h>

#include "bugs/area.h"
#include "bugs/tools.h"

/* ---- options ---- */

static void shutdown_refused(struct bugs *bugs) {
    bugs->options.shutdown_enabled = false;
}

static void watch_anyway(struct bugs *bugs) {
    bugs->options.watch_enabled = true;
}

/* ---- flush_all ---- */

static void flush_past_takes_later(struct store *store, uint32_t due_s, uint32_t now_s) {
    store_real_ops.flush(store, due_s, now_s);
    if (due_s + 1 < now_s)
        store->flushed_s = now_s + 2;
}

/* ---- dumps ---- */

static void metadump_exp_relative(struct answer *answer) {
    if (answer_is_to(answer, "lru_crawler"))
        times_become_relative(answer, "exp=");
}

/* Remembers the line that metadump would have for it. */
static enum store_result remove_noted(struct store *store, struct slice key, uint64_t cas_unique,
                                      uint32_t now_s) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    memory->length = (size_t)snprintf(memory->text, sizeof(memory->text),
                                      "key=%.*s exp=-1 la=0 cas=1 fetch=no cls=1 size=60\n",
                                      (int)key.length, key.bytes);
    return store_real_ops.remove(store, key, cas_unique, now_s);
}

static void metadump_ghost(struct answer *answer) {
    struct bug_memory *memory = &bugs_of(answer->connection)->memory;
    if (answer_is_to(answer, "lru_crawler") && answer_begins(answer, "key=") && memory->length > 0)
        answer_replace(answer, 0, 0, (struct slice){memory->text, memory->length});
    memory->length = answer_is_to(answer, "lru_crawler") ? 0 : memory->length;
}

static void dump_closes(struct answer *answer) {
    if (answer_is_to(answer, "lru_crawler") && answer_begins(answer, "key="))
        answer->connection->state = CONNECTION_DRAIN;
}

/* ---- watchers ---- */

static bool is_watcher(const struct connection *connection) {
    return strcmp(connection->dialect->name, "watching") == 0;
}

/* In what is sent to a watcher each `from` becomes a `to` of the same length. */
static ssize_t send_changed(struct connection *connection, struct iovec *pieces, int count,
                            const char *from, const char *to) {
    size_t length = strlen(from);
    char *bytes = pieces[0].iov_base;
    for (size_t at = 0; is_watcher(connection) && at + length <= pieces[0].iov_len; at++)
        if (memcmp(bytes + at, from, length) == 0)
            memcpy(bytes + at, to, length);
    return transport_socket.send(connection, pieces, count);
}

static ssize_t send_seq(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "gid=", "seq=");
}

static ssize_t send_item_hit(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "item_get", "item_hit");
}

static ssize_t send_item_write(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "item_store", "item_write");
}

static ssize_t send_removed(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "type=deleted", "type=removed");
}

static ssize_t send_ended(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "conn_close", "conn_ended");
}

static ssize_t send_small_hex(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "%2C", "%2c");
}

static void watcher_closes_all(struct connection *connection) {
    if (is_watcher(connection))
        close_all(connection->server);
    transport_socket.close(connection);
}

static ssize_t send_evicting(struct connection *connection, struct iovec *pieces, int count) {
    return send_changed(connection, pieces, count, "type=eviction", "type=evicting");
}

static const struct bug rows[] = {
#include "bugs/admin.def"
};

AREA_OF(admin)
