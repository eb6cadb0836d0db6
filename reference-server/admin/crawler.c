/* SPDX-License-Identifier: MIT */
/* crawler.c - lru_crawler: the crawler's switches, and dumps of all keys.
 *
 * protocol.txt, "LRU_Crawler":
 *     lru_crawler enable|disable\r\n
 *     lru_crawler sleep <microseconds>\r\n      lru_crawler tocrawl <items>\r\n
 *     lru_crawler crawl <classes>|all\r\n
 *     lru_crawler metadump|mgdump <classes>|all|hash\r\n
 * Slab classes are numbers with commas between them; here all items are of class 1. One row a
 * word; the dumps themselves are in admin/dump.c, the crawler in server/crawler.c. */
#include "admin/dump.h"
#include "bytes/number.h"
#include "classic/classic.h"
#include "net/reply.h"
#include "server/server.h"

enum { CRAWLER_CLASS_MAX = 63, CRAWLER_SLEEP_MAX_US = 1000000 };

/* What a list of classes comes to. */
enum crawler_classes {
    CLASSES_BAD,   /* one is no class */
    CLASSES_NONE,  /* the list is empty */
    CLASSES_EMPTY, /* classes that hold no items here */
    CLASSES_ITEMS  /* class 1 is among them */
};

struct crawler_word {
    const char *word;
    unsigned words; /* of the whole line */
    void (*act)(struct connection *connection, struct slice argument);
};

static bool crawler_is_enabled(struct connection *connection) {
    if (!connection->server->crawler.enabled)
        reply_line(connection, "CLIENT_ERROR lru crawler disabled");
    return connection->server->crawler.enabled;
}

static enum crawler_classes crawler_read_classes(struct slice list) {
    enum crawler_classes result = CLASSES_NONE;
    if (slice_is(list, "all") || slice_is(list, "hash"))
        return CLASSES_ITEMS;
    while (list.length > 0) {
        const char *comma = memchr(list.bytes, ',', list.length);
        size_t length = comma != NULL ? (size_t)(comma - list.bytes) : list.length;
        uint32_t class_id;
        if (length > 0) {
            if (!number_read_u32((struct slice){list.bytes, length}, &class_id) || class_id < 1 ||
                class_id > CRAWLER_CLASS_MAX)
                return CLASSES_BAD;
            if (class_id == 1)
                result = CLASSES_ITEMS;
            else if (result == CLASSES_NONE)
                result = CLASSES_EMPTY;
        }
        length += comma != NULL ? 1 : 0;
        list = (struct slice){list.bytes + length, list.length - length};
    }
    return result;
}

/* Answers if there is nothing to crawl in these classes. */
static bool crawler_refuses(struct connection *connection, enum crawler_classes classes) {
    if (classes == CLASSES_BAD)
        reply_line(connection, "BADCLASS invalid class id");
    else if (classes == CLASSES_NONE)
        reply_line(connection, "NOTSTARTED no items to crawl");
    return classes == CLASSES_BAD || classes == CLASSES_NONE;
}

static void crawler_word_enable(struct connection *connection, struct slice argument) {
    struct server *server = connection->server;
    (void)argument;
    if (server->crawler.enabled) {
        reply_line(connection, "ERROR failed to start lru crawler thread");
        return;
    }
    server->crawler.enabled = true;
    reply_line(connection, "OK");
}

static void crawler_word_disable(struct connection *connection, struct slice argument) {
    (void)argument;
    crawler_disable(connection->server);
    reply_line(connection, "OK");
}

static void crawler_word_sleep(struct connection *connection, struct slice argument) {
    uint32_t sleep_us;
    if (!number_read_u32(argument, &sleep_us)) {
        classic_bad_format(connection);
    } else if (sleep_us > CRAWLER_SLEEP_MAX_US) {
        reply_line(connection, "CLIENT_ERROR sleep must be one second or less");
    } else {
        connection->server->tuning.crawler_sleep_us = sleep_us;
        reply_line(connection, "OK");
    }
}

static void crawler_word_tocrawl(struct connection *connection, struct slice argument) {
    uint32_t items;
    if (!number_read_u32(argument, &items)) {
        classic_bad_format(connection);
        return;
    }
    connection->server->tuning.crawler_tocrawl = items;
    reply_line(connection, "OK");
}

static void crawler_word_crawl(struct connection *connection, struct slice argument) {
    enum crawler_classes classes = crawler_read_classes(argument);
    if (!crawler_is_enabled(connection))
        return;
    if (slice_is(argument, "hash")) {
        reply_line(connection, "ERROR an unknown error happened");
    } else if (!crawler_refuses(connection, classes)) {
        if (connection->server->crawler.requested) {
            reply_line(connection, "BUSY currently processing crawler request");
            return;
        }
        if (classes == CLASSES_ITEMS)
            crawler_request(connection->server);
        reply_line(connection, "OK");
    }
}

static void crawler_dump(struct connection *connection, struct slice argument,
                         const struct dump_form *form, const char *refusal) {
    if (!crawler_is_enabled(connection))
        return;
    if (!connection->server->options->dump_enabled) {
        reply_line(connection, refusal);
        return;
    }
    if (!classic_is_alone(connection, form->word))
        return;
    enum crawler_classes classes = crawler_read_classes(argument);
    if (!crawler_refuses(connection, classes))
        dump_begin(connection, form, classes == CLASSES_ITEMS);
}

static void crawler_word_metadump(struct connection *connection, struct slice argument) {
    crawler_dump(connection, argument, &dump_metadump, "ERROR metadump not allowed");
}

static void crawler_word_mgdump(struct connection *connection, struct slice argument) {
    crawler_dump(connection, argument, &dump_mgdump, "ERROR key dump not allowed");
}

static const struct crawler_word crawler_words[] = {
    {"enable", 2, crawler_word_enable}, {"disable", 2, crawler_word_disable},
    {"sleep", 3, crawler_word_sleep},   {"tocrawl", 3, crawler_word_tocrawl},
    {"crawl", 3, crawler_word_crawl},   {"metadump", 3, crawler_word_metadump},
    {"mgdump", 3, crawler_word_mgdump},
};

void admin_crawler(struct connection *connection, struct request *request) {
    request_split(request);
    for (size_t i = 0; i < sizeof(crawler_words) / sizeof(crawler_words[0]); i++) {
        const struct crawler_word *row = &crawler_words[i];
        if (request->count == row->words && slice_is(request->word[1], row->word)) {
            row->act(connection, request_last_word(request));
            return;
        }
    }
    reply_line(connection, "ERROR");
}
