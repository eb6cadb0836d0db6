/* SPDX-License-Identifier: MIT */
/* log.c - log lines for those who `watch`; see admin/log.h.
 *
 * Lines wait in the output buffer of the watcher's connection, which sends them like any other
 * answer. Called by the watch command, by net/connection.c and by admin/log_ops.c. */
#include "admin/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "server/server.h"

enum {
    LOG_LINE_BYTES = LOG_KEY_TEXT_BYTES + 256, /* a key and some words and numbers */
    LOG_SKIPPED_BYTES = 32                     /* "skipped=<n>\n" */
};

/* ---- watchers ---- */

/* What anybody watches, after a watcher came or went. */
static void log_update_streams(struct server *server) {
    struct log *log = &server->log;
    log->streams = 0;
    for (const struct watcher *watcher = log->watchers; watcher != NULL; watcher = watcher->next)
        log->streams |= watcher->streams;
    log_ops_set(&server->store, (log->streams & LOG_ITEM_STREAMS) != 0);
}

struct watcher *log_watch(struct connection *connection, unsigned streams) {
    struct log *log = &connection->server->log;
    struct watcher *watcher = malloc(sizeof(*watcher));
    if (watcher == NULL)
        return NULL;
    *watcher =
        (struct watcher){.next = log->watchers, .connection = connection, .streams = streams};
    log->watchers = watcher;
    log->watcher_count++;
    log_update_streams(connection->server);
    return watcher;
}

void log_unwatch(struct watcher *watcher) {
    struct server *server = watcher->connection->server;
    struct watcher **link = &server->log.watchers;
    while (*link != watcher)
        link = &(*link)->next;
    *link = watcher->next;
    server->log.watcher_count--;
    free(watcher);
    log_update_streams(server);
}

/* ---- lines ---- */

static void log_append(struct buffer *out, const char *text, size_t length) {
    memcpy(buffer_space(out), text, length);
    out->end += length;
}

/* Writes a line to one watcher, or skips it. */
static void log_offer(struct watcher *watcher, const char *line, size_t length) {
    struct server *server = watcher->connection->server;
    struct buffer *out = &watcher->connection->out;
    size_t room = length + LOG_SKIPPED_BYTES;
    char skipped[LOG_SKIPPED_BYTES];

    if (buffer_length(out) + room > LOG_WATCHER_BYTES_MAX ||
        !buffer_reserve(out, &server->pool, room)) {
        watcher->skipped++;
        server->counters.log_watcher_skipped++;
        return;
    }
    if (watcher->skipped > 0)
        log_append(
            out, skipped,
            (size_t)snprintf(skipped, sizeof(skipped), "skipped=%" PRIu64 "\n", watcher->skipped));
    watcher->skipped = 0;
    log_append(out, line, length);
    server->counters.log_watcher_sent++;
    connection_wake(watcher->connection);
}

/* "ts=<Unix time> gid=<number> "; a manual clock has no microseconds. */
static int log_head(struct server *server, char *line) {
    struct timeval now = {.tv_sec = (time_t)clock_unix_s(&server->clock)};
    if (!server->clock.manual)
        gettimeofday(&now, NULL);
    return snprintf(line, LOG_LINE_BYTES, "ts=%lld.%06ld gid=%" PRIu64 " ", (long long)now.tv_sec,
                    (long)now.tv_usec, ++server->log.gid);
}

void log_line(struct server *server, unsigned stream, const char *format, ...) {
    char line[LOG_LINE_BYTES];
    va_list arguments;

    if ((server->log.streams & stream) == 0)
        return;
    int head = log_head(server, line);
    va_start(arguments, format);
    int length = head + vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    server->counters.log_worker_written++;
    for (struct watcher *watcher = server->log.watchers; watcher != NULL; watcher = watcher->next)
        if ((watcher->streams & stream) != 0)
            log_offer(watcher, line, (size_t)length);
}

/* letters, digits and -._~ */
static bool log_key_shows(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

char *log_key(char *text, struct slice key) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < key.length; i++) {
        unsigned byte = (unsigned char)key.bytes[i];
        if (log_key_shows(key.bytes[i])) {
            *text++ = key.bytes[i];
        } else {
            *text++ = '%';
            *text++ = digits[byte >> 4];
            *text++ = digits[byte & 15];
        }
    }
    *text = '\0';
    return text;
}

/* ---- connections ---- */

/* The words that both lines share; `reason` is "" or " reason=<word>". */
static void log_connection(struct connection *connection, const char *event, const char *reason) {
    char address[PEER_TEXT_BYTES];
    peer_text(&connection->peer, address);
    log_line(connection->server, LOG_CONNEVENTS, "type=%s rip=%s rport=%u transport=%s%s cfd=%d",
             event, address, connection->peer.port, connection->peer.port != 0 ? "tcp" : "local",
             reason, connection->fd);
}

void log_connection_new(struct connection *connection) {
    if ((connection->server->log.streams & LOG_CONNEVENTS) != 0)
        log_connection(connection, "conn_new", "");
}

void log_connection_close(struct connection *connection) {
    static const char *const reasons[] = {
        [CONNECTION_END_NORMAL] = " reason=normal",
        [CONNECTION_END_ERROR] = " reason=error",
        [CONNECTION_END_IDLE] = " reason=idle_timeout",
        [CONNECTION_END_SHUTDOWN] = " reason=shutdown",
    };
    if ((connection->server->log.streams & LOG_CONNEVENTS) != 0)
        log_connection(connection, "conn_close", reasons[connection->end]);
}

/* ---- items ---- */

const char *log_mode_word(enum store_mode mode) {
    static const char *const words[] = {
        [STORE_SET] = "set",       [STORE_ADD] = "add",         [STORE_REPLACE] = "replace",
        [STORE_APPEND] = "append", [STORE_PREPEND] = "prepend", [STORE_CAS] = "cas",
    };
    return words[mode];
}

const char *log_result_word(enum store_result result) {
    static const char *const words[] = {
        [STORE_STORED] = "stored",          [STORE_NOT_STORED] = "not_stored",
        [STORE_EXISTS] = "exists",          [STORE_NOT_FOUND] = "not_found",
        [STORE_NON_NUMERIC] = "not_stored", [STORE_TOO_LARGE] = "too_large",
        [STORE_NO_MEMORY] = "no_memory",
    };
    return words[result];
}

void log_refused(struct connection *connection, struct slice key, enum store_mode mode,
                 enum store_result reason, uint32_t value_bytes) {
    char text[LOG_KEY_TEXT_BYTES];
    if ((connection->server->log.streams & LOG_MUTATIONS) == 0)
        return;
    log_key(text, key);
    log_line(connection->server, LOG_MUTATIONS,
             "type=item_store key=%s status=%s cmd=%s ttl=0 clsid=0 cfd=%d size=%" PRIu32, text,
             log_result_word(reason), log_mode_word(mode), connection->fd, value_bytes);
}
