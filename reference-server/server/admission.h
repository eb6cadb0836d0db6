/* SPDX-License-Identifier: MIT */
/* admission.h - who gets in: accepting clients, the limit of -c, and sending away the silent.
 *
 * Between the listeners and the connections; called by server/server.c. */
#pragma once

#include <event2/util.h>

struct server;

/* The event of a listening socket; `arg` is its struct listener. */
void admission_on_acceptable(evutil_socket_t fd, short what, void *arg);

/* A client is gone: there is room for another. */
void admission_client_gone(struct server *server);

/* Once a second: tries again what failed, and closes who was silent for longer than
 * -o idle_timeout allows. */
void admission_tick(struct server *server);
