/* SPDX-License-Identifier: MIT */
/* start_files.h - the files that servers of our own are started with: users and passwords, a
 * certificate, and a place for sockets. They are made when the first is asked for, in a temporary
 * folder, and go with it. */
#pragma once

#include "play/address.h"

struct start_files;

struct start_files *start_files_new(void);
void start_files_free(struct start_files *files); /* removes the folder */

/* The path of a file, NULL when it cannot be made: "auth", "certificate", "key", "sasl" (users for
 * MEMCACHED_SASL_PWDB) or a name like "socket-7", which is only a place. Owned by `files`. */
const char *start_file(struct start_files *files, const char *name);

/* How clients of these servers speak TLS. */
const struct tls_files *start_tls_files(struct start_files *files);

/* Writes the users of SASL to where servers find them: the environment of those that are started
 * from now on, until the files are freed, says where. */
void start_sasl(struct start_files *files);

/* Is the tool there with which users of Cyrus SASL are made? Servers that read a file of
 * user:password lines themselves do without. */
bool start_has_saslpasswd(void);
