/* SPDX-License-Identifier: MIT */
/* packet_bytes.h - requests as bytes: packets of the binary protocol, headers of datagrams. Called
 * by vars.c, which fills the holes of texts, by login.c and by run/deletes.c. */
#pragma once

#include "language/packet.h"
#include "play/vars.h"

/* Appends a request. What it does not write has its default: lengths are those of what follows,
 * extras the zeros that the opcode asks for. False as vars_render. */
bool packet_render(const struct scope *scope, const struct packet *packet, struct bytes *out,
                   const char **problem);

/* Appends the header of a datagram. */
bool frame_render(const struct scope *scope, const struct text *numbers, struct bytes *out,
                  const char **problem);
