/* SPDX-License-Identifier: MIT */
/* conversation.h - one connection of a client to a recording server: bytes in, requests noted,
 * replies out, well or as a fault wants it. Called by recorder.c alone, which keeps the list. */
#pragma once

#include "recorder/recorder.h"

struct conversation;

void conversation_begin(struct conversation **list, struct event_base *base, int socket,
                        struct recorder *recorder, unsigned member, unsigned connection);

/* Closes connections at once: all, or those of one member. */
void conversation_end_all(struct conversation **list);
void conversation_end_of(struct conversation **list, unsigned member);

/* What FAULT_HOLD kept back leaves now. */
void conversation_release(struct conversation *list);

bool conversation_unfinished(const struct conversation *list, struct slice *bytes);

/* ---- what it asks of the recorder ---- */

/* The fault that this request meets, which is counted; FAULT_NONE if there is none. */
struct fault recorder_fault_for(struct recorder *recorder, unsigned member,
                                const struct request *request);

/* Keeps a request, from a copy of its bytes. */
const struct request *recorder_keep(struct recorder *recorder, unsigned member, unsigned connection,
                                    struct slice whole);

/* Notes bytes that travelled. The session is from recorder_session. */
void recorder_heard(struct recorder *recorder, const char *session, enum verdict_direction way,
                    const char *bytes, size_t length);

/* How a connection is called in a transcript: "a1" is the first to the first member. It lives
 * until the next reset, which ends all connections. */
const char *recorder_session(struct recorder *recorder, unsigned member, unsigned connection);
