/* SPDX-License-Identifier: MIT */
/* lines.c - defects of lines, errors and connections. */
#include <sys/socket.h>

#include "bugs/area.h"
#include "bugs/copy.h"
#include "bugs/tools.h"
#include "net/reply.h"

/* ---- line ends ---- */

static void lf_alone(struct answer *answer) {
    struct answer_line line = {0};
    while (answer_next_line(answer, &line)) {
        if (line.data_at - line.at != line.length + 2)
            continue;
        answer_replace(answer, line.at + line.length, 1, (struct slice){"", 0});
        line.data_at--;
    }
}

/* The first line end of the input; NULL if it has none. */
static char *first_newline(const struct connection *connection) {
    return memchr(buffer_first(&connection->in), '\n', buffer_length(&connection->in));
}

/* Every LF without a CR before it becomes a space, so that the line goes on. */
static enum dialect_result lf_refused(struct connection *connection) {
    char *newline;
    while ((newline = first_newline(connection)) != NULL) {
        if (newline > buffer_first(&connection->in) && newline[-1] == '\r')
            break;
        *newline = ' ';
    }
    return classic_dialect.request(connection);
}

/* ---- pieces ---- */

static enum dialect_result cut_at_cr(struct connection *connection) {
    struct buffer *in = &connection->in;
    size_t length = buffer_length(in);
    if (first_newline(connection) == NULL && length > 1 && buffer_first(in)[length - 1] == '\r' &&
        buffer_room(in) > 0)
        in->bytes[in->end++] = '\n'; /* the LF that comes next is an empty line */
    return classic_dialect.request(connection);
}

static enum dialect_result cut_value(struct connection *connection) {
    if (buffer_length(&connection->in) >= 2 || connection->upload.item->value_bytes == 0)
        return classic_dialect.value(connection);
    store_release(&connection->server->store, connection->upload.item);
    connection->upload.item = NULL;
    connection->state = CONNECTION_REQUEST;
    reply_line(connection, "CLIENT_ERROR bad data chunk");
    return DIALECT_OK;
}

/* What is there of a line is answered, and thrown away. */
static enum dialect_result cut_line(struct connection *connection) {
    enum dialect_result result = classic_dialect.request(connection);
    if (result != DIALECT_MORE)
        return result;
    buffer_consume(&connection->in, buffer_length(&connection->in));
    connection->scanned_bytes = 0;
    connection->no_reply = false;
    reply_line(connection, "ERROR");
    return DIALECT_OK;
}

static enum dialect_result partial_runs(struct connection *connection) {
    const struct buffer *in = &connection->in;
    bool word = buffer_length(in) > 4 && memchr(buffer_first(in), ' ', buffer_length(in)) != NULL;
    if (first_newline(connection) == NULL && word)
        input_end_line(connection);
    return classic_dialect.request(connection);
}

static enum dialect_result one_request_a_read(struct connection *connection) {
    enum dialect_result result = classic_dialect.request(connection);
    if (result == DIALECT_OK && connection->state == CONNECTION_REQUEST)
        buffer_consume(&connection->in, buffer_length(&connection->in));
    return result;
}

/* The get that comes right behind a set finds what was there before it. */
static enum dialect_result get_before_set(struct connection *connection) {
    struct server *server = connection->server;
    const struct buffer *in = &connection->in;
    struct item *item = connection->upload.item;
    if (buffer_length(in) < 7 || memcmp(buffer_first(in) + 2, "get ", 4) != 0 ||
        connection->upload.terms.mode != STORE_SET || !store_hold(item))
        return classic_dialect.value(connection);
    struct copy *before = copy_new(item_of(connection, item_key(item)));
    enum dialect_result result = classic_dialect.value(connection);
    if (before != NULL)
        copy_restore(&server->store, before, server->clock.now_s);
    else
        remove_at(connection, item_key(item));
    if (classic_dialect.request(connection) == DIALECT_OK && connection->state == CONNECTION_REPLY)
        classic_dialect.resume(connection);
    (void)store_put(&server->store, item, STORE_SET, 0, server->clock.now_s);
    store_release(&server->store, item);
    copy_free(before);
    return result;
}

/* ---- answers ---- */

static void reply_twice(struct answer *answer) {
    if (answer_is(answer, "STORED\r\n") && ++bugs_of(answer->connection)->memory.count % 100 == 0)
        answer_replace(answer, 0, 0, (struct slice){"STORED\r\n", 8});
}

static void reply_lost(struct answer *answer) {
    if (++bugs_of(answer->connection)->memory.count % 100 == 0)
        answer_drop(answer);
}

static void closes_after_get(struct answer *answer) {
    if (answer_is_to(answer, "get") && answer->connection->state == CONNECTION_REQUEST)
        answer->connection->state = CONNECTION_DRAIN;
}

static void unknown_silent(struct answer *answer) {
    if (answer_is(answer, "ERROR\r\n"))
        answer_drop(answer);
}

static void unknown_closes(struct answer *answer) {
    if (answer_is(answer, "ERROR\r\n"))
        answer->connection->state = CONNECTION_DRAIN;
}

static void client_error_closes(struct answer *answer) {
    if (answer_begins(answer, "CLIENT_ERROR"))
        answer->connection->state = CONNECTION_DRAIN;
}

static void error_first(struct answer *answer) {
    char line[128];
    size_t length = answer_length(answer);
    if (answer->begin == 0 || length > sizeof(line) ||
        (!answer_begins(answer, "ERROR") && !answer_begins(answer, "CLIENT_ERROR")))
        return;
    char *first = buffer_first(&answer->connection->out);
    memcpy(line, answer_bytes(answer), length);
    memmove(first + length, first, answer->begin);
    memcpy(first, line, length);
}

/* ---- words that are missing ---- */

/* The line at the front becomes another one. */
static void line_becomes(struct connection *connection, const char *format, struct slice word) {
    char line[BUG_TEXT_BYTES];
    int length = snprintf(line, sizeof(line), format, (int)word.length, word.bytes);
    if (length < 0 || (size_t)length >= sizeof(line))
        return;
    input_set_line(connection, (struct slice){line, (size_t)length});
}

static enum dialect_result get_without_key(struct connection *connection) {
    struct request request;
    if (input_peek_line(connection, &request) && request.count == 1 &&
        slice_is(request.word[0], "get"))
        line_becomes(connection, "get %.*s\r\n", (struct slice){"\x01", 1});
    return classic_dialect.request(connection);
}

static enum dialect_result set_without_length(struct connection *connection) {
    struct request request;
    if (input_peek_line(connection, &request) && request.count == 4 &&
        slice_is(request.word[0], "set") && request.word[1].length < 250)
        line_becomes(connection, "set %.*s 0 0 0\r\n\r\n", request.word[1]);
    return classic_dialect.request(connection);
}

static enum dialect_result incr_without_delta(struct connection *connection) {
    struct request request;
    if (input_peek_line(connection, &request) && request.count == 2 &&
        slice_is(request.word[0], "incr") && request.word[1].length < 250)
        line_becomes(connection, "incr %.*s 1\r\n", request.word[1]);
    return classic_dialect.request(connection);
}

static enum dialect_result empty_line_silent(struct connection *connection) {
    struct buffer *in = &connection->in;
    if (buffer_length(in) < 2 || memcmp(buffer_first(in), "\r\n", 2) != 0)
        return classic_dialect.request(connection);
    buffer_consume(in, 2);
    return DIALECT_OK;
}

static enum dialect_result http_answered(struct connection *connection) {
    enum dialect_result result = classic_dialect.request(connection);
    if (result != DIALECT_BAD || buffer_length(&connection->in) > 0)
        return result;
    reply_line(connection, "ERROR");
    return DIALECT_OK;
}

/* ---- long lines ---- */

static enum dialect_result long_line_1024(struct connection *connection) {
    if (first_newline(connection) == NULL && buffer_length(&connection->in) > 1024)
        return DIALECT_BAD;
    return classic_dialect.request(connection);
}

static enum dialect_result long_line_endless(struct connection *connection) {
    return first_newline(connection) == NULL ? DIALECT_MORE : classic_dialect.request(connection);
}

static enum dialect_result long_get_closes(struct connection *connection) {
    const char *newline = first_newline(connection);
    const char *begin = buffer_first(&connection->in);
    size_t length = newline != NULL ? (size_t)(newline - begin) : buffer_length(&connection->in);
    return length > 2048 ? DIALECT_BAD : classic_dialect.request(connection);
}

static enum dialect_result long_get_cut(struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    const char *newline = first_newline(connection);
    size_t length = newline != NULL ? (size_t)(newline - begin) : buffer_length(&connection->in);
    if (length > 2050)
        memcpy(begin + 2048, "\r\n", 2);
    return classic_dialect.request(connection);
}

/* ---- connections ---- */

static ssize_t sixteen_connections(struct connection *connection, char *bytes, size_t room) {
    return connection->server->connection_count > 16
               ? TRANSPORT_BROKEN
               : transport_socket.receive(connection, bytes, room);
}

static void leaking_close(struct connection *connection) {
    if (connection->state != CONNECTION_DRAIN)
        bugs_of(connection)->memory.count++;
    transport_socket.close(connection);
}

static ssize_t leaking_receive(struct connection *connection, char *bytes, size_t room) {
    if (bugs_of(connection)->memory.count > 100)
        return TRANSPORT_BROKEN;
    return transport_socket.receive(connection, bytes, room);
}

static void store_half(struct connection *connection) {
    struct upload *upload = &connection->upload;
    struct store *store = &connection->server->store;
    if (connection->state == CONNECTION_VALUE && upload->item != NULL) {
        size_t received = upload->item->value_bytes - upload->missing_bytes;
        (void)put_value(store, upload->item, (struct slice){item_value(upload->item), received},
                        &upload->terms, connection->server->clock.now_s);
    }
    transport_socket.close(connection);
}

/* Looks whether the client has closed its side before anything is sent. */
static ssize_t send_unless_closed(struct connection *connection, struct iovec *pieces, int count) {
    char byte;
    if (recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        return TRANSPORT_BROKEN;
    return transport_socket.send(connection, pieces, count);
}

/* ---- quit, version, verbosity ---- */

static void quit_answers(struct connection *connection, struct request *request) {
    reply_line(connection, "OK");
    classic_quit(connection, request);
}

static void quit_ignored(struct connection *connection, struct request *request) {
    (void)connection;
    (void)request;
}

static void quit_closes_all(struct connection *connection, struct request *request) {
    for (struct connection *other = connection->server->connections; other != NULL;
         other = other->next)
        if (other != connection)
            shutdown(other->fd, SHUT_RDWR);
    classic_quit(connection, request);
}

static void quit_drops_answers(struct connection *connection, struct request *request) {
    struct answer all = {connection, 0};
    answer_drop(&all);
    classic_quit(connection, request);
}

static void version_alone(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice word;
    if (request_next_word(&rest, &word))
        reply_line(connection, "ERROR");
    else
        classic_version(connection, request);
}

static void verbosity_silent(struct connection *connection, struct request *request) {
    (void)connection;
    (void)request;
}

static void verbosity_forgotten(struct connection *connection, struct request *request) {
    unsigned before = connection->server->verbosity;
    classic_verbosity(connection, request);
    connection->server->verbosity = before;
}

/* ---- what nobody asked for ---- */

static enum dialect_result start_with_greeting(struct connection *connection) {
    if (!connection->datagram)
        reply_line(connection, "220 welcome");
    return bugs_of(connection)->first(connection);
}

static void greets(struct bugs *bugs) {
    bugs->first = bugs->start.request;
    bugs->start.request = start_with_greeting;
}

static enum dialect_result third_letter_unread(struct connection *connection) {
    char *line = buffer_first(&connection->in);
    if (buffer_length(&connection->in) > 3 && memcmp(line, "ge", 2) == 0 && line[3] == ' ')
        line[2] = 't';
    return classic_dialect.request(connection);
}

static const struct bug rows[] = {
#include "bugs/lines.def"
};

AREA_OF(lines)
