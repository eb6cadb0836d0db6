/* SPDX-License-Identifier: MIT */
/* certificates.c - refresh_certs.
 *
 * Not in protocol.txt; memcached's doc/tls.txt, "Certificate Renewal". */
#include "classic/classic.h"
#include "net/reply.h"
#include "net/tls.h"
#include "server/server.h"

/* refresh_certs [noreply]\r\n   ->   OK\r\n   or   Error <why>\r\n, and the old ones stay. */
void classic_refresh_certs(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    char error[TLS_ERROR_BYTES];
    request_split(request);
    classic_noreply(connection, request);
    if (server->tls == NULL) {
        reply_line(connection, "Error TLS not enabled");
    } else if (tls_load(server->tls, error)) {
        server->files_read_s = server->clock.now_s;
        reply_line(connection, "OK");
    } else {
        reply_line(connection, error);
    }
}
