/* SPDX-License-Identifier: MIT */
/* classic.c - the classic text protocol: finding the line, the words, and the handler.
 *
 * A command line ends with "\r\n"; a bare "\n" is accepted, as by memcached. What a command
 * does is in the other files of this folder. Called by net/connection.c through
 * `classic_dialect`. */
#include "classic/classic.h"

#include <stdio.h>
#include <string.h>

#include "net/reply.h"
#include "server/server.h"

enum {
    CLASSIC_LINE_BYTES = 2048,                 /* a line of other commands than get, gets */
    CLASSIC_KEYS_LINE_BYTES = 4 * 1024 * 1024, /* a line of get, gets */
    CLASSIC_INDENT_BYTES = 100                 /* spaces before a long get */
};

bool classic_noreply(struct connection *connection, const struct request *request) {
    if (slice_is(request_last_word(request), "noreply"))
        connection->no_reply = true;
    return connection->no_reply;
}

bool classic_is_alone(struct connection *connection, const char *word) {
    char text[80];
    if (!connection->dealt && buffer_length(&connection->out) == 0 && connection->sending == NULL)
        return true;
    snprintf(text, sizeof(text), "ERROR cannot pipeline other commands before %s", word);
    reply_line(connection, text);
    return false;
}

void classic_bad_format(struct connection *connection) {
    reply_line(connection, "CLIENT_ERROR bad command line format");
}

/* No end of line yet: wait, or give up? Only get and gets have lines as long as they like. */
static enum dialect_result classic_unfinished(struct connection *connection) {
    struct slice line = {buffer_first(&connection->in), buffer_length(&connection->in)};
    size_t spaces = 0;

    connection->scanned_bytes = line.length;
    if (line.length <= CLASSIC_LINE_BYTES)
        return DIALECT_MORE;
    while (line.bytes[spaces] == ' ' && spaces <= CLASSIC_INDENT_BYTES)
        spaces++;
    struct slice words = {line.bytes + spaces, line.length - spaces};
    bool keys = slice_begins(words, "get ") || slice_begins(words, "gets ");
    if (spaces > CLASSIC_INDENT_BYTES || !keys || line.length > CLASSIC_KEYS_LINE_BYTES)
        return DIALECT_BAD;
    return DIALECT_MORE;
}

/* Not a command. A browser or a web page that talks HTTP to us is cut off, so that nobody can
 * smuggle commands in the body of a POST. */
static enum dialect_result classic_unknown(struct connection *connection, struct request *request) {
    request_split(request);
    if (request->word[0].length > 1 && slice_begins(request_last_word(request), "HTTP/"))
        return DIALECT_BAD;
    reply_line(connection, "ERROR");
    return DIALECT_OK;
}

/* A line without its end: which command, enough words, and off to the handler. */
static enum dialect_result classic_line(struct connection *connection, struct slice line) {
    struct request request;
    bool fits;

    connection->no_reply = false;
    if (connection->server->verbosity > 1)
        fprintf(stderr, "<%d %.*s\n", connection->fd, (int)line.length, line.bytes);
    if (!request_begin(&request, line)) {
        reply_line(connection, "ERROR");
        return DIALECT_OK;
    }
    const struct command *command = commands_find(&connection->server->commands, request.word[0]);
    if (command == NULL)
        return classic_unknown(connection, &request);
    connection->command = command;
    if (command->most_words == COMMANDS_ANY) {
        fits = request_has_words(&request, command->least_words);
    } else {
        request_split(&request);
        fits =
            request.count - 1 >= command->least_words && request.count - 1 <= command->most_words;
    }
    if (fits)
        command->handler(connection, &request);
    else
        reply_line(connection, "ERROR");
    return DIALECT_OK;
}

/* Takes one line off the input. memcached works on C strings, so a NUL byte ends a line early:
 * the rest of it up to the "\n" is dropped. */
static enum dialect_result classic_request(struct connection *connection) {
    struct buffer *in = &connection->in;
    const char *begin = buffer_first(in);
    size_t scanned = connection->scanned_bytes;
    const char *newline = memchr(begin + scanned, '\n', buffer_length(in) - scanned);
    if (newline == NULL)
        return classic_unfinished(connection);

    size_t length = (size_t)(newline - begin);
    connection->scanned_bytes = 0;
    buffer_consume(in, length + 1); /* the bytes stay in place until the next receive */
    if (length > 0 && begin[length - 1] == '\r')
        length--;
    const char *nul = memchr(begin, '\0', length);
    if (nul != NULL)
        length = (size_t)(nul - begin);
    return classic_line(connection, (struct slice){begin, length});
}

static void classic_stat(struct connection *connection, const char *name, const char *value) {
    size_t room = strlen("STAT ") + strlen(name) + 1 + strlen(value) + 2;
    char *at = reply_room(connection, room + 1);
    if (at != NULL)
        reply_wrote(connection, at + snprintf(at, room + 1, "STAT %s %s\r\n", name, value));
}

/* The second word of a line is mostly a key; anything else does no harm. */
static void classic_foresee(struct connection *connection) {
    struct table *table = &connection->server->store.table;
    const char *at = buffer_first(&connection->in);
    const char *end = buffer_space(&connection->in);
    const char *space = memchr(at, ' ', (size_t)(end - at));
    if (space == NULL)
        return;
    const char *key = space + 1;
    at = key;
    while (at != end && *at > ' ' && at - key < ITEM_KEY_MAX_BYTES)
        at++;
    table_foresee(table, table_hash(table, (struct slice){key, (size_t)(at - key)}));
}

const struct dialect classic_dialect = {
    .name = "ascii",
    .request = classic_request,
    .value = classic_value,
    .resume = classic_resume,
    .foresee = classic_foresee,
    .stat = classic_stat,
    .stat_end = reply_line,
};
