/* SPDX-License-Identifier: MIT */
/* packet_show.h - packets and frames in the notation of scenarios. Called by text.c. */
#pragma once

#include "language/packet.h"

/* { "opcode": "get", "key": "{key}" }; the string belongs to the arena. */
const char *packet_show(struct arena *arena, const struct packet *packet);

/* { "packets": "stat" } */
const char *packets_show(struct arena *arena, const struct packet *packet);

/* { "frame": 7, "sequence": 0, "total": 1, "reserved": 0 } */
const char *frame_show(struct arena *arena, const struct text *numbers);
