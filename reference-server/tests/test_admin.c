/* SPDX-License-Identifier: MIT */
/* test_admin.c - administration inside: the manual clock, walks through a table that grows,
 * prefixes, the crawler's switches, a memory limit that shrinks in steps, watchers, commands that
 * must be alone. */
#include "admin/log.h"
#include "reports/check.h"
#include "server_fixture.h"

enum { WALK_ITEMS = 5000, ANSWER_BYTES = 4096 };

static void check_clock(void) {
    struct clock clock;
    clock_start(&clock, true);
    clock.zero_monotonic_s -= 1000;
    CHECK_INT(clock_update(&clock), CLOCK_FIRST_S, "a manual clock stands still");
    clock_move(&clock, 2592000);
    CHECK_INT(clock_update(&clock), CLOCK_FIRST_S + 2592000, "it moves 30 days");
    clock_move(&clock, -3000000);
    CHECK_INT(clock.now_s, CLOCK_FIRST_S, "back it moves to its beginning at most");
    clock_move(&clock, INT64_MAX);
    CHECK_INT(clock.now_s, UINT32_MAX, "and on to its end at most");
    clock_resume(&clock);
    clock.zero_monotonic_s -= 10;
    CHECK_INT(clock_update(&clock), UINT32_MAX, "there it stops when it runs");
    clock_move(&clock, -100);
    clock_resume(&clock);
    CHECK(clock_update(&clock) - (UINT32_MAX - 100) <= 1, "from there it moves back, and runs on");
    clock_stop(&clock);
    clock_move(&clock, INT64_MIN);
    CHECK_INT(clock.now_s, CLOCK_FIRST_S, "whatever is asked for");
    clock_move(&clock, 50);
    clock_resume(&clock);
    CHECK(clock_update(&clock) - CLOCK_FIRST_S - 50 <= 1, "it runs on from where it stood");
    clock.zero_monotonic_s -= 10;
    CHECK(clock_update(&clock) - CLOCK_FIRST_S - 60 <= 1, "and runs");
    clock_move(&clock, 100);
    CHECK(clock_update(&clock) - CLOCK_FIRST_S - 160 <= 1, "it can be moved while it runs");
    clock_stop(&clock);
    uint32_t stopped_s = clock.now_s;
    clock.zero_monotonic_s -= 10;
    CHECK_INT(clock_update(&clock), stopped_s, "and stopped");
}

/* ---- walks ---- */

static struct item *walk_item(struct table *table, unsigned number) {
    char key[16];
    int length = snprintf(key, sizeof(key), "key%u", number);
    struct item *item = calloc(1, item_bytes((size_t)length, 0));
    if (item == NULL)
        abort();
    memcpy(item->data, key, (size_t)length);
    item->key_bytes = (uint8_t)length;
    item->flags = number;
    table_insert(table, item, table_hash(table, item_key(item)));
    return item;
}

static void walk_count(void *context, const struct item *item) {
    ((unsigned *)context)[item->flags]++;
}

/* Walks while the table grows from `first` items, by `added` for every bucket visited. */
static void check_walk(unsigned first, unsigned added, const char *claim) {
    static unsigned visits[WALK_ITEMS];
    static struct item *items[WALK_ITEMS];
    struct table table;
    struct table_walk walk;
    size_t visited = 0;
    size_t total = 0;
    unsigned count = 0;
    bool once = true;

    memset(visits, 0, sizeof(visits));
    if (!table_init(&table, 42))
        abort();
    while (count < first)
        items[count] = walk_item(&table, count), count++;
    table_walk_begin(&walk, &table);
    while (table_walk_step(&walk, &table, walk_count, visits, &visited))
        for (unsigned i = 0; i < added && count < WALK_ITEMS; i++)
            items[count] = walk_item(&table, count), count++;
    for (unsigned i = 0; i < count; i++) {
        once = once && (i < first ? visits[i] == 1 : visits[i] <= 1);
        total += visits[i];
        free(items[i]);
    }
    CHECK(once && visited == total, claim);
    CHECK(!table_walk_step(&walk, &table, walk_count, visits, &visited), "and it is over");
    table_free(&table);
}

/* ---- prefixes ---- */

static void check_prefixes(void) {
    struct prefixes prefixes;
    char key[32];
    prefixes_init(&prefixes, ':', true);
    prefixes_count(&prefixes, (struct slice){"plain", 5}, PREFIX_GET);
    CHECK_INT(prefixes.count, 0, "a key without the delimiter has no prefix");
    prefixes_count(&prefixes, (struct slice){"a:b:c", 5}, PREFIX_GET);
    prefixes_count(&prefixes, (struct slice){"a:d", 3}, PREFIX_SET);
    CHECK_INT(prefixes.count, 1, "the prefix ends at the first delimiter");
    prefixes_count(&prefixes, (struct slice){":d", 2}, PREFIX_SET);
    CHECK_INT(prefixes.count, 2, "it may be empty");
    for (int i = 0; i < PREFIXES_MAX + 100; i++) {
        int length = snprintf(key, sizeof(key), "p%d:x", i);
        prefixes_count(&prefixes, (struct slice){key, (size_t)length}, PREFIX_GET);
    }
    CHECK_INT(prefixes.count, PREFIXES_MAX, "there are not more than PREFIXES_MAX");
    prefixes_free(&prefixes);
    prefixes_count(&prefixes, (struct slice){"a:b", 3}, PREFIX_GET);
    CHECK_INT(prefixes.count, 1, "after a reset counting goes on");
    prefixes_free(&prefixes);
}

/* ---- a server ---- */

static const char *talk(struct server *server, struct client *client, const char *request) {
    static char answer[ANSWER_BYTES + 1];
    size_t length = fixture_talk(server, client, request, strlen(request), answer, ANSWER_BYTES);
    answer[length] = '\0';
    return answer;
}

static void check_memory_limit(struct server *server, struct client *client) {
    char request[64];
    for (int i = 0; i < 9000; i++) {
        snprintf(request, sizeof(request), "set key%d 0 0 1 noreply\r\nx\r\n", i);
        talk(server, client, request);
    }
    size_t used_bytes = server->store.used_bytes;
    bool done = store_limit_memory(&server->store, used_bytes / 2, 100, server->clock.now_s);
    CHECK(!done && server->store.table.item_count == 8900, "100 items at a time go");
    CHECK_INT(server->store.limits.memory_bytes, server->store.used_bytes,
              "and what is in use meanwhile is the limit");
    CHECK(store_limit_memory(&server->store, used_bytes / 2, 10000, server->clock.now_s) &&
              server->store.limits.memory_bytes == used_bytes / 2 &&
              server->store.used_bytes <= used_bytes / 2,
          "until the limit is reached");
    server_limit_memory(server, (size_t)64 << 20);
    CHECK_INT(server->store.limits.memory_bytes, 64 << 20, "a higher limit holds at once");
}

static void check_crawler(struct server *server, struct client *client) {
    server->tuning.crawler_sleep_us = 0;
    CHECK_TEXT(talk(server, client, "flush_all\r\nlru_crawler disable\r\n"), "OK\r\nOK\r\n",
               "disabled while it has work to do");
    size_t items = server->store.table.item_count;
    CHECK(items > 1000 && !server->crawler.running, "it stops");
    CHECK_TEXT(talk(server, client, "lru_crawler enable\r\nlru_crawler tocrawl 200\r\n"),
               "OK\r\nOK\r\n", "enabled for 200 items");
    talk(server, client, "lru_crawler crawl all\r\n");
    while (server->crawler.running)
        fixture_pump(server);
    CHECK(server->store.table.item_count < items && server->store.table.item_count > 0,
          "it stops after about as many");
    talk(server, client, "lru_crawler tocrawl 0\r\n");
    server->tuning.crawler_sleep_us = 1000000;
    CHECK_TEXT(talk(server, client, "lru_crawler crawl all\r\nlru_crawler crawl all\r\n"),
               "OK\r\nBUSY currently processing crawler request\r\n", "one round at a time");
    server->tuning.crawler_sleep_us = 0;
    crawler_start(server);
    while (server->crawler.running)
        fixture_pump(server);
    CHECK_INT(server->store.table.item_count, 0, "a whole round removes all");
}

static void check_watchers(struct server *server, struct client *client) {
    const struct store_ops *ops = server->store.ops;
    struct client watcher = fixture_connect(server);
    char seen[ANSWER_BYTES + 1];

    CHECK_TEXT(talk(server, &watcher, "watch fetchers\r\n"), "OK\r\n", "a watcher");
    CHECK(server->store.ops != ops, "somebody stands before the store");
    talk(server, client, "get a%b\r\n");
    fixture_pump(server);
    seen[fixture_receive(&watcher, seen, ANSWER_BYTES)] = '\0';
    CHECK(strstr(seen, " gid=") != NULL &&
              strstr(seen, " type=item_get key=a%25b status=not_found clsid=0 cfd=") != NULL,
          "it is told");
    close(watcher.fd);
    fixture_pump(server);
    CHECK(server->store.ops == ops && server->log.streams == 0, "nobody, when it has gone");
    CHECK_INT(server->log.watcher_count, 0, "and it is forgotten");
}

/* A socket that gives three bytes at a time. */
static ssize_t drip_receive(struct connection *connection, char *bytes, size_t room) {
    return transport_socket.receive(connection, bytes, room < 3 ? room : 3);
}

static const char *drip_talk(struct server *server, const char *request) {
    struct transport drip = transport_socket;
    drip.receive = drip_receive;
    struct client client = fixture_connect(server);
    client.connection->transport = &drip;
    const char *answer = talk(server, &client, request);
    close(client.fd);
    while (server->connection_count > 1)
        fixture_pump(server);
    return answer;
}

static void check_alone(struct server *server, struct client *client) {
    CHECK_TEXT(drip_talk(server, "watch\r\n"), "OK\r\n", "a watch in pieces is alone");
    CHECK_TEXT(drip_talk(server, "lru_crawler metadump all\r\n"), "END\r\n", "and a metadump");
    CHECK_TEXT(drip_talk(server, "mn\r\nwatch\r\n"), "MN\r\nOK\r\n",
               "what was answered before a receive is over");
    CHECK_TEXT(talk(server, client, "delete no noreply\r\nwatch\r\n"),
               "ERROR cannot pipeline other commands before watch\r\n",
               "a request without an answer came before all the same");
}

int main(void) {
    static struct server server;
    static struct options options;

    check_clock();
    check_walk(100, 0, "a walk visits each item of a table that keeps its size once");
    check_walk(1500, 0, "and of one whose buckets are partly split");
    check_walk(1500, 3, "also if it grows a little meanwhile");
    check_walk(1023, 10, "also if it doubles twice");
    check_prefixes();
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    check_memory_limit(&server, &client);
    check_crawler(&server, &client);
    check_watchers(&server, &client);
    check_alone(&server, &client);
    close(client.fd);
    server_free(&server);
    return check_finish();
}
