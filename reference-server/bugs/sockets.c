/* SPDX-License-Identifier: MIT */
/* sockets.c - defects of TLS and of Unix sockets. */
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "bugs/area.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "net/tls.h"
#include "net/transport_tls.h"

static bool is_unix(const struct connection *connection) {
    return connection->peer.family == AF_UNIX;
}

/* ---- inside TLS ---- */

static enum dialect_result start_as_text(struct connection *connection) {
    connection->dialect = &bugs_of(connection)->text;
    return connection->dialect->request(connection);
}

static enum dialect_result start_as_text_inside_tls(struct connection *connection) {
    return connection->tls != NULL ? start_as_text(connection)
                                   : bugs_of(connection)->first(connection);
}

static void text_inside_tls(struct bugs *bugs) {
    bugs->first = bugs->start.request;
    bugs->start.request = start_as_text_inside_tls;
}

static ssize_t send_in_clear(struct connection *connection, struct iovec *pieces, int count) {
    return transport_socket.send(connection, pieces, count);
}

static enum dialect_result record_is_a_request(struct connection *connection) {
    enum dialect_result result = classic_dialect.request(connection);
    if (result == DIALECT_OK && connection->tls != NULL && connection->state != CONNECTION_VALUE)
        buffer_consume(&connection->in, buffer_length(&connection->in));
    return result;
}

static enum dialect_result one_client_inside_tls(struct connection *connection) {
    for (struct connection *other = connection->server->connections; other != NULL;
         other = other->next)
        if (connection->tls != NULL && other->tls != NULL && other != connection)
            shutdown(other->fd, SHUT_RDWR);
    return classic_dialect.request(connection);
}

static enum dialect_result no_meta_inside_tls(struct connection *connection) {
    struct request request;
    if (connection->tls != NULL && input_peek_line(connection, &request) &&
        request.word[0].length == 2)
        input_set_line(connection, (struct slice){"unknown\r\n", 9});
    return classic_dialect.request(connection);
}

/* What OpenSSL takes for a record of 16 KiB, and no more. */
static ssize_t send_one_record(struct connection *connection, struct iovec *pieces, int count) {
    enum { RECORD_BYTES = 16384 };
    size_t length = pieces[0].iov_len;
    if (length > RECORD_BYTES)
        pieces[0].iov_len = RECORD_BYTES;
    ssize_t sent = transport_tls.send(connection, pieces, count);
    return sent == RECORD_BYTES ? (ssize_t)length : sent;
}

/* As memcached before 1.6.39: the rest of a data block is taken, and OpenSSL is not asked for what
 * stands behind it. */
static ssize_t receive_to_block_end(struct connection *connection, char *bytes, size_t room) {
    bool in_block = connection->state == CONNECTION_VALUE;
    size_t missing = connection->upload.missing_bytes + 2 - buffer_length(&connection->in);
    ssize_t received =
        transport_tls.receive(connection, bytes, in_block && missing < room ? missing : room);
    if (in_block)
        connection->unread = UNREAD_NOTHING;
    return received;
}

/* ---- TLS: who comes in ---- */

/* Called by OpenSSL. A handshake that failed at its first bytes is answered in the clear. */
static void answer_failure(const SSL *session, int where, int result) {
    static const char text[] = "ERROR\r\n";
    if ((where & SSL_CB_EXIT) != 0 && result <= 0 &&
        SSL_get_error(session, result) == SSL_ERROR_SSL)
        (void)send(SSL_get_fd(session), text, sizeof(text) - 1, MSG_NOSIGNAL);
}

/* The certificates have been read by then. */
static void watch_now(struct delay *delay) {
    struct tls *tls = delay->bugs->server->tls;
    SSL *session = tls != NULL ? tls_session(tls, -1) : NULL;
    if (session != NULL)
        SSL_CTX_set_info_callback(SSL_get_SSL_CTX(session), answer_failure);
    SSL_free(session);
}

static void watch_handshakes(struct bugs *bugs) {
    delay_later(bugs, 0, NULL, watch_now);
}

static void no_issuer(struct bugs *bugs) {
    bugs->options.tls.ca_cert[0] = '\0';
}

static void refresh_closes(struct connection *connection, struct request *request) {
    classic_refresh_certs(connection, request);
    connection->state = CONNECTION_DRAIN;
}

/* ---- Unix sockets ---- */

static enum dialect_result start_as_text_on_unix(struct connection *connection) {
    return is_unix(connection) ? start_as_text(connection) : bugs_of(connection)->first(connection);
}

static void text_on_unix(struct bugs *bugs) {
    bugs->first = bugs->start.request;
    bugs->start.request = start_as_text_on_unix;
}

static void unix_closes(struct answer *answer) {
    if (is_unix(answer->connection) && answer->connection->state == CONNECTION_REQUEST)
        answer->connection->state = CONNECTION_DRAIN;
}

static ssize_t send_short_on_unix(struct connection *connection, struct iovec *pieces, int count) {
    return is_unix(connection) ? send_at_most_64k(connection, pieces, count)
                               : transport_socket.send(connection, pieces, count);
}

static ssize_t ten_unix_clients(struct connection *connection, char *bytes, size_t room) {
    return is_unix(connection) && connection->server->connection_count > 10
               ? TRANSPORT_BROKEN
               : transport_socket.receive(connection, bytes, room);
}

static const struct bug rows[] = {
#include "bugs/sockets.def"
};

AREA_OF(sockets)
