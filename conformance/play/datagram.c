/* SPDX-License-Identifier: MIT */
/* datagram.c - see datagram.h. */
#include "play/datagram.h"

#include <errno.h>
#include <event2/util.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What may wait to be read: a large value comes as hundreds of datagrams in one burst. */
enum { RECEIVE_BYTES = 4 * 1024 * 1024 };

int datagram_open(const struct address *address, char *reason, size_t reason_size) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM}, *found;
    char port[8];
    snprintf(port, sizeof port, "%u", address->port);
    int error = getaddrinfo(address->host, port, &hints, &found);
    if (error != 0) {
        snprintf(reason, reason_size, "%s", gai_strerror(error));
        return -1;
    }
    int descriptor = socket(found->ai_family, found->ai_socktype, found->ai_protocol),
        room = RECEIVE_BYTES;
    bool connected = descriptor >= 0 && connect(descriptor, found->ai_addr, found->ai_addrlen) == 0;
    freeaddrinfo(found);
    if (connected && evutil_make_socket_nonblocking(descriptor) == 0 &&
        evutil_make_socket_closeonexec(descriptor) == 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
        return descriptor;
    }
    snprintf(reason, reason_size, "%s", strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}
