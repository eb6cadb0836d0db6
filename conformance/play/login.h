/* SPDX-License-Identifier: MIT */
/* login.h - who the sessions of a run are, on a target that asks for a password: the first `set` of
 * ASCII authentication, or SASL PLAIN on a binary session. Sent before anything else. */
#pragma once

#include <stdbool.h>

struct exchange;
struct bytes;

struct credentials {
    const char *user, *password;
};

/* Appends the request in clear text: set auth 0 0 N, user and password. */
void login_append_text(const struct credentials *credentials, struct bytes *out);

/* Appends the packet of SASL PLAIN. */
void login_append_packet(const struct credentials *credentials, struct bytes *out);

/* The session of the exchange is open. False while its login is under way; ends the play when the
 * target refuses it. */
bool login_is_done(struct exchange *exchange);
