/* SPDX-License-Identifier: MIT */
/* ports.h - ports of 127.0.0.1, for servers that mctap starts. */
#pragma once

#include <stdbool.h>

/* Could a server listen there now, for TCP and for UDP? */
bool port_is_free(unsigned port);

/* Does anybody accept connections there? Waits for the answer. */
bool port_is_served(unsigned port);

/* Connects and leaves again, without waiting for anything. */
void port_knock(unsigned port);
