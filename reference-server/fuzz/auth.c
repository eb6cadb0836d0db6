/* SPDX-License-Identifier: MIT */
/* auth.c - fuzzes what a text client must say first on a server with -Y, and what follows. */
#include <stdint.h>

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const struct fuzz_setting setting = {.protocol = OPTIONS_PROTOCOL_ASCII,
                                                .auth_path = FUZZ_PASSWORDS,
                                                .secret = {"guest secret", 12}};
    fuzz_connection_play(&setting, bytes, length);
    return 0;
}
