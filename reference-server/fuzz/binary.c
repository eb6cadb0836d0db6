/* SPDX-License-Identifier: MIT */
/* binary.c - fuzzes the binary protocol. */
#include <stdint.h>

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const struct fuzz_setting setting = {.protocol = OPTIONS_PROTOCOL_BINARY};
    fuzz_connection_play(&setting, bytes, length);
    return 0;
}
