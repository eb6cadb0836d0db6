/* SPDX-License-Identifier: MIT */
/* auth.c - what a client of the text protocol must say first on a server with -Y; see auth/auth.h.
 *
 * The texts of the answers are memcached's. The set stores nothing: its data are the user and the
 * password, which auth/auth_file.c judges. Line and data are taken off the input together. */
#include "auth/auth.h"

#include "auth/auth_file.h"
#include "bytes/number.h"
#include "classic/classic.h"
#include "classic/request.h"
#include "net/reply.h"
#include "server/server.h"

enum {
    AUTH_WORDS = 5,         /* set, three words of no meaning, the length */
    AUTH_SHORTEST_BYTES = 2 /* nothing shorter is looked at, not even a lone line end */
};

/* The user ends at the first space; the password may hold more of them. */
static void auth_judge(struct connection *connection, struct slice token) {
    const char *space = memchr(token.bytes, ' ', token.length);
    struct slice user = {token.bytes, space != NULL ? (size_t)(space - token.bytes) : 0};
    if (user.length == 0 || user.length + 1 == token.length) {
        reply_line(connection, "CLIENT_ERROR bad authentication token format");
        return;
    }
    struct slice password = {space + 1, token.length - user.length - 1};
    connection->server->counters.auth_cmds++;
    if (auth_file_accepts(&connection->server->auth_file, user, password)) {
        reply_line(connection, "STORED");
        connection->dialect = &classic_dialect;
    } else {
        connection->server->counters.auth_errors++;
        reply_line(connection, "CLIENT_ERROR authentication failure");
    }
}

/* Whether the line is a set that announces a token, and of how many bytes. */
static bool auth_announces(struct slice line, uint64_t *length) {
    struct request request;
    const char *nul = memchr(line.bytes, '\0', line.length);
    if (nul != NULL)
        line.length = (size_t)(nul - line.bytes);
    if (!request_begin(&request, line))
        return false;
    request_split(&request);
    return request.count >= AUTH_WORDS && slice_is(request.word[0], "set") &&
           number_read_u64(request.word[4], length);
}

static enum dialect_result auth_request(struct connection *connection) {
    struct buffer *in = &connection->in;
    const char *begin = buffer_first(in);
    size_t available = buffer_length(in);
    uint64_t length = 0;

    if (available < AUTH_SHORTEST_BYTES)
        return DIALECT_MORE;
    const char *newline = memchr(begin, '\n', available);
    if (newline == NULL)
        return available > AUTH_LINE_BYTES ? DIALECT_BAD : DIALECT_MORE;
    size_t line_bytes = (size_t)(newline - begin) + 1;
    size_t words_bytes = line_bytes - (line_bytes > 1 && newline[-1] == '\r' ? 2 : 1);
    if (!auth_announces((struct slice){begin, words_bytes}, &length)) {
        buffer_consume(in, line_bytes);
        reply_line(connection, "CLIENT_ERROR unauthenticated");
        return DIALECT_OK;
    }
    if (length > AUTH_TOKEN_BYTES) {
        reply_line(connection, "CLIENT_ERROR auth token too long");
        return DIALECT_BAD;
    }
    if (available < line_bytes + length + 2)
        return DIALECT_MORE;
    struct slice token = {newline + 1, (size_t)length};
    buffer_consume(in, line_bytes + (size_t)length + 2);
    if (memcmp(token.bytes + length, "\r\n", 2) == 0)
        auth_judge(connection, token);
    else
        reply_line(connection, "CLIENT_ERROR bad command line termination");
    return DIALECT_OK;
}

/* It sets no other state, so nobody will call value or resume, and shows no statistics. */
const struct dialect auth_dialect = {.name = "ascii", .request = auth_request};
