/* SPDX-License-Identifier: MIT */
/* tools.c - what many bugs have in common; see bugs/tools.h. */
#include "bugs/tools.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "binary/big_endian.h"
#include "bytes/number.h"
#include "net/reply.h"

static command_handler *const tools_handlers[] = {
#define COMMAND(word, handler, least, most, since, section) handler,
#include "classic/commands.def"
#undef COMMAND
};

static binary_handler *const tools_opcodes[] = {
#define COMMAND(opcode, name, least, most, takes, handler, since) handler,
#include "binary/commands.def"
#undef COMMAND
};

void real_handler(struct connection *connection, struct request *request) {
    tools_handlers[connection->command - connection->server->commands.rows](connection, request);
}

void real_opcode(struct connection *connection, const struct binary_request *request) {
    const struct binary_commands *commands = &connection->server->binary_commands;
    tools_opcodes[commands->by_opcode[connection->opcode] - 1](connection, request);
}

struct slice loose_number(struct slice word) {
    size_t digits = 0;
    if (word.length > 0 && (word.bytes[0] == '-' || word.bytes[0] == '+'))
        digits++;
    while (digits < word.length && word.bytes[digits] >= '0' && word.bytes[digits] <= '9')
        digits++;
    bool none = digits == 0 || word.bytes[digits - 1] < '0';
    return none ? (struct slice){"0", 1} : (struct slice){word.bytes, digits};
}

void word_set_number(struct connection *connection, struct slice *word, uint64_t number) {
    char *text = bugs_of(connection)->memory.text;
    *word = (struct slice){text, (size_t)(number_write(text, number) - text)};
}

uint64_t word_number(struct slice word) {
    uint64_t number;
    return number_read_u64(word, &number) ? number : 0;
}

bool word_is_negative(struct slice word) {
    return word.length > 1 && word.bytes[0] == '-';
}

enum store_result put_value(struct store *store, struct item *item, struct slice value,
                            const struct store_terms *terms, uint32_t now_s) {
    const struct store_request request = {.flags = item->flags,
                                          .expires_s = item->expires_s,
                                          .value_bytes = (uint32_t)value.length,
                                          .now_s = now_s};
    struct item *other;
    if (store_real_ops.reserve(store, item_key(item), &request, &other) != STORE_STORED)
        return STORE_NOT_STORED;
    other->marks |= item->marks & ITEM_KEY_BINARY;
    memcpy(item_value(other), value.bytes, value.length);
    enum store_result result = store_real_ops.put(store, other, terms, now_s);
    store_release(store, other);
    return result;
}

void counter_rewrite(struct store *store, struct store_delta *delta, size_t width) {
    const struct store_terms terms = {.mode = STORE_SET, .given_unique = delta->item->cas_unique};
    char text[NUMBER_DIGITS_MAX];
    struct item *item = delta->item;
    struct slice key = item_key(item);
    size_t length = (size_t)(number_write(text, delta->value) - text);
    while (length < width)
        text[length++] = ' ';
    if (!store_hold(item))
        return;
    (void)put_value(store, item, (struct slice){text, length}, &terms, delta->now_s);
    delta->item = item_at(store, key, delta->now_s);
    store_release(store, item);
}

enum store_result put_mode(struct store *store, struct item *item, const struct store_terms *terms,
                           enum store_mode mode, uint32_t now_s) {
    struct store_terms other = *terms;
    other.mode = mode;
    return store_real_ops.put(store, item, &other, now_s);
}

void unique_give(struct store *store, struct item *item, uint64_t unique) {
    item->cas_unique = unique;
    if ((item->marks & ITEM_UNIQUE_GIVEN) == 0)
        store->given_count++;
    item->marks |= ITEM_UNIQUE_GIVEN;
}

void stat_never_falls(struct connection *connection, const char *statistic, const char *name,
                      const char *value) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    char text[NUMBER_DIGITS_MAX + 1];
    uint64_t number = strtoull(value, NULL, 10);
    if (strcmp(name, statistic) == 0) {
        memory->number = number > memory->number ? number : memory->number;
        *number_write(text, memory->number) = '\0';
        value = text;
    }
    classic_dialect.stat(connection, name, value);
}

void stat_unless(struct connection *connection, const char *ending, const char *name,
                 const char *value) {
    size_t length = strlen(name);
    size_t wanted = strlen(ending);
    if (length < wanted || strcmp(name + length - wanted, ending) != 0)
        classic_dialect.stat(connection, name, value);
}

void times_become_relative(struct answer *answer, const char *mark) {
    const struct clock *clock = &answer->connection->server->clock;
    int64_t now_unix_s = clock->zero_unix_s + clock->now_s;
    size_t length = strlen(mark);
    for (size_t at = 0; at + length <= answer_length(answer); at++) {
        const char *begin = answer_bytes(answer) + at;
        struct slice word = {begin + length, answer_length(answer) - at - length};
        if (memcmp(begin, mark, length) != 0)
            continue;
        struct slice digits = loose_number(word);
        uint64_t time_s = word_number(digits);
        if (digits.bytes != word.bytes || time_s < (uint64_t)now_unix_s)
            continue;
        char text[NUMBER_DIGITS_MAX];
        char *end = number_write(text, time_s - (uint64_t)now_unix_s);
        answer_replace(answer, at + length, digits.length,
                       (struct slice){text, (size_t)(end - text)});
    }
}

void close_all(struct server *server) {
    for (struct connection *other = server->connections; other != NULL; other = other->next)
        shutdown(other->fd, SHUT_RDWR);
}

ssize_t send_at_most_64k(struct connection *connection, struct iovec *pieces, int count) {
    size_t asked = 0;
    size_t sent = 0;
    for (int i = 0; i < count; i++) {
        asked += pieces[i].iov_len;
        if (sent + pieces[i].iov_len > 65536)
            pieces[i].iov_len = 65536 - sent;
        sent += pieces[i].iov_len;
    }
    ssize_t result = transport_socket.send(connection, pieces, count);
    return result == (ssize_t)sent ? (ssize_t)asked : result;
}

void never_sweep(struct bugs *bugs) {
    bugs->server->crawler.enabled = false;
}

enum dialect_result close_with(struct connection *connection, const char *text) {
    reply_line(connection, text);
    return DIALECT_BAD;
}

void input_prepend(struct connection *connection, struct slice bytes) {
    struct buffer *in = &connection->in;
    size_t length = buffer_length(in);
    if (!buffer_reserve(in, &connection->server->pool, bytes.length))
        return;
    memmove(buffer_first(in) + bytes.length, buffer_first(in), length);
    memcpy(buffer_first(in), bytes.bytes, bytes.length);
    in->end += bytes.length;
    connection->scanned_bytes = 0;
}

void input_end_line(struct connection *connection) {
    struct buffer *in = &connection->in;
    if (buffer_room(in) < 2)
        return;
    memcpy(buffer_space(in), "\r\n", 2);
    in->end += 2;
}

bool turn_is(const struct store *store, const char *word) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    return turn != NULL && turn->command != NULL && strcmp(turn->command->word, word) == 0;
}

void input_set_line(struct connection *connection, struct slice line) {
    const char *begin = buffer_first(&connection->in);
    const char *newline = memchr(begin, '\n', buffer_length(&connection->in));
    if (newline != NULL)
        buffer_consume(&connection->in, (size_t)(newline - begin) + 1);
    input_prepend(connection, line);
}

bool input_peek_line(const struct connection *connection, struct request *request) {
    const char *begin = buffer_first(&connection->in);
    const char *newline = memchr(begin, '\n', buffer_length(&connection->in));
    if (newline == NULL)
        return false;
    size_t length = (size_t)(newline - begin);
    if (length > 0 && begin[length - 1] == '\r')
        length--;
    if (!request_begin(request, (struct slice){begin, length}))
        return false;
    struct slice rest = request->rest;
    request_split(request);
    request->rest = rest;
    return true;
}

bool input_peek_packet(const struct connection *connection, uint8_t *opcode, struct slice *key) {
    const char *packet = buffer_first(&connection->in);
    size_t length = buffer_length(&connection->in);
    if (length < BINARY_HEADER_BYTES)
        return false;
    size_t head = BINARY_HEADER_BYTES + (unsigned char)packet[4];
    *opcode = (uint8_t)packet[1];
    *key = (struct slice){packet + head, big_endian_read_u16(packet + 2)};
    return length >= head + key->length && key->length <= ITEM_KEY_MAX_BYTES;
}
