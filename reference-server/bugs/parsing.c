/* SPDX-License-Identifier: MIT */
/* parsing.c - defects in what a line is taken for: words too few or too many, odd numbers, other
 * protocols. */
#include "binary/binary.h"
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"

enum { WORD_KEY = 1, WORD_FLAGS, WORD_EXPTIME, WORD_BYTES, LINE_BYTES = 2048 };

/* The line at the front without its LF; its length is 0 if it is not complete. */
static struct slice line_at_front(const struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    const char *newline = memchr(begin, '\n', buffer_length(&connection->in));
    return (struct slice){begin, newline != NULL ? (size_t)(newline - begin) : 0};
}

/* ---- words and bytes ---- */

static enum dialect_result blank_line_silent(struct connection *connection) {
    struct slice line = line_at_front(connection);
    size_t spaces = 0;
    while (spaces < line.length && line.bytes[spaces] == ' ')
        spaces++;
    if (spaces == 0 || spaces + 1 != line.length || line.bytes[spaces] != '\r')
        return classic_dialect.request(connection);
    buffer_consume(&connection->in, line.length + 1);
    return DIALECT_OK;
}

static enum dialect_result nul_separates(struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    size_t length = line_at_front(connection).length;
    for (size_t i = 0; i < length; i++)
        if (begin[i] == '\0')
            begin[i] = ' ';
    return classic_dialect.request(connection);
}

static enum dialect_result tab_in_key_refused(struct connection *connection) {
    struct request request;
    if (!input_peek_line(connection, &request) || request.count < 2 ||
        memchr(request.word[WORD_KEY].bytes, '\t', request.word[WORD_KEY].length) == NULL)
        return classic_dialect.request(connection);
    buffer_consume(&connection->in, line_at_front(connection).length + 1);
    classic_bad_format(connection);
    return DIALECT_OK;
}

/* The keys that are not too long are written anew, in the line itself. */
static void skip_long_keys(struct connection *connection, struct request *request) {
    char *first = buffer_first(&connection->in);
    char *begin = first + (request->rest.bytes - first);
    struct slice rest = request->rest;
    struct slice key;
    size_t at = 0;
    while (request_next_word(&rest, &key)) {
        if (key.length > ITEM_KEY_MAX_BYTES)
            continue;
        memmove(begin + at, key.bytes, key.length);
        begin[at + key.length] = ' ';
        at += key.length + 1;
    }
    request->rest.length = at;
    classic_get(connection, request);
}

/* ---- long lines ---- */

static enum dialect_result long_line_whole_closes(struct connection *connection) {
    struct slice line = line_at_front(connection);
    bool is_get = slice_begins(line, "get");
    return line.length > LINE_BYTES && !is_get ? DIALECT_BAD : classic_dialect.request(connection);
}

static enum dialect_result long_gat_waits(struct connection *connection) {
    struct slice all = {buffer_first(&connection->in), buffer_length(&connection->in)};
    bool complete = memchr(all.bytes, '\n', all.length) != NULL;
    return !complete && slice_begins(all, "gat ") ? DIALECT_MORE
                                                  : classic_dialect.request(connection);
}

/* ---- other protocols ---- */

static enum dialect_result http_anywhere(struct connection *connection) {
    struct request request;
    if (input_peek_line(connection, &request) && slice_begins(request_last_word(&request), "HTTP"))
        return DIALECT_BAD;
    return classic_dialect.request(connection);
}

static enum dialect_result http_skipped(struct connection *connection) {
    enum dialect_result result = classic_dialect.request(connection);
    return result == DIALECT_BAD && buffer_length(&connection->in) > 0 ? DIALECT_OK : result;
}

static bool is_letter(char byte) {
    return lower_case_of(byte) >= 'a' && lower_case_of(byte) <= 'z';
}

static enum dialect_result no_letter_closes_all(struct connection *connection) {
    char first = *buffer_first(&connection->in);
    if (is_letter(first) || first == ' ' || first == '\r' || first == '\n')
        return classic_dialect.request(connection);
    close_all(connection->server);
    return DIALECT_BAD;
}

static enum dialect_result half_header_closes_all(struct connection *connection) {
    if (buffer_length(&connection->in) != 1)
        return binary_dialect.request(connection);
    close_all(connection->server);
    return DIALECT_BAD;
}

static enum dialect_result capital_closes_all(struct connection *connection) {
    char first = *buffer_first(&connection->in);
    if (!is_letter(first) || lower_case_of(first) == first)
        return classic_dialect.request(connection);
    close_all(connection->server);
    return DIALECT_BAD;
}

/* ---- storage lines ---- */

static void flags_over_refused(struct connection *connection, struct request *request) {
    if (word_number(request->word[WORD_FLAGS]) > UINT32_MAX)
        classic_bad_format(connection);
    else
        classic_set(connection, request);
}

static void malformed_skips(struct connection *connection, struct request *request) {
    uint32_t flags;
    int32_t exptime;
    int32_t bytes;
    classic_set(connection, request);
    if (number_read_i32(request->word[WORD_BYTES], &bytes) && bytes >= 0 &&
        (!number_read_u32(request->word[WORD_FLAGS], &flags) ||
         !number_read_i32(request->word[WORD_EXPTIME], &exptime)))
        connection_swallow(connection, (uint64_t)bytes + 2);
}

static void huge_length_closes_all(struct connection *connection, struct request *request) {
    bool huge = word_number(request->word[WORD_BYTES]) > INT32_MAX - 2;
    classic_set(connection, request);
    if (huge)
        close_all(connection->server);
}

/* ---- the end of the stream, turns, silence ---- */

/* What is left of a line when the client has closed its side gets an end. */
static ssize_t unfinished_line_ends(struct connection *connection, char *bytes, size_t room) {
    ssize_t received = transport_socket.receive(connection, bytes, room);
    if (received != 0 || room < 2 || buffer_length(&connection->in) == 0 ||
        connection->state != CONNECTION_REQUEST)
        return received;
    memcpy(bytes, "\r\n", 2);
    return 2;
}

static enum dialect_result turn_forgets_rest(struct connection *connection) {
    enum dialect_result result = classic_dialect.value(connection);
    if (result == DIALECT_OK && connection->server->options->turn_requests == 1)
        buffer_consume(&connection->in, buffer_length(&connection->in));
    return result;
}

static void never_idle(struct bugs *bugs) {
    bugs->options.idle_timeout_s = 0;
}

static const struct bug rows[] = {
#include "bugs/parsing.def"
};

AREA_OF(parsing)
