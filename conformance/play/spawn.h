/* SPDX-License-Identifier: MIT */
/* spawn.h - servers that mctap starts itself, each on a free port, and stops at the end.
 *
 * A spawner knows the command line; {port}, {options} and other holes in it are filled
 * (start_line.h). A server is ready when it accepts a connection, so nothing sleeps. Servers run in
 * process groups of their own and are stopped by pid; their output goes to a temporary file whose
 * end is shown when they die. */
#pragma once

#include "language/scenario.h"
#include "play/address.h"

#include <stdbool.h>

struct arena;
struct hub;
struct spawner;
struct server;

/* `command` is run by /bin/sh; it must stay in the foreground, and listen within start_timeout_ms.
 * The hub is borrowed. */
struct spawner *spawner_new(struct hub *hub, const char *command, unsigned start_timeout_ms);

/* Stops every server that is left (SIGTERM, after 0.4 s SIGKILL), waits for them, frees all.
 * Returns how many of them ended in another way than by the signal or with status 0. */
unsigned spawner_free(struct spawner *spawner);

/* `ready` is called once: with true when the server accepts connections, with false when it died
 * or did not listen in time (server_obituary says which). Never called from inside the call. */
typedef void server_callback(struct server *server, bool ready, void *owner);

/* Starts a server on a free port of 127.0.0.1, with `options` ("" for none) in the place of
 * {options}. Never NULL: failures arrive by the callback. The spawner owns it. */
struct server *server_start(struct spawner *spawner, const char *options, server_callback *ready,
                            void *owner);

/* Starts it again, empty, after server_kill or its death: on the same port, or on another one
 * (the addresses change in place) when that cannot be bound yet. */
void server_restart(struct server *server, server_callback *ready, void *owner);

/* Ends it at once and waits until it is gone: afterwards its port refuses connections. */
void server_kill(struct server *server);

/* Halts it (SIGSTOP): its connections stay, new ones are accepted by the system, nothing is
 * answered. server_resume lets it go on where it was, with the requests that came meanwhile. */
void server_hang(struct server *server);
void server_resume(struct server *server);

/* Asks it to stop (SIGTERM); spawner_free waits. The caller must not use it afterwards. */
void server_release(struct server *server);

/* Its death is known: spawner_free does not count it. */
void server_forgive(struct server *server);

bool server_alive(struct server *server);

/* The address for a transport; NULL when it does not listen there. Valid as long as the server. */
const struct address *server_way(const struct server *server, enum transport transport);

/* It ended at once with status 64 (EX_USAGE) or 1, as programs do that do not know an option. */
bool server_refused_options(const struct server *server);

/* How it ended and the last lines it printed; one line, from `arena`. */
const char *server_obituary(struct server *server, struct arena *arena);
