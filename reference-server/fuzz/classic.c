/* SPDX-License-Identifier: MIT */
/* classic.c - fuzzes the text protocol, and what finds out which protocol it is. */
#include <stdint.h>

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const struct fuzz_setting setting = {.protocol = OPTIONS_PROTOCOL_AUTO,
                                                .prologue =
                                                    "set n 0 0 2\r\n99\r\nset k 7 0 3\r\none\r\n"};
    fuzz_connection_play(&setting, bytes, length);
    return 0;
}
