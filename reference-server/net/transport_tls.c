/* SPDX-License-Identifier: MIT */
/* transport_tls.c - how bytes of a connection reach the kernel: through OpenSSL; see
 * net/transport.h.
 *
 * OpenSSL takes whole records off the socket and may hold more than was asked for; no event tells
 * of those bytes, so connection->unread does. */
#include "net/transport_tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "net/connection.h"

/* What a call that moved nothing means. `natural` is what the call itself waits for. */
static ssize_t tls_result(struct connection *connection, int result, int natural) {
    int reason = SSL_get_error(connection->tls, result);
    ERR_clear_error();
    if (reason == natural)
        return TRANSPORT_AGAIN;
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
        return TRANSPORT_CROSSWISE;
    return TRANSPORT_BROKEN;
}

static ssize_t tls_receive(struct connection *connection, char *bytes, size_t room) {
    int most = room > INT_MAX ? INT_MAX : (int)room;
    ERR_clear_error();
    int received = SSL_read(connection->tls, bytes, most);
    if (received > 0) {
        connection->unread = SSL_has_pending(connection->tls) == 1 ? UNREAD_SURELY : UNREAD_NOTHING;
        return received;
    }
    if (SSL_get_error(connection->tls, received) == SSL_ERROR_ZERO_RETURN)
        return 0;
    return tls_result(connection, received, SSL_ERROR_WANT_READ);
}

/* One piece a call. After a refusal OpenSSL wants the same bytes again, and more may follow them:
 * what is in `out` only grows meanwhile, and the value stays. */
static ssize_t tls_send(struct connection *connection, struct iovec *pieces, int count) {
    int length = pieces[0].iov_len > INT_MAX ? INT_MAX : (int)pieces[0].iov_len;
    (void)count;
    ERR_clear_error();
    int sent = SSL_write(connection->tls, pieces[0].iov_base, length);
    return sent > 0 ? sent : tls_result(connection, sent, SSL_ERROR_WANT_WRITE);
}

/* Sends close_notify if the kernel takes it, and does not wait for the client's. */
static void tls_close(struct connection *connection) {
    ERR_clear_error();
    SSL_shutdown(connection->tls);
    ERR_clear_error();
    SSL_free(connection->tls);
    close(connection->fd);
}

const struct transport transport_tls = {
    .receive = tls_receive, .send = tls_send, .close = tls_close};
