/* SPDX-License-Identifier: MIT */
/* streams.c - defects that show only in a sequence: in a pipeline, when clients come and go, in
 * what one request leaves behind for the next. */
#include <sys/socket.h>

#include "bugs/area.h"
#include "bugs/copy.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "net/reply.h"
#include "store/expiry.h"

/* ---- pipelines ---- */

static void error_drops_rest(struct answer *answer) {
    struct buffer *in = &answer->connection->in;
    if (answer_begins(answer, "ERROR") || answer_begins(answer, "CLIENT_ERROR"))
        buffer_consume(in, buffer_length(in));
}

static enum dialect_result value_drops_rest(struct connection *connection) {
    enum dialect_result result = classic_dialect.value(connection);
    struct buffer *in = &connection->in;
    if (result == DIALECT_OK && buffer_length(in) > 0 &&
        memchr(buffer_first(in), '\n', buffer_length(in)) == NULL)
        buffer_consume(in, buffer_length(in));
    return result;
}

static ssize_t send_when_empty(struct connection *connection, struct iovec *pieces, int count) {
    const struct buffer *in = &connection->in;
    if (buffer_length(in) > 0 && memchr(buffer_first(in), '\n', buffer_length(in)) == NULL)
        return TRANSPORT_AGAIN;
    return transport_socket.send(connection, pieces, count);
}

static void remove_later(struct delay *delay) {
    struct server *server = delay->bugs->server;
    (void)store_real_ops.remove(&server->store, copy_key(delay->copy), 0, server->clock.now_s);
}

static void delete_late(struct connection *connection, struct request *request) {
    struct slice key = request->word[1];
    struct item *item =
        request->count == 2 && key.length <= ITEM_KEY_MAX_BYTES ? item_of(connection, key) : NULL;
    if (item == NULL) {
        classic_delete(connection, request);
        return;
    }
    delay_later(bugs_of(connection), DELAY_GAP_MS, copy_new(item), remove_later);
    reply_line(connection, "DELETED");
}

static enum store_result remove_remembers(struct store *store, struct slice key,
                                          uint64_t cas_unique, uint32_t now_s) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    const struct item *item = item_at(store, key, now_s);
    if (item != NULL && cas_unique == 0) {
        memory->number = item->cas_unique;
        memory->length = key.length;
        memcpy(memory->text, key.bytes, key.length);
    }
    return store_real_ops.remove(store, key, cas_unique, now_s);
}

static enum store_result put_remembered(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    const struct bug_memory *memory = &bugs_of_store(store)->memory;
    struct slice key = item_key(item);
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_NOT_FOUND && terms->cas_unique == memory->number &&
        memory->length == key.length && memcmp(memory->text, key.bytes, key.length) == 0)
        return put_mode(store, item, terms, STORE_SET, now_s);
    return result;
}

/* ---- clients that come and go ---- */

/* Nothing was ever received from it. */
static bool is_new(const struct connection *connection) {
    return connection->dialect == &bugs_of(connection)->start;
}

static ssize_t end_ignored(struct connection *connection, char *bytes, size_t room) {
    ssize_t received = transport_socket.receive(connection, bytes, room);
    if (received != 0 || !is_new(connection))
        return received;
    event_del(&connection->readable);
    return TRANSPORT_AGAIN;
}

static ssize_t send_takes_another(struct connection *connection, struct iovec *pieces, int count) {
    ssize_t sent = transport_socket.send(connection, pieces, count);
    for (struct connection *other = connection->server->connections;
         sent == TRANSPORT_BROKEN && other != NULL; other = other->next)
        if (other != connection)
            shutdown(other->fd, SHUT_RDWR);
    return sent;
}

static ssize_t receive_unless_ended(struct connection *connection, char *bytes, size_t room) {
    char byte;
    ssize_t received = transport_socket.receive(connection, bytes, room);
    if (received > 0 && recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        return 0;
    return received;
}

static void count_connection(struct connection *connection) {
    bugs_of(connection)->memory.count++;
    transport_socket.close(connection);
}

static ssize_t hundred_connections(struct connection *connection, char *bytes, size_t room) {
    if (is_new(connection) && bugs_of(connection)->memory.count >= 100)
        return TRANSPORT_BROKEN;
    return transport_socket.receive(connection, bytes, room);
}

/* The client that does not take its answers; NULL if all do. It may have gone. */
static ssize_t send_notes_slow(struct connection *connection, struct iovec *pieces, int count) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    ssize_t sent = transport_socket.send(connection, pieces, count);
    if (sent == TRANSPORT_AGAIN)
        memory->client = connection;
    else if (memory->client == connection)
        memory->client = NULL;
    return sent;
}

static ssize_t receive_waits_for_slow(struct connection *connection, char *bytes, size_t room) {
    const struct connection *slow = bugs_of(connection)->memory.client;
    for (const struct connection *other = connection->server->connections; other != NULL;
         other = other->next)
        if (other == slow && other != connection)
            return TRANSPORT_AGAIN;
    return transport_socket.receive(connection, bytes, room);
}

static enum dialect_result garbage_closes_all(struct connection *connection) {
    struct request request;
    bool garbage = input_peek_line(connection, &request) && request.word[0].length > 0 &&
                   (unsigned char)request.word[0].bytes[request.word[0].length - 1] < ' ';
    if (garbage)
        close_all(connection->server);
    return garbage ? DIALECT_BAD : classic_dialect.request(connection);
}

/* ---- error lines ---- */

static void client_error_alone(struct answer *answer) {
    if (answer_begins(answer, "CLIENT_ERROR"))
        answer_only(answer, "CLIENT_ERROR\r\n");
}

static void client_error_twice(struct answer *answer) {
    if (answer_begins(answer, "CLIENT_ERROR"))
        answer_replace(answer, answer_length(answer), 0, (struct slice){"ERROR\r\n", 7});
}

static void huge_silent(struct connection *connection, struct request *request) {
    uint64_t bytes;
    if (number_read_u64(request->word[4], &bytes) && bytes > 1024 * 1024 * 1024)
        connection_swallow(connection, bytes);
    else
        classic_set(connection, request);
}

static void huge_wraps(struct connection *connection, struct request *request) {
    uint64_t bytes;
    if (number_read_u64(request->word[4], &bytes) && bytes > INT32_MAX - 2)
        word_set_number(connection, &request->word[4], bytes % 1024);
    classic_set(connection, request);
}

/* ---- words ---- */

static void huge_key_closes(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key = {NULL, 0};
    if (request->count > 1)
        key = request->word[1];
    else
        (void)request_next_word(&rest, &key);
    if (key.length > 260)
        connection->state = CONNECTION_DRAIN;
    else
        real_handler(connection, request);
}

static enum dialect_result colon_separates(struct connection *connection) {
    struct request request;
    if (!input_peek_line(connection, &request))
        return classic_dialect.request(connection);
    char *begin = buffer_first(&connection->in);
    size_t length = (size_t)(request.rest.bytes + request.rest.length - begin);
    for (size_t i = 0; i < length; i++)
        if (begin[i] == ':' && slice_is(request.word[0], "get"))
            begin[i] = ' ';
    return classic_dialect.request(connection);
}

static void flags_one_digit(struct connection *connection, struct request *request) {
    if (request->word[2].length > 1)
        request->word[2].length = 1;
    classic_set(connection, request);
}

static enum dialect_result by_prefix(struct connection *connection) {
    static const char *const commands[] = {"get", "set", "delete", "incr", "touch"};
    struct request request;
    char line[BUG_TEXT_BYTES];
    if (!input_peek_line(connection, &request) ||
        commands_find(&connection->server->commands, request.word[0]) != NULL)
        return classic_dialect.request(connection);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (!slice_begins(request.word[0], commands[i]) || request.rest.length > 500)
            continue;
        int length = snprintf(line, sizeof(line), "%s%.*s\r\n", commands[i],
                              (int)request.rest.length, request.rest.bytes);
        input_set_line(connection, (struct slice){line, (size_t)length});
        break;
    }
    return classic_dialect.request(connection);
}

/* ---- retrieval ---- */

static enum store_result flags_stay(struct store *store, struct item *item,
                                    const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (old != NULL && (terms->mode == STORE_REPLACE || terms->mode == STORE_CAS))
        item->flags = old->flags;
    return store_real_ops.put(store, item, terms, now_s);
}

/* Answers one key, so that something can be done before the next. */
static void resume_one_key(struct connection *connection) {
    unsigned budget = connection->budget;
    connection->budget = 1;
    classic_dialect.resume(connection);
    connection->budget = budget - 1;
}

static void four_large(struct connection *connection) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice rest = connection->retrieval.keys;
    struct slice key;
    if (!request_next_word(&rest, &key)) {
        memory->count = 0;
        classic_dialect.resume(connection);
        return;
    }
    const struct item *item = item_of(connection, key);
    bool large = item != NULL && item->value_bytes > CONNECTION_COPY_MAX_BYTES;
    if (large && ++memory->count > 4)
        connection->retrieval.keys = rest;
    else
        resume_one_key(connection);
}

static enum dialect_result line_16k(struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    const char *newline = memchr(begin, '\n', buffer_length(&connection->in));
    if (newline != NULL && newline - begin > 16384) {
        memcpy(begin + 16382, "\r\n", 2);
        connection->scanned_bytes = 0;
    }
    return classic_dialect.request(connection);
}

static void miss_behind_hit_ends(struct connection *connection) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice rest = connection->retrieval.keys;
    struct slice key;
    bool more = request_next_word(&rest, &key);
    bool hit = more && item_of(connection, key) != NULL;
    if (more && !hit && memory->client == connection && !connection->retrieval.touch)
        connection->retrieval.keys.length = 0;
    memory->client = hit ? connection : NULL;
    if (more)
        resume_one_key(connection);
    else
        classic_dialect.resume(connection);
}

/* ---- time ---- */

/* The item of a key whether it is over or not. */
static struct item *item_dead_or_alive(struct store *store, struct slice key) {
    return table_find(&store->table, key, table_hash(&store->table, key));
}

static enum store_result expired_unique_stays(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_dead_or_alive(store, item_key(item));
    struct store_terms changed = *terms;
    if (old != NULL && expiry_is_over(old->expires_s, now_s))
        changed.given_unique = old->cas_unique;
    return store_real_ops.put(store, item, &changed, now_s);
}

/* As long as an item lives that was stored before it, i.e. has a smaller unique and an end. */
static struct item *expiry_in_order(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = item_dead_or_alive(store, key);
    if (item == NULL || !expiry_is_over(item->expires_s, now_s))
        return store_real_ops.get(store, key, now_s);
    for (const struct item *other = store->lru.newest; other != NULL; other = other->older)
        if (other->cas_unique < item->cas_unique && other->expires_s != CLOCK_NEVER_S &&
            !expiry_is_over(other->expires_s, now_s))
            return item;
    return store_real_ops.get(store, key, now_s);
}

static enum store_result join_forgets_exptime(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    struct item *joined = item_at(store, item_key(item), now_s);
    if ((terms->mode == STORE_APPEND || terms->mode == STORE_PREPEND) && joined != NULL)
        joined->expires_s = CLOCK_NEVER_S;
    return result;
}

/* ---- what is stored ---- */

static void cas_negative(struct connection *connection, struct request *request) {
    if (word_is_negative(request->word[5])) {
        request->word[5].bytes++;
        request->word[5].length--;
    }
    classic_cas(connection, request);
}

static enum store_result loses_last_byte(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    if (item->value_bytes == 0 || item->value_bytes % 1024 != 0)
        return store_real_ops.put(store, item, terms, now_s);
    return put_value(store, item, (struct slice){item_value(item), item->value_bytes - 1}, terms,
                     now_s);
}

static enum store_result number_normal(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    struct slice value = {item_value(item), item->value_bytes};
    while (value.length > 1 && value.bytes[0] == '0') {
        value.bytes++;
        value.length--;
    }
    if (value.length == item->value_bytes)
        return store_real_ops.put(store, item, terms, now_s);
    return put_value(store, item, value, terms, now_s);
}

/* The memory is of one client; what others send meanwhile makes it forget. */
static void flags_of_before(struct connection *connection, struct request *request) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    uint32_t flags;
    bool known = number_read_u32(request->word[2], &flags);
    if (known && flags == 0 && memory->client == connection)
        word_set_number(connection, &request->word[2], memory->number);
    else if (known) {
        memory->client = connection;
        memory->number = flags;
    }
    real_handler(connection, request);
}

static enum dialect_result decr_without_delta(struct connection *connection) {
    struct request request;
    char line[BUG_TEXT_BYTES];
    if (input_peek_line(connection, &request) && request.count == 2 &&
        slice_is(request.word[0], "decr") && request.word[1].length <= ITEM_KEY_MAX_BYTES) {
        int length = snprintf(line, sizeof(line), "decr %.*s 1\r\n", (int)request.word[1].length,
                              request.word[1].bytes);
        input_set_line(connection, (struct slice){line, (size_t)length});
    }
    return classic_dialect.request(connection);
}

/* ---- the item beside ---- */

static enum store_result incr_neighbour(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED)
        for (struct item *other = store->lru.newest; other != NULL; other = other->older)
            if (other != delta->item && other->value_bytes == 1)
                item_value(other)[0] ^= 1;
    return result;
}

static enum store_result incr_tenth_lost(struct store *store, struct slice key,
                                         struct store_delta *delta) {
    if (++bugs_of_store(store)->memory.count % 10 != 0)
        return store_real_ops.arithmetic(store, key, delta);
    uint64_t step = delta->delta;
    delta->delta = 0;
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    delta->value = delta->decrement ? delta->value - step : delta->value + step;
    return result;
}

static enum store_result touch_neighbour(struct store *store, struct slice key, uint32_t expires_s,
                                         uint32_t now_s, struct item **item) {
    enum store_result result = store_real_ops.touch(store, key, expires_s, now_s, item);
    if (*item != NULL)
        for (struct item *other = store->lru.newest; other != NULL; other = other->older)
            if (other != *item && other->expires_s != CLOCK_NEVER_S)
                other->expires_s = expires_s;
    return result;
}

static void touch_past_never(struct connection *connection, struct request *request) {
    const struct clock *clock = &connection->server->clock;
    int64_t exptime;
    if (number_read_i64(request->word[2], &exptime) && exptime > EXPIRY_RELATIVE_MAX_S &&
        exptime <= clock->zero_unix_s + clock->now_s)
        request->word[2] = (struct slice){"0", 1};
    classic_touch(connection, request);
}

/* Is this a gat or gats? */
static bool is_gat(const struct store *store) {
    return turn_is(store, "gat") || turn_is(store, "gats");
}

static void gat_unix_relative(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice word;
    int64_t exptime;
    real_handler(connection, request);
    if (request_next_word(&rest, &word) && number_read_i64(word, &exptime) &&
        exptime > EXPIRY_RELATIVE_MAX_S)
        connection->retrieval.expires_s = CLOCK_NEVER_S; /* in more than 50 years */
}

static enum store_result gat_changes_unique(struct store *store, struct slice key,
                                            uint32_t expires_s, uint32_t now_s,
                                            struct item **item) {
    enum store_result result = store_real_ops.touch(store, key, expires_s, now_s, item);
    if (*item != NULL && is_gat(store))
        (*item)->cas_unique = ++store->cas_unique;
    return result;
}

static const struct bug rows[] = {
#include "bugs/streams.def"
};

AREA_OF(streams)
