/* SPDX-License-Identifier: MIT */
/* request_binary.h - a packet of the binary protocol as the judge reads it. See request.h. */
#pragma once

#include "requests/request.h"

enum { BINARY_HEADER_BYTES = 24 };

/* As request_read, for bytes that begin with the magic 0x80. */
size_t request_read_binary(struct arena *arena, const char *bytes, size_t length,
                           struct request *request);

/* True if the reply to this opcode names the key. */
bool opcode_names_key(uint8_t opcode);
/* True if only what is not the usual end is answered. */
bool opcode_is_quiet(uint8_t opcode);

/* Numbers as they travel, most significant byte first, of 2, 4 or 8 bytes. */
uint64_t binary_number(const char *bytes, size_t width);
void binary_write(char *bytes, uint64_t number, size_t width);
