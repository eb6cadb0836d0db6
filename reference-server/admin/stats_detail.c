/* SPDX-License-Identifier: MIT */
/* stats_detail.c - stats detail: counts by the first part of the keys.
 *
 *     stats detail on|off\r\n   ->   OK\r\n
 *     stats detail dump\r\n     ->   PREFIX <prefix> get <n> hit <n> set <n> del <n>\r\n ...
 * END\r\n protocol.txt does not describe it. The counting is in admin/prefixes.c. */
#include <inttypes.h>
#include <stdio.h>

#include "admin/stats.h"
#include "net/reply.h"
#include "net/server.h"

enum { DETAIL_LINE_BYTES = ITEM_KEY_MAX_BYTES + 140 /* the words and four numbers */ };

static void detail_dump(struct connection *connection) {
    const struct prefixes *prefixes = &connection->server->prefixes;
    for (unsigned i = 0; prefixes->buckets != NULL && i < PREFIXES_BUCKETS; i++)
        for (const struct prefix *prefix = prefixes->buckets[i]; prefix != NULL;
             prefix = prefix->next) {
            char *at = reply_room(connection, DETAIL_LINE_BYTES);
            if (at == NULL)
                return;
            at += snprintf(at, DETAIL_LINE_BYTES,
                           "PREFIX %.*s get %" PRIu64 " hit %" PRIu64 " set %" PRIu64
                           " del %" PRIu64 "\r\n",
                           (int)prefix->length, prefix->text, prefix->counts[PREFIX_GET],
                           prefix->counts[PREFIX_HIT], prefix->counts[PREFIX_SET],
                           prefix->counts[PREFIX_DELETE]);
            reply_wrote(connection, at);
        }
    stats_end(connection);
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
