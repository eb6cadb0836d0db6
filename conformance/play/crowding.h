/* SPDX-License-Identifier: MIT */
/* crowding.h - did the target take a connection as fast as it came?
 *
 * A program takes connections from a queue, whose length it gives to listen(). Where that is full
 * the kernel drops what comes, and the other side sends it again: a connect takes a second, and
 * with SYN cookies the first bytes of a request are lost for ever. The server is not to blame for
 * the reply to such a request. */
#pragma once

#include <stdbool.h>

/* From then on a connect has been sent twice (RFC 6298: after one second). */
enum { CROWDING_CONNECT_MS = 900 };

/* Had the kernel to send anything again on this connected TCP socket? False where it does not
 * tell (but Linux), and for a Unix socket. */
bool crowding_sent_again(int socket);
