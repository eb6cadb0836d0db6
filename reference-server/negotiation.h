/* SPDX-License-Identifier: MIT */
/* negotiation.h - which protocol does a new connection speak?
 *
 * The dialect every connection begins with. The first byte decides: 0x80 opens a request of the
 * binary protocol, everything else a text line. */
#pragma once

#include "connection.h"

extern const struct dialect negotiation_dialect;
