/* SPDX-License-Identifier: MIT */
/* transport.h - how bytes of a connection reach the kernel.
 *
 * The two calls that move bytes, as a table, so that a connection does not know whether it is a
 * plain socket. A result of 0 bytes received is the end of the stream; TRANSPORT_AGAIN means
 * "not now, wait for the event", TRANSPORT_BROKEN that the connection is lost. */
#pragma once

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { TRANSPORT_AGAIN = -1, TRANSPORT_BROKEN = -2 };

struct transport {
    /* Receives up to `room` bytes to `bytes`; how many, or one of the above. */
    ssize_t (*receive)(int fd, char *bytes, size_t room);
    /* Sends from `count` pieces; how many bytes left, or one of the above. */
    ssize_t (*send)(int fd, struct iovec *pieces, int count);
};

/* Plain TCP and Unix sockets. */
extern const struct transport transport_socket;
