/* SPDX-License-Identifier: MIT */
/* negotiation.c - which protocol does a new connection speak? See negotiation.h.
 *
 * mcref does not speak the binary protocol. A client that does would wait for ever for an
 * answer it understands, so it is cut off at once. Called by connection.c for the first bytes
 * of a connection only. */
#include "negotiation.h"

#include <stdio.h>

#include "classic.h"
#include "server.h"

enum {
    NEGOTIATION_BINARY_REQUEST = 0x80 /* the magic byte of a binary request */
};

static enum dialect_result negotiation_request(struct connection *connection) {
    if ((unsigned char)*buffer_first(&connection->in) == NEGOTIATION_BINARY_REQUEST) {
        if (connection->server->verbosity > 0)
            fprintf(stderr, "mcref: %d: closed: the binary protocol is not served\n",
                    connection->fd);
        return DIALECT_BAD;
    }
    connection->dialect = &classic_dialect;
    return connection->dialect->request(connection);
}

/* It sets no other state, so nobody will call value or resume. */
const struct dialect negotiation_dialect = {.name = "negotiating", .request = negotiation_request};
