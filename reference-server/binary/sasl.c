/* SPDX-License-Identifier: MIT */
/* sasl.c - sasl_list_mechs, sasl_auth, sasl_step: saying who one is.
 *
 * Key: the name of the mechanism; value: its message. With PLAIN the message may come with
 * sasl_auth, or sasl_auth comes without and is answered AUTH_CONTINUE, and sasl_step brings it.
 * Until that has succeeded binary/binary.c lets only these three and version pass; and every
 * further one of them takes the permission away again. Without -S they are unknown commands. */
#include "auth/sasl.h"
#include "binary/binary.h"
#include "server/server.h"

/* Is there SASL at all? If not, says so. */
static bool sasl_is_on(struct connection *connection, const struct binary_request *request) {
    if (connection->server->options->sasl_path != NULL)
        return true;
    binary_reply_error(connection, BINARY_UNKNOWN_COMMAND);
    connection_swallow(connection, request->value_bytes - request->message.length);
    return false;
}

static void sasl_fail(struct connection *connection, enum sasl_state state) {
    connection->server->counters.auth_cmds++;
    connection->server->counters.auth_errors++;
    connection->sasl = state;
    binary_reply_error(connection, BINARY_AUTH_ERROR);
}

/* A message came: is it right? If not, the connection is in state `otherwise`. One that is too
 * long to be right was not received and is dropped. */
static void sasl_judge(struct connection *connection, const struct binary_request *request,
                       enum sasl_state otherwise) {
    const char *path = connection->server->options->sasl_path;
    if (request->message.length < request->value_bytes) {
        sasl_fail(connection, otherwise);
        connection_swallow(connection, request->value_bytes);
        return;
    }
    if (!sasl_plain_accepts(path, request->message)) {
        sasl_fail(connection, otherwise);
        return;
    }
    connection->server->counters.auth_cmds++;
    connection->sasl = SASL_AUTHENTICATED;
    binary_reply_text(connection, BINARY_SUCCESS, "Authenticated");
}

void binary_sasl_list_mechs(struct connection *connection, const struct binary_request *request) {
    if (!sasl_is_on(connection, request))
        return;
    if (connection->sasl == SASL_AUTHENTICATED)
        connection->sasl = SASL_NONE;
    binary_reply_text(connection, BINARY_SUCCESS, SASL_MECHANISMS);
}

void binary_sasl_auth(struct connection *connection, const struct binary_request *request) {
    if (!sasl_is_on(connection, request))
        return;
    connection->sasl = SASL_NONE;
    if (request->key.length > SASL_MECHANISM_MAX_BYTES) {
        binary_reply_error(connection, BINARY_INVALID);
        connection_swallow(connection, request->value_bytes - request->message.length);
    } else if (!sasl_mechanism_known(request->key)) {
        sasl_fail(connection, SASL_NONE);
        connection_swallow(connection, request->value_bytes - request->message.length);
    } else if (request->value_bytes == 0) {
        connection->sasl = SASL_STARTED;
        binary_reply_error(connection, BINARY_AUTH_CONTINUE);
    } else {
        sasl_judge(connection, request, SASL_NONE);
    }
}

void binary_sasl_step(struct connection *connection, const struct binary_request *request) {
    if (!sasl_is_on(connection, request))
        return;
    if (connection->sasl == SASL_STARTED) {
        sasl_judge(connection, request, SASL_STARTED);
        return;
    }
    sasl_fail(connection, SASL_NONE);
    connection_swallow(connection, request->value_bytes - request->message.length);
}
