/* SPDX-License-Identifier: MIT */
/* auth_file.h - the users and passwords of -Y, read from a file into memory.
 *
 * A line "user:password" each. The user ends at the first ':', the password at the end of the
 * line; both may hold anything else, and neither may be empty. Knows nothing of connections.
 * server/server.c loads it and auth/auth.c asks it; auth/sasl.c reads its own file the same way. */
#pragma once

#include <stdbool.h>

#include "bytes/slice.h"

enum { AUTH_FILE_BYTES_MAX = 64 * 1024, AUTH_FILE_ERROR_BYTES = 400 };

struct auth_file {
    char *text; /* the file as it was read; NULL before the first load */
    size_t length;
};

/* Reads the file at `path`. False if it cannot be read, is longer than AUTH_FILE_BYTES_MAX, holds
 * no user or holds a line of another form; then `error` says which, and what was loaded before
 * stays. */
bool auth_file_load(struct auth_file *file, const char *path, char error[AUTH_FILE_ERROR_BYTES]);

/* Whether the file gives this user this password. Takes as long for a wrong password as for a
 * right one. */
bool auth_file_accepts(const struct auth_file *file, struct slice user, struct slice password);

void auth_file_free(struct auth_file *file);
