/* SPDX-License-Identifier: MIT */
/* stats_items.c - stats items, slabs, sizes and cachedump: the items as a whole.
 *
 * protocol.txt, "Item statistics", "Slab statistics" and "Item size statistics". memcached keeps
 * items in slab classes by their size; here all are of one class, called 1. Its memory comes from
 * malloc, in chunks of STATS_CHUNK_BYTES; a megabyte of them is called a page. Names of memcached
 * that are missing belong to the parts of its LRU and to its page mover. */
#include <inttypes.h>
#include <stdio.h>

#include "admin/dump.h"
#include "admin/stats.h"
#include "bytes/number.h"
#include "net/reply.h"
#include "server/server.h"

enum {
    STATS_CHUNK_BYTES = 4, /* what every cost of an item is a multiple of; see item_cost_bytes */
    STATS_PAGE_BYTES = 1024 * 1024,
    STATS_CACHEDUMP_BYTES_MAX = 2 * 1024 * 1024, /* of one answer, as in memcached */
    STATS_CACHEDUMP_LINE_BYTES = ITEM_KEY_MAX_BYTES + 60,
    STATS_CLASS_MAX = 63
};

void stats_items(struct connection *connection) {
    struct server *server = connection->server;
    const struct store *store = &server->store;
    const struct counters *counters = &server->counters;
    const struct item *oldest = store->lru.oldest;
    uint32_t now_s = server->clock.now_s;

#define ITEMS(name, ...) reply_stat(connection, "items:1:" #name, __VA_ARGS__)
    if (oldest != NULL) {
        ITEMS(number, "%zu", store->table.item_count);
        ITEMS(age, "%" PRIu32, item_idle_s(oldest, now_s));
        ITEMS(mem_requested, "%zu", store->used_bytes);
        ITEMS(evicted, "%" PRIu64, counters->evictions);
        ITEMS(evicted_nonzero, "%" PRIu64, store->evicted_nonzero);
        ITEMS(evicted_time, "%" PRIu32, store->evicted_idle_s);
        ITEMS(outofmemory, "%" PRIu64, counters->store_no_memory);
        ITEMS(reclaimed, "%" PRIu64, counters->reclaimed);
        ITEMS(expired_unfetched, "%" PRIu64, counters->expired_unfetched);
        ITEMS(evicted_unfetched, "%" PRIu64, counters->evicted_unfetched);
        ITEMS(crawler_reclaimed, "%" PRIu64, counters->crawler_reclaimed);
        ITEMS(crawler_items_checked, "%" PRIu64, counters->crawler_items_checked);
        ITEMS(direct_reclaims, "%" PRIu64, counters->direct_reclaims);
    }
#undef ITEMS
    stats_end(connection);
}

void stats_slabs(struct connection *connection) {
    const struct store *store = &connection->server->store;
    const struct counters *counters = &connection->server->counters;
    size_t used_bytes = store->used_bytes;

#define SLAB(name, ...) reply_stat(connection, "1:" #name, __VA_ARGS__)
    if (used_bytes > 0) {
        SLAB(chunk_size, "%d", STATS_CHUNK_BYTES);
        SLAB(chunks_per_page, "%d", STATS_PAGE_BYTES / STATS_CHUNK_BYTES);
        SLAB(total_pages, "%zu", (used_bytes + STATS_PAGE_BYTES - 1) / STATS_PAGE_BYTES);
        SLAB(total_chunks, "%zu", used_bytes / STATS_CHUNK_BYTES);
        SLAB(used_chunks, "%zu", used_bytes / STATS_CHUNK_BYTES);
        SLAB(free_chunks, "%d", 0);
        SLAB(free_chunks_end, "%d", 0);
        SLAB(get_hits, "%" PRIu64, counters->get_hits);
        SLAB(cmd_set, "%" PRIu64, counters->cmd_set);
        SLAB(delete_hits, "%" PRIu64, counters->delete_hits);
        SLAB(incr_hits, "%" PRIu64, counters->incr_hits);
        SLAB(decr_hits, "%" PRIu64, counters->decr_hits);
        SLAB(cas_hits, "%" PRIu64, counters->cas_hits);
        SLAB(cas_badval, "%" PRIu64, counters->cas_badval);
        SLAB(touch_hits, "%" PRIu64, counters->touch_hits);
    }
#undef SLAB
    reply_stat(connection, "active_slabs", "%d", used_bytes > 0 ? 1 : 0);
    reply_stat(connection, "total_malloced", "%zu", used_bytes);
    stats_end(connection);
}

/* With -o track_sizes memcached counts as items come and go; here they are counted when asked. */
void stats_sizes(struct connection *connection) {
    if (connection->server->options->track_sizes) {
        dump_begin(connection, &dump_sizes, true);
        return;
    }
    reply_stat(connection, "sizes_status", "disabled");
    stats_end(connection);
}

/* Keys that came as base64 are left out, as in memcached: the form has no place for them. */
static void stats_cachedump_items(struct connection *connection, uint32_t limit) {
    const struct server *server = connection->server;
    size_t before_bytes = buffer_length(&connection->out);
    uint32_t shown = 0;

    for (const struct item *item = server->store.lru.newest; item != NULL; item = item->older) {
        if ((item->marks & ITEM_KEY_BINARY) != 0)
            continue;
        if ((limit != 0 && shown == limit) ||
            buffer_length(&connection->out) - before_bytes > STATS_CACHEDUMP_BYTES_MAX)
            return;
        bool endless = item->expires_s == CLOCK_NEVER_S;
        char *at = reply_room(connection, STATS_CACHEDUMP_LINE_BYTES);
        if (at == NULL)
            return;
        at +=
            snprintf(at, STATS_CACHEDUMP_LINE_BYTES, "ITEM %.*s [%" PRIu32 " b; %" PRId64 " s]\r\n",
                     (int)item->key_bytes, item->data, item->value_bytes,
                     endless ? 0 : server->clock.zero_unix_s + item->expires_s);
        reply_wrote(connection, at);
        shown++;
    }
}

void stats_cachedump(struct connection *connection, struct request *request) {
    uint32_t class_id;
    uint32_t limit;

    if (!connection->server->options->dump_enabled) {
        reply_line(connection, "CLIENT_ERROR stats cachedump not allowed");
    } else if (request->count < 4) {
        reply_line(connection, "CLIENT_ERROR bad command line");
    } else if (!number_read_u32(request->word[2], &class_id) ||
               !number_read_u32(request->word[3], &limit)) {
        reply_line(connection, "CLIENT_ERROR bad command line format");
    } else if (class_id > STATS_CLASS_MAX) {
        reply_line(connection, "CLIENT_ERROR Illegal slab id");
    } else {
        if (class_id == 1)
            stats_cachedump_items(connection, limit);
        stats_end(connection);
    }
}
