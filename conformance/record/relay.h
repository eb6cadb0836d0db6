/* SPDX-License-Identifier: MIT */
/* relay.h - stands between clients and a server, passes every byte on as it came, and puts it on
 * a tape. It understands nothing of the protocol. */
#pragma once

#include "play/address.h"

#include <stdbool.h>

struct hub;
struct relay;
struct tape;

/* Called when a connection begins or ends, and when bytes travel. */
typedef void relay_callback(void *owner);

/* Listens on host:port of `listen`; port 0: a free one. NULL with *problem in words (static or from
 * strerror) when it cannot. Hub, tape and addresses are borrowed. */
struct relay *relay_new(struct hub *hub, const struct address *listen, const struct address *target,
                        struct tape *tape, relay_callback *changed, void *owner,
                        const char **problem);
void relay_free(struct relay *relay);

unsigned relay_port(const struct relay *relay);

/* So long the target has to answer or close when the client has closed its side. */
enum { RELAY_PATIENCE_MS = 5000 };

/* How many connections there have been, how many of them the target did not take, and on how many
 * its patience ended; how many are open. */
unsigned relay_connections(const struct relay *relay);
unsigned relay_refused(const struct relay *relay);
unsigned relay_given_up(const struct relay *relay);
unsigned relay_open(const struct relay *relay);
