/* SPDX-License-Identifier: MIT */
/* stats_detail.c - stats detail: counts by the first part of the keys.
 *
 * Text:    stats detail on|off\r\n   ->   OK\r\n
 *          stats detail dump\r\n     ->   PREFIX <prefix> get <n> hit <n> set <n> del <n>\r\n ...
 *                                        END\r\n
 * Binary:  stat "detail on", "detail off"   ->   the empty packet that ends statistics
 *          stat "detail dump"               ->   before it, the same text as value of "detailed"
 * protocol.txt does not describe it. The counting is in admin/prefixes.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/stats.h"
#include "net/reply.h"
#include "server/server.h"

enum { DETAIL_LINE_BYTES = ITEM_KEY_MAX_BYTES + 140 /* the words and four numbers */ };

/* The lines of all prefixes and the END, as a C string to be freed. NULL if memory is refused. */
static char *detail_text(const struct prefixes *prefixes) {
    size_t room = (size_t)prefixes->count * DETAIL_LINE_BYTES + sizeof("END\r\n");
    char *text = malloc(room);
    char *at = text;
    if (text == NULL)
        return NULL;
    for (unsigned i = 0; prefixes->buckets != NULL && i < PREFIXES_BUCKETS; i++)
        for (const struct prefix *prefix = prefixes->buckets[i]; prefix != NULL;
             prefix = prefix->next)
            at += snprintf(at, DETAIL_LINE_BYTES,
                           "PREFIX %.*s get %" PRIu64 " hit %" PRIu64 " set %" PRIu64
                           " del %" PRIu64 "\r\n",
                           (int)prefix->length, prefix->text, prefix->counts[PREFIX_GET],
                           prefix->counts[PREFIX_HIT], prefix->counts[PREFIX_SET],
                           prefix->counts[PREFIX_DELETE]);
    memcpy(at, "END\r\n", sizeof("END\r\n"));
    return text;
}

static void detail_dump(struct connection *connection) {
    struct server *server = connection->server;
    char *text = detail_text(&server->prefixes);
    if (text == NULL) {
        server->counters.malloc_fails++;
        reply_line(connection, "SERVER_ERROR Out of memory generating stats");
        return;
    }
    size_t length = strlen(text);
    char *at = reply_room(connection, length);
    if (at != NULL) {
        memcpy(at, text, length);
        reply_wrote(connection, at + length);
    }
    free(text);
}

void stats_detail(struct connection *connection, struct request *request) {
    struct slice word = request->count > 2 ? request->word[2] : (struct slice){"", 0};
    if (slice_is(word, "on") || slice_is(word, "off")) {
        connection->server->prefixes.enabled = slice_is(word, "on");
        reply_line(connection, "OK");
    } else if (slice_is(word, "dump")) {
        detail_dump(connection);
    } else {
        reply_line(connection, "CLIENT_ERROR usage: stats detail on|off|dump");
    }
}

void stats_detail_on(struct connection *connection) {
    connection->server->prefixes.enabled = true;
    stats_end(connection);
}

void stats_detail_off(struct connection *connection) {
    connection->server->prefixes.enabled = false;
    stats_end(connection);
}

/* Without memory the statistics just end: an answer that says so would be a statistic. */
void stats_detail_dump(struct connection *connection) {
    char *text = detail_text(&connection->server->prefixes);
    if (text != NULL)
        connection->dialect->stat(connection, "detailed", text);
    else
        connection->server->counters.malloc_fails++;
    free(text);
    stats_end(connection);
}
