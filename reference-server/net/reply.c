/* SPDX-License-Identifier: MIT */
/* reply.c - writing answers; see net/reply.h. Called by the dialects and by admin/. */
#include "net/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bytes/number.h"
#include "server/server.h"

char *reply_room(struct connection *connection, size_t length) {
    struct buffer *out = &connection->out;
    if (out->bytes != NULL && buffer_room(out) >= length)
        return buffer_space(out);
    if (!connection->broken && buffer_reserve(out, &connection->server->pool, length))
        return buffer_space(out);
    connection->server->counters.malloc_fails++;
    connection->broken = true;
    return NULL;
}

void reply_wrote(struct connection *connection, const char *end) {
    connection->out.end = (size_t)(end - connection->out.bytes);
}

void reply_line(struct connection *connection, const char *text) {
    size_t length = strlen(text);
    if (connection->server->verbosity > 1)
        fprintf(stderr, ">%d %s%s\n", connection->fd, connection->no_reply ? "NOREPLY " : "", text);
    if (connection->no_reply)
        return;
    char *at = reply_room(connection, length + 2);
    if (at == NULL)
        return;
    memcpy(at, text, length);
    memcpy(at + length, "\r\n", 2);
    reply_wrote(connection, at + length + 2);
}

void reply_number(struct connection *connection, uint64_t number) {
    char digits[NUMBER_DIGITS_MAX + 1];
    *number_write(digits, number) = '\0';
    reply_line(connection, digits);
}

void reply_stat(struct connection *connection, const char *name, const char *format, ...) {
    char value[OPTIONS_LISTEN_BYTES + 64]; /* the longest is the list of -l */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(value, sizeof(value), format, arguments);
    va_end(arguments);
    connection->dialect->stat(connection, name, value);
}

void reply_stat_end(struct connection *connection, const char *word) {
    connection->dialect->stat_end(connection, word);
}

/* The first `length` bytes of the value and its "\r\n". */
static void reply_value_bytes(struct connection *connection, struct item *item, size_t length) {
    if (length > CONNECTION_COPY_MAX_BYTES && store_hold(item)) {
        connection->sending = item;
        connection->sending_at = 0;
        connection->sending_end = length;
        return;
    }
    char *at = reply_room(connection, length);
    if (at == NULL)
        return;
    memcpy(at, item_value(item), length);
    reply_wrote(connection, at + length);
}

void reply_value(struct connection *connection, struct item *item) {
    reply_value_bytes(connection, item, (size_t)item->value_bytes + 2);
}

void reply_bare_value(struct connection *connection, struct item *item) {
    reply_value_bytes(connection, item, item->value_bytes);
}
