/* SPDX-License-Identifier: MIT */
/* stats_kinds.c - defects of the statistics that stats with a word answers, and of single counters.
 */
#include <stdlib.h>

#include "bugs/area.h"
#include "bugs/tools.h"

/* ---- names ---- */

static void conns_without_address(struct connection *connection, const char *name,
                                  const char *value) {
    stat_unless(connection, ":addr", name, value);
}

static void items_with_dots(struct connection *connection, const char *name, const char *value) {
    char text[128];
    size_t length = 0;
    for (; name[length] != '\0' && length < sizeof(text) - 1; length++)
        text[length] = name[length];
    text[length] = '\0';
    for (char *at = text; (at = strchr(at, ':')) != NULL;)
        *at = '.';
    classic_dialect.stat(connection, text, value);
}

/* ---- values ---- */

static void bytes_read_rounded(struct connection *connection, const char *name, const char *value) {
    char text[24];
    snprintf(text, sizeof(text), "%llu", strtoull(value, NULL, 10) / 100 * 100);
    classic_dialect.stat(connection, name, strcmp(name, "bytes_read") == 0 ? text : value);
}

static void items_number_never_falls(struct connection *connection, const char *name,
                                     const char *value) {
    stat_never_falls(connection, "items:1:number", name, value);
}

static void cachedump_relative(struct answer *answer) {
    if (answer_is_to(answer, "stats"))
        times_become_relative(answer, " b; ");
}

/* ---- what is counted ---- */

static void refused_counts(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    classic_incr(connection, request);
    if (answer_begins(&answer, "CLIENT_ERROR"))
        connection->server->counters.incr_misses++;
}

static void md_counts_nowhere(struct connection *connection, struct request *request) {
    struct counters before = connection->server->counters;
    meta_delete(connection, request);
    connection->server->counters.delete_hits = before.delete_hits;
    connection->server->counters.delete_misses = before.delete_misses;
}

static void detail_off_counts(struct connection *connection, struct request *request) {
    bool enabled = connection->server->prefixes.enabled;
    classic_stats(connection, request);
    connection->server->prefixes.enabled |= enabled;
}

/* ---- options ---- */

static void sizes_never(struct bugs *bugs) {
    bugs->options.track_sizes = false;
}

static void dump_anyway(struct bugs *bugs) {
    bugs->options.dump_enabled = true;
}

static void prefix_before_dot(struct bugs *bugs) {
    bugs->server->prefixes.delimiter = '.';
}

static void prefix_before_colon(struct bugs *bugs) {
    bugs->server->prefixes.delimiter = ':';
}

static enum store_result non_numeric_is_hit(struct store *store, struct slice key,
                                            struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_NON_NUMERIC)
        store->counters->incr_hits++;
    return result;
}

static void mg_touch_not_counted(struct connection *connection, struct request *request) {
    struct counters before = connection->server->counters;
    meta_get(connection, request);
    connection->server->counters.cmd_touch = before.cmd_touch;
    connection->server->counters.touch_hits = before.touch_hits;
}

static void conns_without_listen_addr(struct connection *connection, const char *name,
                                      const char *value) {
    stat_unless(connection, ":listen_addr", name, value);
}

static const struct bug rows[] = {
#include "bugs/stats_kinds.def"
};

AREA_OF(stats_kinds)
