/* SPDX-License-Identifier: MIT */
/* tape.h - what a relay heard, in order, and the turns that it makes: a client's bytes and the
 * server's reply to them. Pure memory; relay.c fills it, scribe.c reads it. */
#pragma once

#include "requests/request.h"

struct arena;
struct tape;

/* One request, or several in one write, and what came back before the client spoke again. */
struct turn {
    unsigned connection; /* from 0, in the order in which they were made */
    unsigned pause_ms;   /* nothing travelled on any connection before it for so long */
    struct slice sent, received;
    bool server_closed; /* after the reply, while the client was still there */
};

struct tape *tape_new(struct arena *arena);

/* Bytes that travelled on a connection, now; they are copied. */
void tape_sent(struct tape *tape, unsigned connection, const char *bytes, size_t length);
void tape_received(struct tape *tape, unsigned connection, const char *bytes, size_t length);
void tape_server_closed(struct tape *tape, unsigned connection);

/* The turns in the order in which they began. Turns of different connections that overlapped come
 * one after the other. From the arena of the tape. */
const struct turn *tape_turns(const struct tape *tape, size_t *count);

/* Seconds since 1970 when the tape was made. */
long long tape_began(const struct tape *tape);
