/* SPDX-License-Identifier: MIT */
/* sasl.c - who may use the server: the PLAIN mechanism and the file of passwords; see auth/sasl.h.
 */
#include "auth/sasl.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auth/auth_file.h"

bool sasl_mechanism_known(struct slice mechanism) {
    return mechanism.length == strlen(SASL_MECHANISMS) &&
           strncasecmp(mechanism.bytes, SASL_MECHANISMS, mechanism.length) == 0;
}

/* Takes what stands before the next NUL off the message. False if there is no NUL. */
static bool sasl_take(struct slice *message, struct slice *part) {
    const char *nul = memchr(message->bytes, '\0', message->length);
    if (nul == NULL)
        return false;
    *part = (struct slice){message->bytes, (size_t)(nul - message->bytes)};
    *message = (struct slice){nul + 1, message->length - part->length - 1};
    return true;
}

static bool sasl_same(struct slice one, struct slice other) {
    return one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

/* Reads the file and looks whether it gives this user this password. */
static bool sasl_password_right(const char *path, struct slice user, struct slice password) {
    struct auth_file passwords = {0};
    char error[AUTH_FILE_ERROR_BYTES];
    if (!auth_file_load(&passwords, path, error)) {
        fprintf(stderr, "mcref: nobody can authenticate: %s\n", error);
        return false;
    }
    bool right = auth_file_accepts(&passwords, user, password);
    auth_file_free(&passwords);
    return right;
}

bool sasl_plain_accepts(const char *path, struct slice message) {
    struct slice authorized; /* who the client wants to act for; empty: itself */
    struct slice user;
    if (!sasl_take(&message, &authorized) || !sasl_take(&message, &user))
        return false;
    struct slice password = message;
    if (user.length == 0 || password.length == 0 || memchr(password.bytes, '\0', password.length))
        return false;
    if (authorized.length > 0 && !sasl_same(authorized, user))
        return false;
    return sasl_password_right(path, user, password);
}
