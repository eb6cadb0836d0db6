/* SPDX-License-Identifier: MIT */
/* transport.c - how bytes of a connection reach the kernel: plain sockets; see net/transport.h. */
#include "net/transport.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* there main() ignores SIGPIPE, which does the same */
#endif

static ssize_t transport_result(ssize_t result) {
    if (result >= 0)
        return result;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return TRANSPORT_AGAIN;
    return TRANSPORT_BROKEN;
}

static ssize_t socket_receive(struct connection *connection, char *bytes, size_t room) {
    ssize_t got = recv(connection->fd, bytes, room, 0);
    if (got <= 0)
        return transport_result(got);
    if ((size_t)got == room || connection->hung_up)
        connection->unread = UNREAD_SURELY;
    else
        connection->unread = UNREAD_PERHAPS;
    return got;
}

static ssize_t socket_send(struct connection *connection, struct iovec *pieces, int count) {
    int fd = connection->fd;
    if (count == 1)
        return transport_result(send(fd, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL));
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = (size_t)count};
    return transport_result(sendmsg(fd, &message, MSG_NOSIGNAL));
}

static void socket_close(struct connection *connection) {
    close(connection->fd);
}

const struct transport transport_socket = {
    .receive = socket_receive, .send = socket_send, .close = socket_close};
