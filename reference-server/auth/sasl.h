/* SPDX-License-Identifier: MIT */
/* sasl.h - who may use the server: the PLAIN mechanism and the file of passwords.
 *
 * RFC 4422 (SASL) and RFC 4616 (PLAIN). The file is found as by a memcached that was built with
 * its own password database: through MEMCACHED_SASL_PWDB. It is read anew for every attempt, so
 * that a changed password counts at once. Its form is that of -Y (auth/auth_file.h). Knows nothing
 * of packets; called by binary/sasl.c. */
#pragma once

#include <stdbool.h>

#include "bytes/slice.h"

/* How far a connection has come. */
enum sasl_state {
    SASL_NONE,         /* nobody yet */
    SASL_STARTED,      /* the mechanism was named; its message must follow */
    SASL_AUTHENTICATED /* may use every command */
};

/* Mechanisms offered, with spaces between. */
#define SASL_MECHANISMS "PLAIN"

enum {
    SASL_MECHANISM_MAX_BYTES = 32, /* a longer name is a bad request */
    SASL_MESSAGE_MAX_BYTES = 1024  /* a longer message cannot be right */
};

/* True if the mechanism is one of those offered; upper and lower case are the same. */
bool sasl_mechanism_known(struct slice mechanism);

/* Judges PLAIN's message "authzid NUL authcid NUL passwd" by the passwords in the file at
 * `path`. True if user and password are right and the user does not want to act for another. */
bool sasl_plain_accepts(const char *path, struct slice message);
