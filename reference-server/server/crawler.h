/* SPDX-License-Identifier: MIT */
/* crawler.h - removes items that are expired or flushed and that nobody may ever ask for again.
 *
 * It walks through the table in small steps, with pauses in which everybody else is served. A
 * small table is looked through every second or two, a large one as fast as
 * CRAWLER_BUCKETS_A_SECOND allows, so curr_items and bytes are honest and the cost is bounded.
 * protocol.txt, "LRU_Crawler"; memcached has a thread for it. */
#pragma once

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

struct server;

enum {
    CRAWLER_STEP_BUCKETS = 2000,    /* looked through at a time */
    CRAWLER_BUCKETS_A_SECOND = 5000 /* in the long run, unless somebody asks for a round */
};

struct crawler {
    bool enabled;      /* lru_crawler enable, disable */
    bool running;      /* a round has begun and not ended */
    bool requested;    /* the round was asked for by `lru_crawler crawl` */
    uint64_t stops_at; /* crawler_items_checked at which the round ends; 0: at the table's end */
    uint32_t next_s;   /* when the next round begins by itself */
    struct event step;
};

/* Makes it ready; it runs by itself when the server does. */
void crawler_init(struct server *server);
void crawler_free(struct server *server);

/* Begins a round from the start of the table, soon: there is something to remove. Nothing happens
 * while the crawler is disabled. */
void crawler_start(struct server *server);

/* The same for an administrator; it ends after tuning.crawler_tocrawl items. */
void crawler_request(struct server *server);

/* Ends the round that is running and begins no other. */
void crawler_disable(struct server *server);

/* To be called every second: begins a round if it is time. */
void crawler_tick(struct server *server);
