/* SPDX-License-Identifier: MIT */
/* place.h - where to listen: one address of -l, taken apart.
 *
 * Spelled host, host:port, [v6] or [v6]:port; a bare IPv6 address is a host too. "notls:" may
 * stand before it. */
#pragma once

#include <stdbool.h>

enum { PLACE_HOST_BYTES = 256 };

struct place {
    char host[PLACE_HOST_BYTES]; /* a name or address; "" means everywhere */
    unsigned port;
    bool port_given;
    bool clear_text; /* notls: no TLS here, in spite of -Z */
};

/* Reads one address; without a port of its own it gets `default_port`. False if it is not
 * spelled as above. Names are not looked up. */
bool place_read(struct place *place, const char *text, unsigned default_port);
