/* SPDX-License-Identifier: MIT */
/* conversation.h - one connection of a client to a backend: bytes in, requests noted,
 * replies out, well or as a fault wants it. Called by backends.c alone, which keeps the list. */
#pragma once

#include "backends/backends.h"

struct conversation;

void conversation_begin(struct conversation **list, struct event_base *base, int socket,
                        struct backends *backends, unsigned member, unsigned connection);

/* Closes connections at once: all, or those of one member. */
void conversation_end_all(struct conversation **list);
void conversation_end_of(struct conversation **list, unsigned member);

/* What FAULT_HOLD kept back leaves now. */
void conversation_release(struct conversation *list);

bool conversation_unfinished(const struct conversation *list, struct slice *bytes);

/* ---- what it asks of the backends ---- */

/* The fault that this request meets, which is counted; FAULT_NONE if there is none. */
struct fault backends_fault_for(struct backends *backends, unsigned member,
                                const struct request *request);

/* Keeps a request, from a copy of its bytes. */
const struct request *backends_keep(struct backends *backends, unsigned member, unsigned connection,
                                    struct slice whole);

/* Notes bytes that travelled. The session is from backends_session. */
void backends_heard(struct backends *backends, const char *session, enum verdict_direction way,
                    const char *bytes, size_t length);

/* Notes what a client left of a request when it closed the connection. */
void backends_abandoned(struct backends *backends, const char *session, struct slice bytes);

/* How a connection is called in a transcript: "a1" is the first to the first member. It lives
 * until the next reset, which ends all connections. */
const char *backends_session(struct backends *backends, unsigned member, unsigned connection);
