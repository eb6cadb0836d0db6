/* SPDX-License-Identifier: MIT */
/* negotiation.h - which protocol does a new connection speak?
 *
 * With -B ascii or -B binary that is known. Otherwise the first byte of the connection decides:
 * 0x80 opens a request of the binary protocol, everything else a text line. */
#pragma once

#include "net/connection.h"
#include "start/options.h"

/* The dialect with which connections begin. */
const struct dialect *negotiation_begin(enum options_protocol protocol);

/* The protocol as `stats settings` calls it. */
const char *negotiation_name(enum options_protocol protocol);
