/* SPDX-License-Identifier: MIT */
/* session.h - one connection to a target, and the hub that drives them all.
 *
 * libcurl connects (TCP with name lookup, Unix sockets, TLS); libevent says when bytes can move.
 * The session collects what arrives and tells its owner; it judges nothing. Nothing here blocks.
 * Over UDP each session_send is one datagram, and what arrives stands in the input one datagram
 * behind the other. */
#pragma once

#include "play/address.h"

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct hub;
struct session;

/* All connections of one run. The hub borrows the base, which must outlive it. */
struct hub *hub_new(struct event_base *base);
void hub_free(struct hub *hub); /* every session must have been closed */
struct event_base *hub_base(const struct hub *hub);

/* How many closed sessions the target did not take as fast as they came; see play/crowding.h. */
unsigned hub_crowded(const struct hub *hub);

/* What the judge holds unread at most, whatever targets send. No reply of a scenario comes near.
 * When all sessions of a hub together hold HUB_UNREAD_MAX, each may have its share of it and no
 * more, so they never hold more than twice that. */
enum {
    SESSION_UNREAD_MAX = 16 * 1024 * 1024,
    HUB_UNREAD_MAX = 128 * 1024 * 1024,
};

enum session_state {
    SESSION_CONNECTING,
    SESSION_OPEN,
    SESSION_FINISHED, /* the target closed in good order (FIN) */
    SESSION_RESET,    /* the target closed with unread bytes left, or crashed (RST) */
    SESSION_REFUSED,  /* nobody listens, or the connect failed; session_reason says how */
    SESSION_FLOODED,  /* more unread bytes came than any reply can have, or than its share */
};

/* Called after anything changed: the connect ended, bytes came, bytes left, the target closed. */
typedef void session_callback(struct session *session, void *owner);

/* Begins to connect; never NULL, failures arrive by the callback. The address is borrowed. */
struct session *session_open(struct hub *hub, const struct address *address,
                             session_callback *changed, void *owner);

/* Closes at once and frees; no callback follows. NULL is fine. */
void session_close(struct session *session);

enum session_state session_state(const struct session *session);
const char *session_reason(const struct session *session); /* of REFUSED, RESET; else "" */

/* Queues bytes (copied) to be sent in as few writes as the socket takes. */
void session_send(struct session *session, const char *bytes, size_t length);

/* The same for bytes that may share no write with those before them: over TLS they go in a record
 * of their own. Nothing is queued behind them until they have left. */
void session_send_apart(struct session *session, const char *bytes, size_t length);

/* How many queued bytes the socket has not taken yet. */
size_t session_unsent(const struct session *session);

/* Closes the sending side once everything queued has left. */
void session_half_close(struct session *session);

/* Stops reading, or goes on. The kernel keeps what fits into the buffers of both sides, some MB. */
void session_hold(struct session *session, bool hold);

/* What arrived and was not consumed. Valid until the next call on the session. */
const char *session_input(const struct session *session, size_t *length);
void session_consume(struct session *session, size_t length);

/* How many bytes ever arrived. */
size_t session_received(const struct session *session);
