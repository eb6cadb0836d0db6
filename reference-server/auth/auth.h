/* SPDX-License-Identifier: MIT */
/* auth.h - what a client of the text protocol must say first on a server with -Y.
 *
 * protocol.txt, "Authentication":
 *
 *     set <any> <any> <any> <bytes>\r\n<user> <password>\r\n   ->   STORED\r\n
 *
 * A dialect that understands only this; once it is said, the classic dialect takes its place. */
#pragma once

#include "net/connection.h"

enum {
    AUTH_LINE_BYTES = 2048,  /* a line that is longer without an end closes the connection */
    AUTH_TOKEN_BYTES = 16000 /* "<user> <password>"; more closes the connection */
};

extern const struct dialect auth_dialect;
