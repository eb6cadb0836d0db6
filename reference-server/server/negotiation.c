/* SPDX-License-Identifier: MIT */
/* negotiation.c - which protocol does a new connection speak? See server/negotiation.h.
 *
 * The dialect here lives until the first byte has come; then it puts another in its place, for
 * as long as the connection lasts. */
#include "server/negotiation.h"

#include "binary/binary.h"
#include "classic/classic.h"

static enum dialect_result negotiation_request(struct connection *connection) {
    unsigned char first = (unsigned char)*buffer_first(&connection->in);
    connection->dialect = first == BINARY_MAGIC_REQUEST ? &binary_dialect : &classic_dialect;
    return connection->dialect->request(connection);
}

/* It sets no other state, so nobody will call value or resume. */
static const struct dialect negotiation_dialect = {.name = "auto-negotiate",
                                                   .request = negotiation_request};

const struct dialect *negotiation_begin(enum options_protocol protocol) {
    switch (protocol) {
    case OPTIONS_PROTOCOL_ASCII:
        return &classic_dialect;
    case OPTIONS_PROTOCOL_BINARY:
        return &binary_dialect;
    case OPTIONS_PROTOCOL_AUTO:
        break;
    }
    return &negotiation_dialect;
}

const char *negotiation_name(enum options_protocol protocol) {
    return negotiation_begin(protocol)->name;
}
