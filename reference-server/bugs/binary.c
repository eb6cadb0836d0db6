/* SPDX-License-Identifier: MIT */
/* binary.c - defects of the binary protocol. */
#include "binary/big_endian.h"
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"

enum { EXTRAS_AT = BINARY_HEADER_BYTES, FLAGS_BYTES = 4, COUNTER_BYTES = 8 };

static unsigned status_of(const unsigned char *packet) {
    return (unsigned)(packet[6] << 8 | packet[7]);
}

/* The first packet of the answer, if it is one to this opcode (-1: to any). */
static unsigned char *first_packet(const struct answer *answer, int opcode) {
    size_t at = 0;
    unsigned char *packet = answer_next_packet(answer, &at);
    return packet != NULL && (opcode < 0 || packet[1] == opcode) ? packet : NULL;
}

static void swap_bytes(unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        unsigned char other = bytes[i];
        bytes[i] = bytes[count - 1 - i];
        bytes[count - 1 - i] = other;
    }
}

static void body_becomes(unsigned char *packet, uint32_t length) {
    (void)big_endian_write_u32((char *)packet + 8, length);
}

static uint32_t body_of(const unsigned char *packet) {
    return big_endian_read_u32((const char *)packet + 8);
}

/* ---- retrieval ---- */

static bool has_flags(const unsigned char *packet) {
    return packet != NULL && status_of(packet) == 0 && packet[4] == FLAGS_BYTES;
}

static void flags_little_endian(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (has_flags(packet))
        swap_bytes(packet + EXTRAS_AT, FLAGS_BYTES);
}

/* Takes the extras away from an answer to these opcodes. */
static void drop_flags(struct answer *answer, int opcode) {
    unsigned char *packet = first_packet(answer, opcode);
    if (!has_flags(packet))
        return;
    packet[4] = 0;
    body_becomes(packet, body_of(packet) - FLAGS_BYTES);
    answer_replace(answer, EXTRAS_AT, FLAGS_BYTES, (struct slice){"", 0});
}

static void without_flags(struct answer *answer) {
    drop_flags(answer, 0x00);
}

static void touch_without_flags(struct answer *answer) {
    drop_flags(answer, 0x1c);
}

/* The quiet form is as loud as the other. */
static void loud(struct connection *connection, const struct binary_request *request) {
    connection->no_reply = false;
    real_opcode(connection, request);
}

static void first_getq_only(struct answer *answer) {
    struct bug_memory *memory = &bugs_of(answer->connection)->memory;
    if (first_packet(answer, 0x09) == NULL)
        return;
    if (memory->client == answer->connection)
        answer_drop(answer);
    memory->client = answer->connection;
}

static void getk_miss_text(struct connection *connection, const struct binary_request *request) {
    if (item_of(connection, request->key) == NULL && !connection->no_reply)
        binary_reply_error(connection, BINARY_KEY_NOT_FOUND);
    else
        binary_getk(connection, request);
}

static void get_with_cas(struct connection *connection, const struct binary_request *request) {
    const struct item *item = item_of(connection, request->key);
    if (item != NULL && request->cas != 0 && request->cas != item->cas_unique)
        binary_reply_error(connection, BINARY_KEY_EXISTS);
    else
        binary_get(connection, request);
}

/* ---- the header of an answer ---- */

static void body_without_extras(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && packet[4] > 0)
        body_becomes(packet, body_of(packet) - packet[4]);
}

static void magic_of_request(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && packet[1] != 0x0b && packet[1] != 0x0a)
        packet[0] = BINARY_MAGIC_REQUEST;
}

static void error_opcode_zero(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && status_of(packet) != 0)
        packet[1] = 0;
}

static void getq_as_get(struct answer *answer) {
    unsigned char *packet = first_packet(answer, 0x09);
    if (packet != NULL)
        packet[1] = 0;
}

static void opaque_zero(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL)
        memset(packet + 12, 0, 4);
}

static void opaque_swapped(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL)
        swap_bytes(packet + 12, 4);
}

static void error_opaque_zero(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && status_of(packet) != 0)
        memset(packet + 12, 0, 4);
}

static enum dialect_result opaque_shared_header(struct connection *connection) {
    enum dialect_result result = binary_dialect.request(connection);
    bugs_of(connection)->memory.number = connection->opaque;
    return result;
}

static enum dialect_result opaque_shared_value(struct connection *connection) {
    connection->opaque = (uint32_t)bugs_of(connection)->memory.number;
    return binary_dialect.value(connection);
}

static void datatype_one(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && packet[1] == 0)
        packet[5] = 1;
}

static void cas_zero(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL)
        memset(packet + 16, 0, 8);
}

/* ---- the packet of a request ---- */

static enum dialect_result body_16_bit(struct connection *connection) {
    char *packet = buffer_first(&connection->in);
    if (buffer_length(&connection->in) >= BINARY_HEADER_BYTES)
        packet[8] = packet[9] = 0;
    return binary_dialect.request(connection);
}

static enum dialect_result datatype_checked(struct connection *connection) {
    const char *packet = buffer_first(&connection->in);
    if (buffer_length(&connection->in) >= BINARY_HEADER_BYTES && packet[5] != 0)
        return DIALECT_BAD;
    return binary_dialect.request(connection);
}

static enum dialect_result cut_header(struct connection *connection) {
    return buffer_length(&connection->in) < BINARY_HEADER_BYTES
               ? DIALECT_BAD
               : binary_dialect.request(connection);
}

/* The rest of a key that has not come is taken for NUL bytes. */
static enum dialect_result cut_packet(struct connection *connection) {
    struct buffer *in = &connection->in;
    uint8_t opcode;
    struct slice key;
    if (buffer_length(in) >= BINARY_HEADER_BYTES && !input_peek_packet(connection, &opcode, &key) &&
        key.length <= ITEM_KEY_MAX_BYTES) {
        size_t head = BINARY_HEADER_BYTES + (unsigned char)buffer_first(in)[4] + key.length;
        size_t missing = head - buffer_length(in);
        if (buffer_reserve(in, &connection->server->pool, missing)) {
            memset(buffer_space(in), 0, missing);
            in->end += missing;
        }
    }
    return binary_dialect.request(connection);
}

static enum dialect_result one_packet(struct connection *connection) {
    enum dialect_result result = binary_dialect.request(connection);
    if (result == DIALECT_OK && connection->state == CONNECTION_REQUEST)
        buffer_consume(&connection->in, buffer_length(&connection->in));
    return result;
}

static enum dialect_result wrong_magic_answered(struct connection *connection) {
    if ((unsigned char)*buffer_first(&connection->in) == BINARY_MAGIC_REQUEST)
        return binary_dialect.request(connection);
    buffer_consume(&connection->in, buffer_length(&connection->in));
    return close_with(connection, "ERROR");
}

static enum dialect_result text_behind_binary(struct connection *connection) {
    if ((unsigned char)*buffer_first(&connection->in) == BINARY_MAGIC_REQUEST)
        return binary_dialect.request(connection);
    connection->dialect = &bugs_of(connection)->text;
    return connection->dialect->request(connection);
}

static struct slice up_to_nul(const struct store *store, struct slice key) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    const char *nul = memchr(key.bytes, '\0', key.length);
    if (turn != NULL && turn->dialect->binary && nul != NULL && nul > key.bytes)
        key.length = (size_t)(nul - key.bytes);
    return key;
}

static struct item *nul_get(struct store *store, struct slice key, uint32_t now_s) {
    return store_real_ops.get(store, up_to_nul(store, key), now_s);
}

static enum store_result nul_reserve(struct store *store, struct slice key,
                                     const struct store_request *request, struct item **item) {
    return store_real_ops.reserve(store, up_to_nul(store, key), request, item);
}

/* ---- statistics, version, quit ---- */

static void no_end(struct connection *connection, const char *word) {
    (void)connection;
    (void)word;
}

static void stat_without_end(struct bugs *bugs) {
    bugs->binary.stat_end = no_end;
}

static void stat_key_ignored(struct connection *connection, const struct binary_request *request) {
    struct binary_request all = *request;
    all.key.length = 0;
    binary_stat(connection, &all);
}

static void version_as_text(struct connection *connection, const struct binary_request *request) {
    (void)request;
    binary_reply_text(connection, BINARY_SUCCESS, "VERSION 1.6.18");
}

static void quit_stays(struct connection *connection, const struct binary_request *request) {
    (void)request;
    binary_reply_done(connection, 0);
}

static void quit_silent(struct connection *connection, const struct binary_request *request) {
    (void)request;
    connection->state = CONNECTION_DRAIN;
}

/* Only if something waits: so a noop that nothing came before is right. */
static void noop_first(struct answer *answer) {
    char packet[BINARY_HEADER_BYTES];
    if (first_packet(answer, 0x0a) == NULL || answer->begin == 0 ||
        answer_length(answer) != sizeof(packet))
        return;
    char *first = buffer_first(&answer->connection->out);
    memcpy(packet, answer_bytes(answer), sizeof(packet));
    memmove(first + sizeof(packet), first, answer->begin);
    memcpy(first, packet, sizeof(packet));
}

/* ---- statuses ---- */

static void error_without_text(struct answer *answer) {
    unsigned char *packet = first_packet(answer, -1);
    if (packet == NULL || status_of(packet) == 0)
        return;
    uint32_t body = body_of(packet);
    memset(packet + 2, 0, 2);
    body_becomes(packet, 0);
    answer_replace(answer, BINARY_HEADER_BYTES, body, (struct slice){"", 0});
}

static void not_found_upper_case(struct answer *answer) {
    (void)answer_say(answer, "Not found", "NOT FOUND");
}

static void unknown_closes(struct answer *answer) {
    const unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && status_of(packet) == BINARY_UNKNOWN_COMMAND)
        answer->connection->state = CONNECTION_DRAIN;
}

static void invalid_silent(struct answer *answer) {
    const unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && status_of(packet) == BINARY_INVALID)
        answer_drop(answer);
}

static void too_large_not_swallowed(struct answer *answer) {
    const unsigned char *packet = first_packet(answer, -1);
    if (packet != NULL && status_of(packet) == BINARY_TOO_LARGE)
        answer->connection->state = CONNECTION_REQUEST;
}

/* ---- storage ---- */

static bool is_binary(const struct store *store) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    return turn != NULL && turn->dialect->binary;
}

static enum store_result set_forgets_flags(struct store *store, struct slice key,
                                           const struct store_request *request,
                                           struct item **item) {
    struct store_request changed = *request;
    if (is_binary(store))
        changed.flags = 0;
    return store_real_ops.reserve(store, key, &changed, item);
}

static enum store_result binary_never_expires(struct store *store, struct slice key,
                                              const struct store_request *request,
                                              struct item **item) {
    struct store_request changed = *request;
    if (is_binary(store))
        changed.expires_s = CLOCK_NEVER_S;
    return store_real_ops.reserve(store, key, &changed, item);
}

static void ignore_cas(struct connection *connection, const struct binary_request *request) {
    struct binary_request changed = *request;
    changed.cas = 0;
    real_opcode(connection, &changed);
}

static void empty_refused(struct connection *connection, const struct binary_request *request) {
    if (request->value_bytes == 0)
        binary_reply_error(connection, BINARY_INVALID);
    else
        binary_set(connection, request);
}

static void quiet_unknown(struct bugs *bugs) {
    for (int opcode = 0x11; opcode <= 0x13; opcode++)
        bugs->server->binary_commands.by_opcode[opcode] = 0;
}

static enum dialect_result hide_errors(struct connection *connection) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    bool quiet = connection->no_reply;
    enum dialect_result result = binary_dialect.value(connection);
    if (quiet && answer_length(&answer) > 0)
        answer_drop(&answer);
    return result;
}

static void expiration_signed(struct connection *connection, const struct binary_request *request) {
    struct binary_request changed = *request;
    char extras[8];
    memcpy(extras, request->extras, sizeof(extras));
    if ((unsigned char)extras[4] >= 0x80)
        (void)big_endian_write_u32(extras + 4, 2592001); /* in January 1970 */
    changed.extras = extras;
    binary_set(connection, &changed);
}

static enum store_result add_never(struct store *store, struct item *item,
                                   const struct store_terms *terms, uint32_t now_s) {
    if (is_binary(store) && terms->mode == STORE_ADD)
        return STORE_NOT_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result replace_keeps(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    if (is_binary(store) && terms->mode == STORE_REPLACE &&
        item_at(store, item_key(item), now_s) != NULL)
        return STORE_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum dialect_result value_turns(struct connection *connection) {
    struct item *item = connection->upload.item;
    bool turns =
        item->value_bytes > 0 && (unsigned char)item_value(item)[0] == BINARY_MAGIC_REQUEST;
    enum dialect_result result = classic_dialect.value(connection);
    if (turns && result == DIALECT_OK)
        connection->dialect = &bugs_of(connection)->binary;
    return result;
}

/* ---- counters ---- */

static void counter_as_text(struct answer *answer) {
    unsigned char *packet = first_packet(answer, 0x05);
    char digits[NUMBER_DIGITS_MAX];
    if (packet == NULL || status_of(packet) != 0)
        return;
    uint64_t number = big_endian_read_u64((const char *)packet + BINARY_HEADER_BYTES);
    size_t length = (size_t)(number_write(digits, number) - digits);
    body_becomes(packet, (uint32_t)length);
    answer_replace(answer, BINARY_HEADER_BYTES, COUNTER_BYTES, (struct slice){digits, length});
}

static void counter_little_endian(struct answer *answer) {
    unsigned char *packet = first_packet(answer, 0x05);
    if (packet != NULL && status_of(packet) == 0)
        swap_bytes(packet + BINARY_HEADER_BYTES, COUNTER_BYTES);
}

static enum store_result initial_plus_delta(struct store *store, struct slice key,
                                            struct store_delta *delta) {
    if (is_binary(store))
        delta->initial += delta->delta;
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result always_made(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    if (is_binary(store))
        delta->vivify = true;
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result made_for_ever(struct store *store, struct slice key,
                                       struct store_delta *delta) {
    if (is_binary(store))
        delta->initial_expires_s = CLOCK_NEVER_S;
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result decrement_wraps(struct store *store, struct slice key,
                                         struct store_delta *delta) {
    struct item *item = item_at(store, key, delta->now_s);
    uint64_t number;
    if (is_binary(store) && delta->decrement && item != NULL &&
        number_read_u64((struct slice){item_value(item), item->value_bytes}, &number) &&
        delta->delta > number) {
        delta->decrement = false;
        delta->delta = 0 - delta->delta;
    }
    return store_real_ops.arithmetic(store, key, delta);
}

/* ---- delete, flush, touch ---- */

static enum store_result binary_keeps(struct store *store, struct slice key, uint64_t cas_unique,
                                      uint32_t now_s) {
    const struct item *item = item_at(store, key, now_s);
    if (is_binary(store) && item != NULL && (cas_unique == 0 || cas_unique == item->cas_unique))
        return STORE_STORED;
    return store_real_ops.remove(store, key, cas_unique, now_s);
}

static void flush_at_once(struct connection *connection, const struct binary_request *request) {
    struct binary_request changed = *request;
    changed.extras_bytes = 0;
    binary_flush(connection, &changed);
}

static enum store_result touch_never(struct store *store, struct slice key, uint32_t expires_s,
                                     uint32_t now_s, struct item **item) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    bool touch = is_binary(store) && turn->opcode == 0x1c;
    return store_real_ops.touch(store, key, touch ? CLOCK_NEVER_S : expires_s, now_s, item);
}

static void remove_if_too_large(struct connection *connection,
                                const struct binary_request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    real_opcode(connection, request);
    const unsigned char *packet = first_packet(&answer, -1);
    if (packet != NULL && status_of(packet) == BINARY_TOO_LARGE)
        remove_at(connection, request->key);
}

static const struct bug rows[] = {
#include "bugs/binary.def"
};

AREA_OF(binary)
