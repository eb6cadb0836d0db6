/* SPDX-License-Identifier: MIT */
/* retrieval.h - asking the store for an item, and counting how that went.
 *
 * What the get and gat of the classic text protocol share with GET, TOUCH and GAT of the binary
 * one, whose files include this too (binary/retrieval.c). Not the text protocol's touch, which
 * counts no prefix (classic/change.c), and not meta (meta/get.c). */
#pragma once

#include "server/server.h"

/* For `stats detail`. */
static inline void retrieval_count_prefix(struct server *server, struct slice key, bool hit) {
    if (!server->prefixes.enabled)
        return;
    prefixes_count(&server->prefixes, key, PREFIX_GET);
    if (hit)
        prefixes_count(&server->prefixes, key, PREFIX_HIT);
}

/* get: the live item of a key, or NULL. */
static inline struct item *retrieval_get(struct server *server, struct slice key) {
    struct item *item = store_get(&server->store, key, server->clock.now_s);
    server->counters.cmd_get++;
    (*(item != NULL ? &server->counters.get_hits : &server->counters.get_misses))++;
    retrieval_count_prefix(server, key, item != NULL);
    return item;
}

/* gat, binary TOUCH: the same, and it gets a new expiry time. */
static inline struct item *retrieval_touch(struct server *server, struct slice key,
                                           uint32_t expires_s) {
    struct item *item;
    store_touch(&server->store, key, expires_s, server->clock.now_s, &item);
    server->counters.cmd_touch++;
    (*(item != NULL ? &server->counters.touch_hits : &server->counters.touch_misses))++;
    retrieval_count_prefix(server, key, item != NULL);
    return item;
}
