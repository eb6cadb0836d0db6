/* SPDX-License-Identifier: MIT */
/* peer.c - the address of the other end of a connection; see net/peer.h.
 *
 * Called by net/connection.c for each client, by admin/stats_conns.c for the listeners, and by
 * admin/log.c. */
#include "net/peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void peer_take(struct peer *peer, const struct sockaddr_storage *address) {
    *peer = (struct peer){.family = (uint8_t)address->ss_family};
    if (address->ss_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof(v4));
        memcpy(peer->address, &v4.sin_addr, sizeof(v4.sin_addr));
        peer->port = ntohs(v4.sin_port);
    } else if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof(v6));
        memcpy(peer->address, &v6.sin6_addr, sizeof(v6.sin6_addr));
        peer->port = ntohs(v6.sin6_port);
    }
}

void peer_read(struct peer *peer, int fd) {
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);
    if (getpeername(fd, (struct sockaddr *)&address, &length) != 0)
        address.ss_family = 0;
    peer_take(peer, &address);
}

void peer_read_own(struct peer *peer, int fd) {
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        address.ss_family = 0;
    peer_take(peer, &address);
}

void peer_text(const struct peer *peer, char text[PEER_TEXT_BYTES]) {
    text[0] = '\0';
    if (peer->family == AF_UNIX)
        snprintf(text, PEER_TEXT_BYTES, "unix");
    else if (peer->family == AF_INET || peer->family == AF_INET6)
        (void)inet_ntop(peer->family, peer->address, text, PEER_TEXT_BYTES);
}
