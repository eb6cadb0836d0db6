/* SPDX-License-Identifier: MIT */
/* dump.c - answers that go through all items; see admin/dump.h.
 *
 * protocol.txt, "LRU_Crawler" (metadump, mgdump) and "Item size statistics". Called by
 * admin/crawler.c and admin/stats_items.c. */
#include "admin/dump.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/log.h"
#include "bytes/base64.h"
#include "bytes/number.h"
#include "net/reply.h"
#include "server/server.h"
#include "store/memory.h"

enum {
    DUMP_LINE_BYTES = LOG_KEY_TEXT_BYTES + 200, /* a key and some words and numbers */
    DUMP_TURN_BUCKETS = 200,                    /* visited for one unit of the turn's budget */
    DUMP_REST_US = 100,                         /* after that many ... */
    DUMP_REST_TURNS = 8,                        /* ... turns, see dump_rest */
    DUMP_SIZE_STEP_BYTES = 32                   /* stats sizes counts by steps of this */
};

struct dump {
    const struct dump_form *form;
    const struct dialect *dialect_before;
    struct connection *connection;
    struct table_walk walk;
    struct event rested;
    unsigned turns; /* since it rested */
    bool walked;    /* all items have been visited */
    size_t shown;   /* dump_sizes: steps of which the line is written or left out */
    size_t step_count;
    uint32_t counts[]; /* dump_sizes: items by size in steps; no others have it */
};

/* ---- the dialect of a connection that dumps ---- */

static void dump_leave(struct connection *connection) {
    struct dump *dump = connection->task;
    event_del(&dump->rested);
    free(dump);
    connection->task = NULL;
}

static void dump_on_rested(evutil_socket_t fd, short what, void *arg) {
    (void)fd;
    (void)what;
    connection_wake(arg);
}

/* Others get their turn between two turns of a dump in any case. But a server that never sleeps
 * is soon made to wait by the kernel, for as long as it lets other processes run, and all its
 * clients with it. Not after the last turn: nobody would wake the connection again. */
static void dump_rest(struct dump *dump) {
    const struct timeval rest = {.tv_usec = DUMP_REST_US};
    dump->turns = 0;
    if (event_add(&dump->rested, &rest) == 0)
        connection_rest(dump->connection);
}

static void dump_visit(void *context, const struct item *item) {
    struct dump *dump = context;
    const struct server *server = dump->connection->server;
    if (!memory_reclaimable(&server->store, item, server->clock.now_s))
        dump->form->visit(dump, item);
}

/* Visits some buckets, as many as make one unit of the turn's budget. */
static void dump_walk(struct dump *dump) {
    struct connection *connection = dump->connection;
    size_t visited = 0;
    connection->budget--;
    for (int i = 0; i < DUMP_TURN_BUCKETS && visited == 0 && !dump->walked; i++)
        dump->walked = !table_walk_step(&dump->walk, &connection->server->store.table, dump_visit,
                                        dump, &visited);
}

static void dump_resume(struct connection *connection) {
    struct dump *dump = connection->task;
    while (!dump->walked && connection_may_reply(connection))
        dump_walk(dump);
    if (!dump->walked && connection->budget == 0 && ++dump->turns == DUMP_REST_TURNS)
        dump_rest(dump);
    if (!dump->walked || (dump->form->finish != NULL && !dump->form->finish(dump)))
        return;
    dump->dialect_before->stat_end(connection, dump->form->end);
    connection->dialect = dump->dialect_before;
    connection->state = CONNECTION_REQUEST;
    dump_leave(connection);
}

/* In the state REPLY nothing but resume is called. */
static const struct dialect dump_dialect = {
    .name = "dumping", .resume = dump_resume, .leave = dump_leave};

void dump_begin(struct connection *connection, const struct dump_form *form, bool with_items) {
    struct server *server = connection->server;
    size_t step_count = 0;

    if (connection->datagram) {
        reply_line(connection, "CLIENT_ERROR this answer is too long for UDP");
        return;
    }
    if (form == &dump_sizes)
        step_count =
            item_bytes(ITEM_KEY_MAX_BYTES, server->store.limits.item_bytes) / DUMP_SIZE_STEP_BYTES +
            2;
    struct dump *dump = calloc(1, sizeof(*dump) + step_count * sizeof(dump->counts[0]));
    if (dump == NULL) {
        server->counters.malloc_fails++;
        reply_line(connection, "SERVER_ERROR out of memory");
        return;
    }
    dump->form = form;
    dump->dialect_before = connection->dialect;
    dump->connection = connection;
    dump->step_count = step_count;
    dump->walked = !with_items;
    table_walk_begin(&dump->walk, &server->store.table);
    event_assign(&dump->rested, server->base, -1, 0, dump_on_rested, connection);
    connection->task = dump;
    connection->dialect = &dump_dialect;
    connection->state = CONNECTION_REPLY;
}

/* ---- lru_crawler metadump ---- */

static char *dump_text(char *at, const char *text) {
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

/* " <name>=<number>"; -1 for no number. */
static char *dump_number(char *at, const char *name, int64_t number) {
    at = dump_text(at, name);
    return number < 0 ? dump_text(at, "-1") : number_write(at, (uint64_t)number);
}

/* Not by printf: this is half of what a dump costs. */
static void dump_visit_metadump(struct dump *dump, const struct item *item) {
    const struct server *server = dump->connection->server;
    int64_t zero_unix_s = server->clock.zero_unix_s;
    bool endless = item->expires_s == CLOCK_NEVER_S;
    bool fetched = (item->marks & ITEM_FETCHED) != 0;
    char *at = reply_room(dump->connection, DUMP_LINE_BYTES);

    if (at == NULL)
        return;
    at = log_key(dump_text(at, "key="), item_key(item));
    at = dump_number(at, " exp=", endless ? -1 : zero_unix_s + item->expires_s);
    at = dump_number(at, " la=", zero_unix_s + item->used_s);
    at = number_write(dump_text(at, " cas="), store_shown_unique(&server->store, item));
    at = dump_text(at, fetched ? " fetch=yes cls=1" : " fetch=no cls=1");
    at = dump_number(at, " size=", (int64_t)item_bytes(item->key_bytes, item->value_bytes));
    *at++ = '\n';
    reply_wrote(dump->connection, at);
}

const struct dump_form dump_metadump = {
    .word = "metadump", .visit = dump_visit_metadump, .end = "END"};

/* ---- lru_crawler mgdump ---- */

/* A key that came as base64, or that a line of text cannot carry. */
static bool dump_key_is_binary(const struct item *item) {
    if ((item->marks & ITEM_KEY_BINARY) != 0)
        return true;
    for (size_t i = 0; i < item->key_bytes; i++)
        if (item->data[i] == ' ' || item->data[i] == '\n' || item->data[i] == '\r' ||
            item->data[i] == '\0')
            return true;
    return false;
}

static void dump_visit_mgdump(struct dump *dump, const struct item *item) {
    char *at = reply_room(dump->connection, DUMP_LINE_BYTES);
    if (at == NULL)
        return;
    memcpy(at, "mg ", 3);
    at += 3;
    if (dump_key_is_binary(item)) {
        at = base64_encode(at, item_key(item));
        memcpy(at, " b", 2);
        at += 2;
    } else {
        memcpy(at, item->data, item->key_bytes);
        at += item->key_bytes;
    }
    memcpy(at, "\r\n", 2);
    reply_wrote(dump->connection, at + 2);
}

const struct dump_form dump_mgdump = {.word = "mgdump", .visit = dump_visit_mgdump, .end = "EN"};

/* ---- stats sizes ---- */

static void dump_visit_sizes(struct dump *dump, const struct item *item) {
    size_t bytes = item_bytes(item->key_bytes, item->value_bytes);
    size_t step = (bytes + DUMP_SIZE_STEP_BYTES - 1) / DUMP_SIZE_STEP_BYTES;
    if (step < dump->step_count)
        dump->counts[step]++;
}

static bool dump_finish_sizes(struct dump *dump) {
    char name[24];
    char count[16];
    for (; dump->shown < dump->step_count; dump->shown++) {
        if (dump->counts[dump->shown] == 0)
            continue;
        if (!connection_may_reply(dump->connection))
            return false;
        snprintf(name, sizeof(name), "%zu", dump->shown * DUMP_SIZE_STEP_BYTES);
        snprintf(count, sizeof(count), "%" PRIu32, dump->counts[dump->shown]);
        dump->dialect_before->stat(dump->connection, name, count);
    }
    return true;
}

const struct dump_form dump_sizes = {
    .word = "sizes", .visit = dump_visit_sizes, .finish = dump_finish_sizes, .end = "END"};
