/* SPDX-License-Identifier: MIT */
/* test_binary.c - the parser of the binary protocol: what waits, what is done, what is refused.
 *
 * Every beginning of every request is put directly before a page that may not be read; headers
 * whose lengths lie in all ways; and a conversation that is cut at every byte. */
#include "binary/big_endian.h"
#include "binary/binary.h"
#include "guarded.h"
#include "reports/check.h"
#include "server_fixture.h"

enum { PACKET_MAX_BYTES = 400, ANSWERS_MAX_BYTES = 16 * 1024 };

struct packet {
    char bytes[PACKET_MAX_BYTES];
    size_t length;
};

static struct packet packet_of(uint8_t opcode, size_t extras, size_t key, size_t value) {
    struct packet packet = {.length = BINARY_HEADER_BYTES + extras + key + value};
    char *at = packet.bytes;
    *at++ = (char)BINARY_MAGIC_REQUEST;
    *at++ = (char)opcode;
    at = big_endian_write_u16(at, (uint16_t)key);
    *at++ = (char)extras;
    at = big_endian_write_u16(at + 1, 0);
    at = big_endian_write_u32(at, (uint32_t)(extras + key + value));
    at = big_endian_write_u32(at, 0x01020304 + opcode);
    at = big_endian_write_u64(at, 0);
    at += extras; /* zeros: no flags, delta 0, never expires */
    memset(at, 'k', key);
    memset(at + key, '7', value);
    return packet;
}

/* Lets the dialect see these bytes and no others. */
static enum dialect_result parse(struct connection *connection, char *bytes, size_t length) {
    struct buffer_pool *pool = &connection->server->pool;
    connection->in = (struct buffer){.bytes = bytes, .end = length, .capacity = length};
    connection->state = CONNECTION_REQUEST;
    enum dialect_result result = binary_dialect.request(connection);
    if (connection->upload.item != NULL)
        store_release(&connection->server->store, connection->upload.item);
    connection->upload.item = NULL;
    buffer_release(&connection->out, pool);
    return result;
}

/* ---- every beginning ---- */

static void check_beginnings(struct connection *connection, const struct guarded *guarded) {
    const struct binary_commands *commands = &connection->server->binary_commands;
    for (unsigned i = 0; i < BINARY_COMMANDS_COUNT; i++) {
        const struct binary_command *command = &commands->rows[i];
        size_t key = (command->takes & BINARY_TAKES_KEY) != 0 ? 5 : 0;
        struct packet packet = packet_of(command->opcode, command->extras_most, key, 0);
        bool waits = true;
        for (size_t part = 1; part < packet.length; part++)
            waits = waits && parse(connection, guarded_put(guarded, packet.bytes, part), part) ==
                                 DIALECT_MORE;
        CHECK(waits, "no beginning of a request is taken for a request");
        CHECK_INT(
            parse(connection, guarded_put(guarded, packet.bytes, packet.length), packet.length),
            DIALECT_OK, command->name);
    }
}

static void check_magic(struct connection *connection, const struct guarded *guarded) {
    unsigned refused = 0;
    for (unsigned first = 0; first < 256; first++) {
        char byte = (char)first;
        refused += parse(connection, guarded_put(guarded, &byte, 1), 1) == DIALECT_BAD;
    }
    CHECK_INT(refused, 255, "every first byte but 0x80 is refused at once");
}

/* ---- lengths that lie ---- */

/* What the header alone decides, written down once more and in another way. */
static enum dialect_result verdict(const struct binary_command *command, size_t extras, size_t key,
                                   uint32_t body) {
    if (extras + key > body || body > (1u << 30) || key > 250)
        return DIALECT_BAD;
    if (command == NULL)
        return DIALECT_OK;
    bool value = body > extras + key;
    bool key_good = key > 0 ? (command->takes & 3) != 0 : (command->takes & 1) == 0;
    bool extras_good = extras == command->extras_least || extras == command->extras_most;
    if (!extras_good || !key_good || (value && (command->takes & 12) == 0))
        return DIALECT_BAD;
    return extras + key + (command->takes & 8 ? body : 0) > 0 ? DIALECT_MORE : DIALECT_OK;
}

static void check_header(struct connection *connection, const struct guarded *guarded,
                         struct packet *packet, unsigned *wrong) {
    const struct binary_command *command =
        binary_commands_find(&connection->server->binary_commands, (uint8_t)packet->bytes[1]);
    size_t key = big_endian_read_u16(packet->bytes + 2);
    size_t extras = (uint8_t)packet->bytes[4];
    uint32_t body = big_endian_read_u32(packet->bytes + 8);
    enum dialect_result result = parse(
        connection, guarded_put(guarded, packet->bytes, BINARY_HEADER_BYTES), BINARY_HEADER_BYTES);
    *wrong += result != verdict(command, extras, key, body);
    if (result == DIALECT_OK && command == NULL)
        *wrong += connection->swallow_bytes != body;
}

static void check_lies(struct connection *connection, const struct guarded *guarded) {
    static const uint16_t keys[] = {0, 1, 5, 249, 250, 251, 255, 256, 0x7fff, 0x8000, 0xffff};
    static const uint8_t extras[] = {0, 1, 3, 4, 5, 7, 8, 9, 19, 20, 21, 127, 128, 255};
    static const uint32_t bodies[] = {0,       1,          4,          8,          9,
                                      250,     255,        256,        65535,      1 << 20,
                                      1 << 30, 0x40000001, 0x7fffffff, 0x80000000, 0xffffffff};
    unsigned wrong = 0;
    for (unsigned opcode = 0; opcode < BINARY_OPCODES; opcode++)
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
            for (size_t e = 0; e < sizeof(extras); e++)
                for (size_t b = 0; b < sizeof(bodies) / sizeof(bodies[0]); b++) {
                    struct packet packet = packet_of((uint8_t)opcode, 0, 0, 0);
                    big_endian_write_u16(packet.bytes + 2, keys[k]);
                    packet.bytes[4] = (char)extras[e];
                    big_endian_write_u32(packet.bytes + 8, bodies[b]);
                    check_header(connection, guarded, &packet, &wrong);
                }
    CHECK_INT(wrong, 0, "591,360 headers are judged by the lengths they tell");
}

/* Bytes of all kinds behind the right magic, with a fixed seed: nothing to expect but that it
 * ends. */
static void check_noise(struct connection *connection, const struct guarded *guarded) {
    unsigned seed = 1;
    unsigned judged = 0;
    for (unsigned round = 0; round < 20000; round++) {
        char bytes[64] = {(char)BINARY_MAGIC_REQUEST};
        size_t length = 1 + round % sizeof(bytes);
        for (size_t i = 1; i < length; i++) {
            seed = seed * 1103515245 + 12345;
            bytes[i] = (char)((seed >> 16) % (i < 12 && i != 1 ? 9 : 256));
        }
        parse(connection, guarded_put(guarded, bytes, length), length);
        judged++;
    }
    CHECK_INT(judged, 20000, "noise is survived");
}

/* ---- every cut ---- */

/* A set, a get of all forms, a change, an unknown opcode, statistics, a refused value, a noop. */
static size_t make_conversation(char *bytes) {
    static const struct {
        uint8_t opcode, extras, key, value;
    } rows[] = {{0x01, 8, 3, 40}, {0x00, 0, 3, 0}, {0x0d, 0, 4, 0},  {0x0c, 0, 3, 0},
                {0x0e, 0, 3, 9},  {0x1d, 4, 3, 0}, {0x05, 20, 2, 0}, {0x40, 3, 2, 30},
                {0x11, 8, 5, 0},  {0x04, 0, 9, 0}, {0x0b, 0, 0, 0},  {0x21, 0, 5, 12},
                {0x0a, 0, 0, 0}};
    size_t length = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct packet packet =
            packet_of(rows[i].opcode, rows[i].extras, rows[i].key, rows[i].value);
        memcpy(bytes + length, packet.bytes, packet.length);
        length += packet.length;
    }
    return length;
}

/* What a fresh server answers if the conversation comes in pieces: `first` bytes, then `step` at
 * a time. */
static size_t converse(const char *bytes, size_t length, size_t first, size_t step, char *answers) {
    static struct server server;
    struct options options;
    size_t received = 0;
    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    for (size_t at = 0; at < length;) {
        size_t piece = at == 0 ? first : step;
        piece = piece > length - at ? length - at : piece;
        received += fixture_talk(&server, &client, bytes + at, piece, answers + received,
                                 ANSWERS_MAX_BYTES - received);
        at += piece;
    }
    close(client.fd);
    server_free(&server);
    return received;
}

static void check_cuts(void) {
    char bytes[13 * PACKET_MAX_BYTES];
    static char whole[ANSWERS_MAX_BYTES], cut[ANSWERS_MAX_BYTES];
    size_t length = make_conversation(bytes);
    size_t expected = converse(bytes, length, length, 1, whole);
    unsigned same = 0;

    CHECK_INT(whole[expected - BINARY_HEADER_BYTES + 1], 0x0a, "the last answer is the noop's");
    for (size_t at = 1; at < length; at++) {
        size_t got = converse(bytes, length, at, length, cut);
        same += got == expected && memcmp(cut, whole, got) == 0;
    }
    CHECK_INT(same, length - 1, "a cut at any byte changes no answer");
    size_t got = converse(bytes, length, 1, 1, cut);
    CHECK_BYTES(cut, got, whole, expected, "nor does a byte at a time");
}

int main(void) {
    static struct server server;
    struct options options;
    struct guarded guarded = guarded_new(1 << 16);

    fixture_start(&server, &options);
    struct client client = fixture_connect(&server);
    client.connection->dialect = &binary_dialect;
    check_beginnings(client.connection, &guarded);
    check_magic(client.connection, &guarded);
    check_lies(client.connection, &guarded);
    check_noise(client.connection, &guarded);
    client.connection->in = (struct buffer){0}; /* not the pool's */
    close(client.fd);
    server_free(&server);
    guarded_free(&guarded);
    check_cuts();
    return check_finish();
}
