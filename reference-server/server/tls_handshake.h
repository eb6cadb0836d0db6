/* SPDX-License-Identifier: MIT */
/* tls_handshake.h - a TLS client between being accepted and being a connection.
 *
 * Counts against -c like a connection. Who is not done within TLS_HANDSHAKE_MS is cut off, as is
 * who speaks no TLS. */
#pragma once

struct server;
struct tls_handshake;

enum { TLS_HANDSHAKE_MS = 10000 };

/* Begins with an accepted non-blocking socket and goes on by itself: in the end there is a new
 * connection, or the socket is closed. The server's list and count are kept here. */
void tls_handshake_begin(struct server *server, int fd);

/* Gives up and closes the socket. */
void tls_handshake_free(struct tls_handshake *handshake);
