/* SPDX-License-Identifier: MIT */
/* certificate.h - a certificate for 127.0.0.1 and localhost, made for one run. It signs itself, so
 * it is at once the authority that clients trust, the server's certificate and that of a client. */
#pragma once

#include <stdbool.h>

/* Writes both files in PEM, valid for a day from an hour ago. False when OpenSSL or the disk says
 * no. */
bool certificate_write(const char *certificate_path, const char *key_path);
