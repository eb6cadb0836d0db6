/* SPDX-License-Identifier: MIT */
/* races.c - defects of concurrency: gaps between reading and writing, state that is shared.
 *
 * A gap is real time in which the loop serves others (bugs/delay.h). */
#include "bugs/area.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "bugs/versions.h"
#include "bytes/number.h"

typedef enum dialect_result race_step(struct connection *connection);

/* The value and its line end have come. */
static bool race_complete(const struct connection *connection) {
    return connection->dialect->binary || buffer_length(&connection->in) >= 2;
}

/* ---- check, gap, act without looking again ---- */

/* A condition that holds now is taken to hold after the gap: then the mode is a plain set. */
static enum dialect_result race_check_early(struct connection *connection, race_step *real,
                                            bool holds) {
    if (!race_complete(connection))
        return real(connection);
    if (delay_of(connection) == NULL) {
        if (!holds)
            return real(connection);
        if (delay_begin(connection, DELAY_GAP_MS) != NULL)
            return DIALECT_MORE;
    }
    delay_end(connection);
    connection->upload.terms.mode = STORE_SET;
    return real(connection);
}

static enum dialect_result cas_gap(struct connection *connection, race_step *real) {
    const struct upload *upload = &connection->upload;
    const struct item *old = item_of(connection, item_key(upload->item));
    bool cas = upload->terms.mode == STORE_CAS;
    if (cas && delay_of(connection) != NULL)
        connection->server->counters.cas_hits++;
    if (!cas)
        return real(connection);
    return race_check_early(connection, real,
                            old != NULL && old->cas_unique == upload->terms.cas_unique);
}

static enum dialect_result cas_gap_text(struct connection *connection) {
    return cas_gap(connection, classic_dialect.value);
}

static enum dialect_result cas_gap_binary(struct connection *connection) {
    return cas_gap(connection, binary_dialect.value);
}

static enum dialect_result add_gap(struct connection *connection, race_step *real) {
    const struct upload *upload = &connection->upload;
    if (upload->terms.mode != STORE_ADD)
        return real(connection);
    return race_check_early(connection, real, item_of(connection, item_key(upload->item)) == NULL);
}

static enum dialect_result add_gap_text(struct connection *connection) {
    return add_gap(connection, classic_dialect.value);
}

static enum dialect_result add_gap_binary(struct connection *connection) {
    return add_gap(connection, binary_dialect.value);
}

/* ---- read, gap, write back ---- */

/* What was read before the gap is written back after it, and then changed as the request says. */
static enum dialect_result race_write_back(struct connection *connection, race_step *real,
                                           struct slice key) {
    struct server *server = connection->server;
    struct delay *delay = delay_of(connection);
    if (delay == NULL) {
        struct item *item = item_of(connection, key);
        delay = item != NULL ? delay_begin(connection, DELAY_GAP_MS) : NULL;
        if (delay == NULL)
            return real(connection);
        delay->copy = copy_new(item);
        return DIALECT_MORE;
    }
    if (delay->copy != NULL && !copy_is_fresh(&server->store, delay->copy, server->clock.now_s))
        copy_restore(&server->store, delay->copy, server->clock.now_s);
    delay_end(connection);
    return real(connection);
}

static enum dialect_result join_gap(struct connection *connection, race_step *real) {
    enum store_mode mode = connection->upload.terms.mode;
    if ((mode != STORE_APPEND && mode != STORE_PREPEND) || !race_complete(connection))
        return real(connection);
    return race_write_back(connection, real, item_key(connection->upload.item));
}

static enum dialect_result join_gap_text(struct connection *connection) {
    return join_gap(connection, classic_dialect.value);
}

static enum dialect_result join_gap_binary(struct connection *connection) {
    return join_gap(connection, binary_dialect.value);
}

/* Is the line that waits one of these commands? `key_word` is where its key stands. */
static enum dialect_result race_text(struct connection *connection, const char *const *commands,
                                     unsigned key_word) {
    struct request request;
    if (input_peek_line(connection, &request) && request.count > key_word &&
        request.word[key_word].length <= ITEM_KEY_MAX_BYTES)
        for (; *commands != NULL; commands++)
            if (slice_is(request.word[0], *commands))
                return race_write_back(connection, classic_dialect.request, request.word[key_word]);
    return classic_dialect.request(connection);
}

static enum dialect_result race_binary(struct connection *connection,
                                       binary_handler *const *which) {
    const struct binary_command *command;
    struct slice key;
    uint8_t opcode;
    if (input_peek_packet(connection, &opcode, &key) && key.length > 0 &&
        (command = binary_commands_find(&connection->server->binary_commands, opcode)) != NULL)
        for (; *which != NULL; which++)
            if (command->handler == *which)
                return race_write_back(connection, binary_dialect.request, key);
    return binary_dialect.request(connection);
}

static enum dialect_result arithmetic_gap_text(struct connection *connection) {
    return race_text(connection, (const char *const[]){"incr", "decr", "ma", NULL}, 1);
}

static enum dialect_result arithmetic_gap_binary(struct connection *connection) {
    return race_binary(connection,
                       (binary_handler *const[]){binary_increment, binary_decrement, NULL});
}

/* decr that ends at 0: the item holds less than is to be taken away. */
static enum dialect_result decr_floor_gap(struct connection *connection) {
    struct request request;
    uint64_t delta, number;
    if (delay_of(connection) == NULL) {
        struct item *item;
        if (!input_peek_line(connection, &request) || request.count < 3 ||
            !slice_is(request.word[0], "decr") ||
            (item = item_of(connection, request.word[1])) == NULL ||
            !number_read_u64(request.word[2], &delta) ||
            !number_read_u64((struct slice){item_value(item), item->value_bytes}, &number) ||
            number >= delta)
            return classic_dialect.request(connection);
    }
    return race_text(connection, (const char *const[]){"decr", NULL}, 1);
}

static enum dialect_result delete_gap_text(struct connection *connection) {
    return race_text(connection, (const char *const[]){"delete", "md", NULL}, 1);
}

static enum dialect_result delete_gap_binary(struct connection *connection) {
    return race_binary(connection, (binary_handler *const[]){binary_delete, NULL});
}

static enum dialect_result touch_gap_text(struct connection *connection) {
    struct request request;
    unsigned key =
        input_peek_line(connection, &request) && slice_is(request.word[0], "touch") ? 1 : 2;
    return race_text(connection, (const char *const[]){"touch", "gat", "gats", NULL}, key);
}

static enum dialect_result touch_gap_binary(struct connection *connection) {
    return race_binary(connection,
                       (binary_handler *const[]){binary_touch, binary_gat, binary_gatk, NULL});
}

/* ---- half written, or not for good ---- */

static enum dialect_result torn(struct connection *connection, race_step *real) {
    const struct upload *upload = &connection->upload;
    struct item *old = item_of(connection, item_key(upload->item));
    if (delay_of(connection) == NULL && race_complete(connection) && old != NULL &&
        upload->terms.mode == STORE_SET && old->value_bytes == upload->item->value_bytes &&
        delay_begin(connection, DELAY_GAP_MS) != NULL) {
        memcpy(item_value(old), item_value(upload->item), old->value_bytes / 2);
        return DIALECT_MORE;
    }
    delay_end(connection);
    return real(connection);
}

static enum dialect_result torn_text(struct connection *connection) {
    return torn(connection, classic_dialect.value);
}

static enum dialect_result torn_binary(struct connection *connection) {
    return torn(connection, binary_dialect.value);
}

static void remove_undo(struct delay *delay) {
    struct server *server = delay->bugs->server;
    if (item_at(&server->store, copy_key(delay->copy), server->clock.now_s) == NULL)
        copy_restore(&server->store, delay->copy, server->clock.now_s);
}

static enum store_result remove_for_a_while(struct store *store, struct slice key,
                                            uint64_t cas_unique, uint32_t now_s) {
    struct copy *copy = copy_new(item_at(store, key, now_s));
    enum store_result result = store_real_ops.remove(store, key, cas_unique, now_s);
    if (result == STORE_STORED && copy != NULL)
        delay_later(bugs_of_store(store), 2 * DELAY_GAP_MS, copy, remove_undo);
    else
        copy_free(copy);
    return result;
}

/* ---- others see something else ---- */

static enum store_result stale_put(struct store *store, struct item *item,
                                   const struct store_terms *terms, uint32_t now_s) {
    versions_note(store, item_key(item), 2 * DELAY_GAP_MS, now_s);
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result stale_remove(struct store *store, struct slice key, uint64_t cas_unique,
                                      uint32_t now_s) {
    versions_note(store, key, 2 * DELAY_GAP_MS, now_s);
    return store_real_ops.remove(store, key, cas_unique, now_s);
}

static enum store_result stale_arithmetic(struct store *store, struct slice key,
                                          struct store_delta *delta) {
    versions_note(store, key, 2 * DELAY_GAP_MS, delta->now_s);
    return store_real_ops.arithmetic(store, key, delta);
}

static struct item *stale_get(struct store *store, struct slice key, uint32_t now_s) {
    struct version *version = versions_find(store, key);
    return version != NULL ? versions_item(store, version, now_s)
                           : store_real_ops.get(store, key, now_s);
}

static enum store_result thread_put(struct store *store, struct item *item,
                                    const struct store_terms *terms, uint32_t now_s) {
    versions_note(store, item_key(item), 3600 * 1000, now_s);
    return store_real_ops.put(store, item, terms, now_s);
}

static struct item *thread_get(struct store *store, struct slice key, uint32_t now_s) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    const struct version *version = versions_find(store, key);
    if (version != NULL && turn != NULL && (version->writer ^ turn->fd) % 2 != 0)
        return NULL;
    return store_real_ops.get(store, key, now_s);
}

/* ---- a unique that comes back ---- */

static uint64_t per_item_next(struct store *store, struct slice key, uint32_t now_s) {
    const struct item *old = item_at(store, key, now_s);
    return old != NULL ? old->cas_unique + 1 : 1;
}

static enum store_result per_item_put(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s) {
    struct store_terms changed = *terms;
    if (changed.given_unique == 0)
        changed.given_unique = per_item_next(store, item_key(item), now_s);
    return store_real_ops.put(store, item, &changed, now_s);
}

static enum store_result per_item_arithmetic(struct store *store, struct slice key,
                                             struct store_delta *delta) {
    if (delta->given_unique == 0)
        delta->given_unique = per_item_next(store, key, delta->now_s);
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result of_second_put(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    struct store_terms changed = *terms;
    if (changed.given_unique == 0)
        changed.given_unique = (uint64_t)now_s + 1;
    return store_real_ops.put(store, item, &changed, now_s);
}

static void of_value_give(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = item_at(store, key, now_s);
    if (item == NULL)
        return;
    const struct slice value = {item_value(item), item->value_bytes};
    unique_give(store, item, table_hash(&store->table, value) | 1);
}

static enum store_result of_value_put(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_STORED && terms->given_unique == 0)
        of_value_give(store, item_key(item), now_s);
    return result;
}

static enum store_result of_value_arithmetic(struct store *store, struct slice key,
                                             struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && delta->given_unique == 0)
        of_value_give(store, key, delta->now_s);
    return result;
}

/* ---- answers and lines that get mixed up ---- */

/* Moves the first `length` bytes of what is sent behind the rest. */
static void send_rotate(struct iovec *piece, size_t length) {
    char first[64];
    char *bytes = piece->iov_base;
    memcpy(first, bytes, length);
    memmove(bytes, bytes + length, piece->iov_len - length);
    memcpy(bytes + piece->iov_len - length, first, length);
}

static ssize_t send_first_last(struct connection *connection, struct iovec *pieces, int count) {
    char *bytes = pieces[0].iov_base;
    size_t length = pieces[0].iov_len;
    size_t first = 0;
    if (count == 1 && length > BINARY_HEADER_BYTES && (unsigned char)bytes[0] == 0x81)
        first = BINARY_HEADER_BYTES + (unsigned char)bytes[11];
    else if (count == 1 && memchr("SNDTEO", bytes[0], 6) != NULL && memchr(bytes, '\n', length))
        first = (size_t)((char *)memchr(bytes, '\n', length) - bytes) + 1;
    if (first > 0 && first <= 64 && first < length)
        send_rotate(&pieces[0], first);
    return transport_socket.send(connection, pieces, count);
}

static void late_store(struct delay *delay) {
    struct server *server = delay->bugs->server;
    copy_restore(&server->store, delay->copy, server->clock.now_s);
}

static enum dialect_result noreply_late(struct connection *connection) {
    struct upload *upload = &connection->upload;
    if (upload->terms.mode != STORE_SET || !connection->no_reply || !race_complete(connection))
        return classic_dialect.value(connection);
    delay_later(bugs_of(connection), DELAY_GAP_MS, copy_new(upload->item), late_store);
    buffer_consume(&connection->in, 2);
    connection->state = CONNECTION_REQUEST;
    store_release(&connection->server->store, upload->item);
    upload->item = NULL;
    return DIALECT_OK;
}

static enum dialect_result noreply_sticky(struct connection *connection) {
    bool before = connection->no_reply;
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.request(connection);
    if (before && answer_length(&answer) > 0)
        answer_drop(&answer);
    return result;
}

static enum dialect_result noreply_shared_line(struct connection *connection) {
    enum dialect_result result = classic_dialect.request(connection);
    bugs_of(connection)->memory.count = connection->no_reply;
    return result;
}

static enum dialect_result noreply_shared_value(struct connection *connection) {
    connection->no_reply = bugs_of(connection)->memory.count != 0;
    return classic_dialect.value(connection);
}

static enum dialect_result input_shared(struct connection *connection) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct buffer *in = &connection->in;
    if (memory->length > 0)
        input_prepend(connection, (struct slice){memory->text, memory->length});
    memory->length = 0;
    enum dialect_result result = classic_dialect.request(connection);
    size_t left = buffer_length(in);
    if (result != DIALECT_MORE || left > BUG_TEXT_BYTES)
        return result;
    memcpy(memory->text, buffer_first(in), left);
    memory->length = left;
    buffer_consume(in, left);
    connection->scanned_bytes = 0;
    return result;
}

/* The others stay in the queue: they are asked again and again whether it is their turn. */
static ssize_t receive_one_at_a_time(struct connection *connection, char *bytes, size_t room) {
    if (connection->state == CONNECTION_VALUE)
        return transport_socket.receive(connection, bytes, room);
    for (const struct connection *other = connection->server->connections; other != NULL;
         other = other->next)
        if (other->state == CONNECTION_VALUE)
            return TRANSPORT_AGAIN;
    return transport_socket.receive(connection, bytes, room);
}

static const struct bug rows[] = {
#include "bugs/races.def"
};

AREA_OF(races)
