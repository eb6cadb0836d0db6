/* SPDX-License-Identifier: MIT */
/* binary/binary.c - fuzzes the binary protocol. */
#include <stdint.h>

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    fuzz_connection_play(OPTIONS_PROTOCOL_BINARY, NULL, bytes, length);
    return 0;
}
