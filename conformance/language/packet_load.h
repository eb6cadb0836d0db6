/* SPDX-License-Identifier: MIT */
/* packet_load.h - the parts of a text that are written as fields: packets of the binary protocol,
 * and headers of datagrams. text_load.c calls these when it meets one. */
#pragma once

#include "language/text_load.h"

/* { "opcode": "get", … }; a request where bytes are sent, a reply where they are expected. */
bool packet_load(struct problems *problems, const struct json *part, enum text_use use,
                 struct text *text);

/* { "packets": "stat" }: any number of replies of one opcode. */
bool packets_load(struct problems *problems, const struct json *part, enum text_use use,
                  struct text *text);

/* { "frame": 7, "sequence": 0, "total": 1, "reserved": 0 } */
bool frame_load(struct problems *problems, const struct json *part, enum text_use use,
                struct text *text);

/* A number: a JSON number, "0x10", "18446744073709551615", or a text like "{cas+1}"; at most `max`.
 * `text` becomes its decimal notation. `what` names it in messages. */
bool packet_number_load(struct problems *problems, const struct json *value, const char *what,
                        uint64_t max, enum text_use use, struct text *text);
