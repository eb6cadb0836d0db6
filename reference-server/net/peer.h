/* SPDX-License-Identifier: MIT */
/* peer.h - the address of the other end of a connection, in 20 bytes.
 *
 * Read once when a client comes, because a socket whose client has gone cannot tell any more. */
#pragma once

#include <stdint.h>

enum { PEER_TEXT_BYTES = 64 };

struct peer {
    uint8_t family; /* AF_INET, AF_INET6, AF_UNIX; 0 if nobody knows */
    uint16_t port;  /* 0 for a Unix socket */
    uint8_t address[16];
};

/* Takes the address of who is connected to a socket. */
void peer_read(struct peer *peer, int fd);

/* Takes the address at which a socket of ours is bound. */
void peer_read_own(struct peer *peer, int fd);

/* The address without the port: "127.0.0.1", "::1", "unix", or "" if nobody knows it. */
void peer_text(const struct peer *peer, char text[PEER_TEXT_BYTES]);
