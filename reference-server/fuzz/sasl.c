/* SPDX-License-Identifier: MIT */
/* sasl.c - fuzzes the binary protocol on a server with -S. */
#include <stdint.h>

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const struct fuzz_setting setting = {.protocol = OPTIONS_PROTOCOL_BINARY,
                                                .sasl_path = FUZZ_PASSWORDS,
                                                .secret = {"guest\0secret", 12}};
    fuzz_connection_play(&setting, bytes, length);
    return 0;
}
