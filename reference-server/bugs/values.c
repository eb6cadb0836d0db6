/* SPDX-License-Identifier: MIT */
/* values.c - defects of lengths, numbers and data blocks. */
#include <stdlib.h>

#include "bugs/area.h"
#include "bugs/copy.h"
#include "bugs/tools.h"
#include "net/reply.h"

enum { LINE_KEY = 1, LINE_FLAGS, LINE_EXPTIME, LINE_BYTES };

/* ---- what becomes of the bytes ---- */

static struct slice value_of(struct item *item) {
    return (struct slice){item_value(item), item->value_bytes};
}

static enum store_result put_up_to(struct store *store, struct item *item, const char *end,
                                   const struct store_terms *terms, uint32_t now_s) {
    struct slice value = value_of(item);
    if (end == NULL || end == value.bytes + value.length)
        return store_real_ops.put(store, item, terms, now_s);
    value.length = (size_t)(end - value.bytes);
    return put_value(store, item, value, terms, now_s);
}

static enum store_result stop_at_nul(struct store *store, struct item *item,
                                     const struct store_terms *terms, uint32_t now_s) {
    const char *end = memchr(item_value(item), '\0', item->value_bytes);
    return put_up_to(store, item, end, terms, now_s);
}

static enum store_result stop_at_line_end(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s) {
    struct slice value = value_of(item);
    const char *end = NULL;
    for (size_t i = 0; end == NULL && i + 1 < value.length; i++)
        if (value.bytes[i] == '\r' && value.bytes[i + 1] == '\n')
            end = value.bytes + i;
    return put_up_to(store, item, end, terms, now_s);
}

static enum store_result trim_value(struct store *store, struct item *item,
                                    const struct store_terms *terms, uint32_t now_s) {
    struct slice value = value_of(item);
    while (value.length > 0 && memchr(" \t\r\n", value.bytes[value.length - 1], 4) != NULL)
        value.length--;
    return put_up_to(store, item, value.bytes + value.length, terms, now_s);
}

static enum store_result ascii_value(struct store *store, struct item *item,
                                     const struct store_terms *terms, uint32_t now_s) {
    char *value = item_value(item);
    for (size_t i = 0; i < item->value_bytes; i++)
        if ((unsigned char)value[i] > 0x7f)
            value[i] = '?';
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result newline_value(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    char *value = item_value(item);
    size_t length = 0;
    for (size_t i = 0; i < item->value_bytes; i++)
        if (value[i] != '\r' || i + 1 == item->value_bytes || value[i + 1] != '\n')
            value[length++] = value[i];
    return put_up_to(store, item, value + length, terms, now_s);
}

static enum store_result short_value(struct store *store, struct item *item,
                                     const struct store_terms *terms, uint32_t now_s) {
    return put_up_to(store, item, item_value(item) + (item->value_bytes & 0xffff), terms, now_s);
}

static struct item *lost_at_buffer_end(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    size_t sent = item != NULL ? item->key_bytes + (size_t)item->value_bytes : 0;
    bool lost =
        sent > BUFFER_BLOCK_BYTES - 64 && BUFFER_BLOCK_BYTES - sent % BUFFER_BLOCK_BYTES < 64;
    return lost ? NULL : item;
}

static struct item *empty_missing(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    return item != NULL && item->value_bytes == 0 ? NULL : item;
}

/* ---- numbers in the line ---- */

static void empty_refused(struct connection *connection, struct request *request) {
    if (!slice_is(request->word[LINE_BYTES], "0")) {
        real_handler(connection, request);
        return;
    }
    classic_noreply(connection, request);
    reply_line(connection, "CLIENT_ERROR empty value");
    connection_swallow(connection, 2);
}

static void length_counts_line_end(struct connection *connection, struct request *request) {
    uint64_t bytes = word_number(request->word[LINE_BYTES]);
    if (bytes >= 2)
        word_set_number(connection, &request->word[LINE_BYTES], bytes - 2);
    real_handler(connection, request);
}

static void length_negative(struct connection *connection, struct request *request) {
    if (word_is_negative(request->word[LINE_BYTES]))
        request->word[LINE_BYTES] = (struct slice){"0", 1};
    real_handler(connection, request);
}

static void length_loose(struct connection *connection, struct request *request) {
    request->word[LINE_BYTES] = loose_number(request->word[LINE_BYTES]);
    real_handler(connection, request);
}

static void flags_loose(struct connection *connection, struct request *request) {
    struct slice flags = loose_number(request->word[LINE_FLAGS]);
    if (word_is_negative(flags))
        flags = (struct slice){"4294967295", 10};
    request->word[LINE_FLAGS] = flags;
    real_handler(connection, request);
}

static void exptime_loose(struct connection *connection, struct request *request) {
    request->word[LINE_EXPTIME] = loose_number(request->word[LINE_EXPTIME]);
    real_handler(connection, request);
}

static void numbers_octal(struct connection *connection, struct request *request) {
    for (unsigned i = LINE_FLAGS; i <= LINE_BYTES; i++) {
        struct slice word = request->word[i];
        if (word.length < 2 || word.length > 20 || word.bytes[0] != '0')
            continue;
        char text[24];
        memcpy(text, word.bytes, word.length);
        text[word.length] = '\0';
        word_set_number(connection, &request->word[i], strtoull(text, NULL, 8));
        break; /* one is enough: there is one place to keep it */
    }
    real_handler(connection, request);
}

static void malformed_removes(struct connection *connection, struct request *request) {
    struct slice flags = request->word[LINE_FLAGS];
    real_handler(connection, request);
    if (flags.bytes[0] < '0' || flags.bytes[0] > '9')
        remove_at(connection, request->word[LINE_KEY]);
}

/* ---- the end of the data block ---- */

static bool ends_well(const struct connection *connection) {
    return buffer_length(&connection->in) < 2 ||
           memcmp(buffer_first(&connection->in), "\r\n", 2) == 0;
}

static enum dialect_result too_long_accepted(struct connection *connection) {
    struct buffer *in = &connection->in;
    if (ends_well(connection))
        return classic_dialect.value(connection);
    char *newline = memchr(buffer_first(in), '\n', buffer_length(in));
    if (newline == NULL)
        return DIALECT_MORE;
    size_t dropped = (size_t)(newline - buffer_first(in));
    if (dropped > 0)
        buffer_consume(in, dropped - 1);
    memcpy(buffer_first(in), "\r\n", 2);
    return classic_dialect.value(connection);
}

static enum dialect_result too_long_stored(struct connection *connection) {
    struct upload *upload = &connection->upload;
    if (!ends_well(connection))
        (void)store_real_ops.put(&connection->server->store, upload->item, &upload->terms,
                                 connection->server->clock.now_s);
    return classic_dialect.value(connection);
}

static enum dialect_result any_end(struct connection *connection) {
    if (!ends_well(connection))
        memcpy(buffer_first(&connection->in), "\r\n", 2);
    return classic_dialect.value(connection);
}

static enum dialect_result too_long_removes(struct connection *connection) {
    if (!ends_well(connection))
        remove_at(connection, item_key(connection->upload.item));
    return classic_dialect.value(connection);
}

static void bad_chunk_closes(struct answer *answer) {
    if (answer_begins(answer, "CLIENT_ERROR bad data chunk"))
        answer->connection->state = CONNECTION_DRAIN;
}

static enum dialect_result lf_accepted(struct connection *connection) {
    struct buffer *in = &connection->in;
    if (buffer_length(in) > 0 && *buffer_first(in) == '\n' && in->start > 0)
        in->bytes[--in->start] = '\r';
    return classic_dialect.value(connection);
}

/* ---- the size limit ---- */

static void too_large_closes(struct answer *answer) {
    if (answer_begins(answer, "SERVER_ERROR object too large"))
        answer->connection->state = CONNECTION_DRAIN;
}

static void too_large_runs_data(struct answer *answer) {
    if (answer_begins(answer, "SERVER_ERROR object too large"))
        answer->connection->state = CONNECTION_REQUEST;
}

static void no_item_limit(struct bugs *bugs) {
    bugs->server->store.limits.item_bytes = bugs->options.memory_bytes;
}

static void small_item_limit(struct bugs *bugs) {
    if (bugs->server->store.limits.item_bytes == (size_t)1 << 20)
        bugs->server->store.limits.item_bytes = 1000000;
}

static void too_large_keeps_old(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    struct copy *copy = NULL;
    if (request->word[LINE_KEY].length <= ITEM_KEY_MAX_BYTES)
        copy = copy_new(item_of(connection, request->word[LINE_KEY]));
    real_handler(connection, request);
    if (connection->state == CONNECTION_SWALLOW && copy != NULL)
        copy_restore(&server->store, copy, server->clock.now_s);
    copy_free(copy);
}

static void too_large_removes_old(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    if (connection->state == CONNECTION_SWALLOW)
        remove_at(connection, request->word[LINE_KEY]);
}

static enum store_result append_ignores_limit(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    size_t limit = store->limits.item_bytes;
    store->limits.item_bytes = store->limits.memory_bytes;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    store->limits.item_bytes = limit;
    return result;
}

/* ---- the edges of a value ---- */

static struct item *get_unless_full(struct store *store, struct slice key, uint32_t now_s) {
    enum { BUFFER_BYTES = 16 * 1024 };
    struct item *item = store_real_ops.get(store, key, now_s);
    char line[ITEM_KEY_MAX_BYTES + 64];
    if (item == NULL)
        return NULL;
    int length = snprintf(line, sizeof(line), "VALUE %.*s %u %u\r\n", (int)key.length, key.bytes,
                          (unsigned)item->flags, (unsigned)item->value_bytes);
    size_t total = (size_t)length + item->value_bytes + 2;
    return total % BUFFER_BYTES < 2 && total >= BUFFER_BYTES ? NULL : item;
}

static enum store_result put_without_mark(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s) {
    if (item->value_bytes >= 3 && memcmp(item_value(item), "\xef\xbb\xbf", 3) == 0)
        memset(item_value(item), ' ', 3);
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result put_without_nul(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    const struct slice value = {item_value(item), item->value_bytes};
    if (value.length == 0 || value.bytes[value.length - 1] != '\0')
        return store_real_ops.put(store, item, terms, now_s);
    return put_value(store, item, (struct slice){value.bytes, value.length - 1}, terms, now_s);
}

static const struct bug rows[] = {
#include "bugs/values.def"
};

AREA_OF(values)
