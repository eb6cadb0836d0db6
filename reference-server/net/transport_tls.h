/* SPDX-License-Identifier: MIT */
/* transport_tls.h - how bytes of a connection reach the kernel: through connection->tls. */
#pragma once

#include "net/transport.h"

/* For connections whose handshake is done; it owns and frees connection->tls. */
extern const struct transport transport_tls;
