/* SPDX-License-Identifier: MIT */
/* meta.c - fuzzes the meta commands, on items that are stale, won, expired or have a base64 key. */
#include <stdint.h>

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const struct fuzz_setting setting = {.protocol = OPTIONS_PROTOCOL_ASCII,
                                                .prologue = "ms k 3 F7 T90 E1000\r\none\r\n"
                                                            "ms n 2\r\n99\r\n"
                                                            "ms aw== 3 b\r\ntwo\r\n"
                                                            "ms s 5\r\nstale\r\nmd s I T30\r\n"
                                                            "ms e 1 T-1\r\nx\r\n"
                                                            "mg w N30\r\n"};
    fuzz_connection_play(&setting, bytes, length);
    return 0;
}
