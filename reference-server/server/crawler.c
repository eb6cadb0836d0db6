/* SPDX-License-Identifier: MIT */
/* crawler.c - removes items that are expired or flushed; see server/crawler.h.
 *
 * What "dead" means is the store's business (store_sweep); this file knows only when to look.
 * Called by server/server.c and by the lru_crawler command. */
#include "server/crawler.h"

#include <event2/event.h>

#include "server/server.h"

static void crawler_pause(struct server *server) {
    uint32_t sleep_us = server->tuning.crawler_sleep_us;
    struct timeval pause = {.tv_sec = sleep_us / 1000000, .tv_usec = (long)sleep_us % 1000000};
    event_add(&server->crawler.step, &pause);
}

static void crawler_end(struct server *server) {
    struct crawler *crawler = &server->crawler;
    size_t buckets = server->store.table.bucket_count;
    crawler->running = crawler->requested = false;
    crawler->next_s = server->clock.now_s + 1 + (uint32_t)(buckets / CRAWLER_BUCKETS_A_SECOND);
    event_del(&crawler->step);
}

static void crawler_on_step(evutil_socket_t fd, short what, void *arg) {
    struct server *server = arg;
    struct crawler *crawler = &server->crawler;
    (void)fd;
    (void)what;
    server_update_clock(server);
    bool done = store_sweep(&server->store, CRAWLER_STEP_BUCKETS, server->clock.now_s);
    if (crawler->stops_at != 0 && server->counters.crawler_items_checked >= crawler->stops_at)
        done = true;
    if (done)
        crawler_end(server);
    else
        crawler_pause(server);
}

void crawler_init(struct server *server) {
    struct crawler *crawler = &server->crawler;
    *crawler = (struct crawler){.enabled = server->options->crawler_enabled,
                                .next_s = server->clock.now_s + 1};
    event_assign(&crawler->step, server->base, -1, 0, crawler_on_step, server);
}

void crawler_free(struct server *server) {
    event_del(&server->crawler.step);
}

void crawler_start(struct server *server) {
    struct crawler *crawler = &server->crawler;
    if (!crawler->enabled)
        return;
    server->store.sweep_bucket = 0;
    server->counters.lru_crawler_starts++;
    crawler->running = true;
    crawler->stops_at = 0;
    crawler_pause(server);
}

void crawler_request(struct server *server) {
    struct crawler *crawler = &server->crawler;
    uint32_t items = server->tuning.crawler_tocrawl;
    crawler_start(server);
    crawler->requested = true;
    if (items != 0)
        crawler->stops_at = server->counters.crawler_items_checked + items;
}

void crawler_disable(struct server *server) {
    crawler_end(server);
    server->crawler.enabled = false;
}

void crawler_tick(struct server *server) {
    const struct crawler *crawler = &server->crawler;
    if (crawler->enabled && !crawler->running && server->clock.now_s >= crawler->next_s)
        crawler_start(server);
}
