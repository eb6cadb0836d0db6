/* SPDX-License-Identifier: MIT */
/* log.h - log lines for those who `watch`.
 *
 * protocol.txt, "Watchers". A line is made only if somebody watches its stream, and is written at
 * once into the output of each watcher. A watcher that does not read loses lines, which are
 * counted and told to it later; it never makes anybody else wait.
 * What happens to items is seen by functions that are put in front of the store's
 * (admin/log_ops.c), and only while somebody watches, so the store costs nothing more when nobody
 * does. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"
#include "store/store.h"

struct connection;
struct server;

enum {
    LOG_WATCHERS_MAX = 20,              /* as memcached */
    LOG_WATCHER_BYTES_MAX = 256 * 1024, /* lines that wait for one watcher */
    LOG_KEY_TEXT_BYTES = 3 * ITEM_KEY_MAX_BYTES + 1
};

/* The streams, one bit each. */
enum {
    LOG_FETCHERS = 1,
    LOG_MUTATIONS = 2,
    LOG_EVICTIONS = 4,
    LOG_CONNEVENTS = 8,
    LOG_DELETIONS = 16,
    LOG_ITEM_STREAMS = LOG_FETCHERS | LOG_MUTATIONS | LOG_EVICTIONS | LOG_DELETIONS
};

struct watcher {
    struct watcher *next;
    struct connection *connection;
    unsigned streams;
    uint64_t skipped; /* lines lost since the last one that was written */
};

struct log {
    struct watcher *watchers;
    unsigned watcher_count;
    unsigned streams;              /* that anybody watches */
    uint64_t gid;                  /* of the last line */
    const struct store_ops *inner; /* the store's own functions; NULL while nobody watches items */
    struct store_ops ops;          /* those in front of them */
};

/* Makes a watcher of a connection; NULL if memory is refused. Whether there
 * are LOG_WATCHERS_MAX already is for the caller to look. */
struct watcher *log_watch(struct connection *connection, unsigned streams);

/* Ends a watcher. */
void log_unwatch(struct watcher *watcher);

/* Writes "ts=... gid=... " and a line as by printf to everybody who watches the stream. */
__attribute__((format(printf, 3, 4))) void log_line(struct server *server, unsigned stream,
                                                    const char *format, ...);

/* A client came, a client went. */
void log_connection_new(struct connection *connection);
void log_connection_close(struct connection *connection);

/* A storage command was refused because no item of its size can be had. */
void log_refused(struct connection *connection, struct slice key, enum store_mode mode,
                 enum store_result reason, uint32_t value_bytes);

/* Puts the functions that log in front of the store's, or takes them away (admin/log_ops.c). */
void log_ops_set(struct store *store, bool wanted);

/* Writes a key as a C string in which every byte but letters, digits and -._~ is %XX; returns the
 * place of its NUL. `text` has room for LOG_KEY_TEXT_BYTES. */
char *log_key(char *text, struct slice key);

/* The words for store modes and results in log lines. */
const char *log_mode_word(enum store_mode mode);
const char *log_result_word(enum store_result result);
