/* SPDX-License-Identifier: MIT */
/* udp.h - requests that come in datagrams.
 *
 * Each datagram is a small connection of its own: it brings whole requests of any dialect, is
 * answered, and is forgotten. Nothing of it waits: what is incomplete is dropped, and what the
 * kernel does not take at once is lost, as UDP may lose it anywhere. Memory is two fixed blocks a
 * socket. server/server.c makes one for each UDP listener. */
#pragma once

#include <event2/event.h>

struct server;
struct udp;

enum {
    UDP_REQUEST_BYTES = 64 * 1024, /* no datagram is longer */
    UDP_REPLY_BYTES = 64 * 1024,   /* what one datagram can be answered with, altogether */
    UDP_TURN_DATAGRAMS = 16        /* answered before others get a turn */
};

/* Answers what comes to the bound socket `fd`, which stays the caller's, `port` being its own.
 * NULL if memory is refused. */
struct udp *udp_new(struct server *server, evutil_socket_t fd, unsigned port);

/* Stops to listen. */
void udp_free(struct udp *udp);
