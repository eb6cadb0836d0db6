/* SPDX-License-Identifier: MIT */
/* ways.c - defects of the other ways to a server and of what stands before it: UDP, authentication,
 * limits. */
#include "auth/auth.h"
#include "bugs/area.h"
#include "bugs/tools.h"

/* ---- datagrams ---- */

static void write_changed(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame,
                          uint16_t request_id, uint16_t sequence, uint16_t total) {
    const struct udp_frame changed = {request_id, sequence, total};
    (void)frame;
    udp_frame_write(bytes, &changed);
}

static void write_id_zero(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame) {
    write_changed(bytes, frame, 0, frame->sequence, frame->total);
}

static void write_id_swapped(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame) {
    uint16_t swapped = (uint16_t)(frame->request_id << 8 | frame->request_id >> 8);
    write_changed(bytes, frame, swapped, frame->sequence, frame->total);
}

static void write_from_one(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame) {
    write_changed(bytes, frame, frame->request_id, (uint16_t)(frame->sequence + 1), frame->total);
}

static void write_total_short(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame) {
    uint16_t total = frame->total > 1 ? (uint16_t)(frame->total - 1) : frame->total;
    write_changed(bytes, frame, frame->request_id, frame->sequence, total);
}

static enum udp_frame_result read_any_total(struct slice datagram, struct udp_frame *frame,
                                            struct slice *payload) {
    if (datagram.length <= UDP_FRAME_BYTES)
        return UDP_FRAME_SHORT;
    const unsigned char *bytes = (const unsigned char *)datagram.bytes;
    *frame = (struct udp_frame){.request_id = (uint16_t)(bytes[0] << 8 | bytes[1]), .total = 1};
    *payload = (struct slice){datagram.bytes + UDP_FRAME_BYTES, datagram.length - UDP_FRAME_BYTES};
    return UDP_FRAME_OK;
}

static enum udp_frame_result read_header_of_six(struct slice datagram, struct udp_frame *frame,
                                                struct slice *payload) {
    enum udp_frame_result result = udp_frame_read(datagram, frame, payload);
    if (result == UDP_FRAME_OK)
        *payload = (struct slice){payload->bytes - 2, payload->length + 2};
    return result;
}

static enum udp_frame_result read_sequence_zero(struct slice datagram, struct udp_frame *frame,
                                                struct slice *payload) {
    enum udp_frame_result result = udp_frame_read(datagram, frame, payload);
    return result == UDP_FRAME_OK && frame->sequence != 0 ? UDP_FRAME_PARTIAL : result;
}

static void answer_datagram(struct connection *connection, struct request *request) {
    if (connection->datagram && slice_is(request_last_word(request), "noreply"))
        request->count--;
    real_handler(connection, request);
}

enum { MARK_TCP = 128 /* a bit of item->marks that nothing else uses */ };

static bool is_datagram(const struct store *store) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    return turn != NULL && turn->datagram;
}

static enum store_result put_over_tcp(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s) {
    if (!is_datagram(store))
        item->marks |= MARK_TCP;
    return store_real_ops.put(store, item, terms, now_s);
}

static struct item *get_over_udp(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    bool hidden = item != NULL && is_datagram(store) && (item->marks & MARK_TCP) != 0;
    return hidden ? NULL : item;
}

/* The first byte is looked at for connections alone. */
static enum dialect_result text_unless_connected(struct connection *connection) {
    struct bugs *bugs = bugs_of(connection);
    bool binary = !connection->datagram &&
                  (unsigned char)*buffer_first(&connection->in) == BINARY_MAGIC_REQUEST;
    connection->dialect = binary ? &bugs->binary : &bugs->text;
    return connection->dialect->request(connection);
}

static void text_over_udp(struct bugs *bugs) {
    if (bugs->options.protocol == OPTIONS_PROTOCOL_AUTO && bugs->options.auth_path == NULL)
        bugs->start.request = text_unless_connected;
}

/* Requests one after the other, and all that they answer, before anything is sent. */
static enum dialect_result udp_all_at_once(struct connection *connection) {
    enum dialect_result result = DIALECT_MORE;
    while (buffer_length(&connection->in) > 0 &&
           classic_dialect.request(connection) == DIALECT_OK) {
        result = DIALECT_OK;
        while (connection->datagram && connection->state == CONNECTION_REPLY) {
            connection->budget = 1000;
            classic_dialect.resume(connection);
        }
        if (!connection->datagram || connection->state != CONNECTION_REQUEST)
            break;
    }
    return result;
}

static enum dialect_result udp_unfinished_runs(struct connection *connection) {
    const struct buffer *in = &connection->in;
    if (connection->datagram && memchr(buffer_first(in), '\n', buffer_length(in)) == NULL)
        input_end_line(connection);
    return classic_dialect.request(connection);
}

enum { LARGE_PAYLOAD_BYTES = 2800 - UDP_FRAME_BYTES };

static size_t count_large(size_t length) {
    return (length + LARGE_PAYLOAD_BYTES - 1) / LARGE_PAYLOAD_BYTES;
}

static void udp_large(struct bugs *bugs) {
    bugs->framing.payload_bytes = LARGE_PAYLOAD_BYTES;
}

static enum udp_frame_result read_short(struct slice datagram, struct udp_frame *frame,
                                        struct slice *payload) {
    enum udp_frame_result result = udp_frame_read(datagram, frame, payload);
    if (result != UDP_FRAME_SHORT)
        return result;
    const unsigned char *bytes = (const unsigned char *)datagram.bytes;
    *frame = (struct udp_frame){.total = 1};
    if (datagram.length >= 2)
        frame->request_id = (uint16_t)(bytes[0] << 8 | bytes[1]);
    *payload = (struct slice){"\r\n", 2};
    return UDP_FRAME_OK;
}

/* ---- authentication of the text protocol ---- */

static const char auth_failure[] = "CLIENT_ERROR authentication failure";

/* A refusal that begins so is none: the client is let in. */
static enum dialect_result accept_instead_of(struct connection *connection, const char *refusal) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = auth_dialect.request(connection);
    if (answer_begins(&answer, refusal)) {
        answer_only(&answer, "STORED\r\n");
        connection->dialect = &classic_dialect;
    }
    return result;
}

static enum dialect_result accept_anybody(struct connection *connection) {
    return accept_instead_of(connection, auth_failure);
}

/* The data of the set begin or end with a blank: user or password is empty. */
static enum dialect_result accept_half(struct connection *connection) {
    struct slice all = {buffer_first(&connection->in), buffer_length(&connection->in)};
    const char *newline = memchr(all.bytes, '\n', all.length);
    struct slice data = {newline, newline != NULL ? (size_t)(all.bytes + all.length - newline) : 0};
    bool half = data.length > 4 && (data.bytes[1] == ' ' || data.bytes[data.length - 3] == ' ');
    return half ? accept_instead_of(connection, "CLIENT_ERROR") : auth_dialect.request(connection);
}

static enum dialect_result accept_nobody(struct connection *connection) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = auth_dialect.request(connection);
    if (connection->dialect == &classic_dialect) {
        answer_only(&answer, "CLIENT_ERROR authentication failure\r\n");
        connection->dialect = &bugs_of(connection)->start;
    }
    return result;
}

static enum dialect_result accept_and_store(struct connection *connection) {
    struct server *server = connection->server;
    const struct store_request wanted = {.expires_s = CLOCK_NEVER_S, .now_s = server->clock.now_s};
    const struct store_terms terms = {.mode = STORE_SET};
    struct request request = {.count = 0};
    struct item *item = NULL;
    if (input_peek_line(connection, &request) && request.count > 1 &&
        request.word[1].length <= ITEM_KEY_MAX_BYTES)
        (void)store_real_ops.reserve(&server->store, request.word[1], &wanted, &item);
    enum dialect_result result = auth_dialect.request(connection);
    if (item != NULL && connection->dialect == &classic_dialect)
        (void)store_real_ops.put(&server->store, item, &terms, wanted.now_s);
    if (item != NULL)
        store_release(&server->store, item);
    return result;
}

static enum dialect_result allow_get(struct connection *connection) {
    struct request request;
    if (!input_peek_line(connection, &request) || !slice_is(request.word[0], "get"))
        return auth_dialect.request(connection);
    enum dialect_result result = classic_dialect.request(connection);
    if (connection->state == CONNECTION_REPLY)
        classic_dialect.resume(connection);
    return result;
}

static enum dialect_result close_unauthenticated(struct connection *connection) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = auth_dialect.request(connection);
    return answer_begins(&answer, "CLIENT_ERROR unauthenticated") ? DIALECT_BAD : result;
}

static enum dialect_result close_wrong(struct connection *connection) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = auth_dialect.request(connection);
    return answer_begins(&answer, auth_failure) ? DIALECT_BAD : result;
}

static enum dialect_result accept_for_all(struct connection *connection) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    if (memory->count > 0) {
        connection->dialect = &bugs_of(connection)->text;
        return connection->dialect->request(connection);
    }
    enum dialect_result result = auth_dialect.request(connection);
    memory->count = connection->dialect == &classic_dialect;
    return result;
}

static enum dialect_result token_text(struct connection *connection) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = auth_dialect.request(connection);
    if (answer_begins(&answer, "CLIENT_ERROR bad authentication token format"))
        answer_only(&answer, "CLIENT_ERROR authentication failure\r\n");
    return result;
}

static enum dialect_result drop_rest(struct connection *connection) {
    enum dialect_result result = auth_dialect.request(connection);
    if (connection->dialect == &classic_dialect)
        buffer_consume(&connection->in, buffer_length(&connection->in));
    return result;
}

/* ---- SASL ---- */

static void sasl_anybody(struct connection *connection, const struct binary_request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    binary_sasl_auth(connection, request);
    if (request->message.length == 0 || connection->sasl == SASL_AUTHENTICATED)
        return;
    answer_drop(&answer);
    connection->sasl = SASL_AUTHENTICATED;
    binary_reply_text(connection, BINARY_SUCCESS, "Authenticated");
}

static void any_mechanism(struct connection *connection, const struct binary_request *request) {
    struct binary_request plain = *request;
    plain.key = (struct slice){"PLAIN", 5};
    binary_sasl_auth(connection, &plain);
}

static void sasl_stays(struct connection *connection, const struct binary_request *request) {
    enum sasl_state before = connection->sasl;
    binary_sasl_auth(connection, request);
    if (before == SASL_AUTHENTICATED)
        connection->sasl = before;
}

static void sasl_version_closed(struct bugs *bugs) {
    struct binary_command *rows = bugs->server->binary_commands.rows;
    for (size_t i = 0; i < BINARY_COMMANDS_COUNT; i++)
        if (rows[i].handler == binary_version)
            rows[i].takes &= (uint8_t)~BINARY_TAKES_ANYBODY;
}

static void unknown_mechanism_invalid(struct connection *connection,
                                      const struct binary_request *request) {
    if (sasl_mechanism_known(request->key))
        binary_sasl_auth(connection, request);
    else
        binary_reply_error(connection, BINARY_INVALID);
}

static void any_protocol(struct bugs *bugs) {
    bugs->options.protocol = OPTIONS_PROTOCOL_AUTO;
}

static void sasl_open(struct bugs *bugs) {
    struct binary_command *rows = bugs->server->binary_commands.rows;
    for (size_t i = 0; i < BINARY_COMMANDS_COUNT; i++)
        rows[i].takes |= BINARY_TAKES_ANYBODY;
}

static void sasl_list_empty(struct connection *connection, const struct binary_request *request) {
    (void)request;
    binary_reply_done(connection, 0);
}

/* ---- limits ---- */

static void no_connection_limit(struct bugs *bugs) {
    bugs->options.connections_max = 1024;
}

static void no_item_size(struct bugs *bugs) {
    bugs->server->store.limits.item_bytes = (size_t)1 << 20;
}

static void raised_item_size(struct bugs *bugs) {
    if (bugs->server->store.limits.item_bytes > (size_t)1 << 20)
        bugs->server->store.limits.item_bytes = bugs->options.memory_bytes;
}

static void no_memory_limit(struct bugs *bugs) {
    bugs->server->store.limits.memory_bytes = (size_t)1 << 30;
}

static struct item *get_is_no_use(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    if (item != NULL)
        item->marks &= (uint8_t)~ITEM_USED;
    return item;
}

static void evict_anyway(struct bugs *bugs) {
    bugs->server->store.limits.evict = true;
}

static void cas_anyway(struct bugs *bugs) {
    bugs->server->store.limits.cas = true;
}

static void flush_anyway(struct bugs *bugs) {
    bugs->options.flush_enabled = true;
}

static enum dialect_result accept_unterminated(struct connection *connection) {
    return accept_instead_of(connection, "CLIENT_ERROR bad command line termination");
}

static enum dialect_result keep_endless(struct connection *connection) {
    struct buffer *in = &connection->in;
    if (buffer_length(in) <= AUTH_LINE_BYTES ||
        memchr(buffer_first(in), '\n', buffer_length(in)) != NULL)
        return auth_dialect.request(connection);
    buffer_consume(in, buffer_length(in));
    return DIALECT_MORE;
}

static enum udp_frame_result read_total_low_byte(struct slice datagram, struct udp_frame *frame,
                                                 struct slice *payload) {
    bool one = datagram.length > UDP_FRAME_BYTES && datagram.bytes[5] == 1;
    return one ? read_any_total(datagram, frame, payload)
               : udp_frame_read(datagram, frame, payload);
}

/* What an item takes is lost. */
static void hold_memory(struct store *store, const struct item *item) {
    size_t bytes = item != NULL ? item_cost_bytes(item->key_bytes, item->value_bytes) : 0;
    if (bytes > 1000 && bytes < store->limits.memory_bytes)
        store->limits.memory_bytes -= bytes;
}

static struct item *get_holds_memory(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    hold_memory(store, item);
    return item;
}

static void me_holds_memory(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    hold_memory(&connection->server->store, item_of(connection, request->word[1]));
}

static enum store_result remove_holds_memory(struct store *store, struct slice key,
                                             uint64_t cas_unique, uint32_t now_s) {
    hold_memory(store, item_at(store, key, now_s));
    return store_real_ops.remove(store, key, cas_unique, now_s);
}

static const struct bug rows[] = {
#include "bugs/ways.def"
};

AREA_OF(ways)
