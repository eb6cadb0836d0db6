/* SPDX-License-Identifier: MIT */
/* big_endian.h - numbers as they travel in binary: the most significant byte first.
 *
 * Byte by byte, so that neither the machine's own byte order nor alignment matters; compilers
 * make a single load or store of each. The readers take the address of the first byte, the
 * writers also return the address after the last. */
#pragma once

#include <stdint.h>

static inline uint16_t big_endian_read_u16(const char *at) {
    const unsigned char *byte = (const unsigned char *)at;
    return (uint16_t)(byte[0] << 8 | byte[1]);
}

static inline uint32_t big_endian_read_u32(const char *at) {
    return (uint32_t)big_endian_read_u16(at) << 16 | big_endian_read_u16(at + 2);
}

static inline uint64_t big_endian_read_u64(const char *at) {
    return (uint64_t)big_endian_read_u32(at) << 32 | big_endian_read_u32(at + 4);
}

static inline char *big_endian_write_u16(char *at, uint16_t number) {
    at[0] = (char)(number >> 8);
    at[1] = (char)(number & 0xff);
    return at + 2;
}

static inline char *big_endian_write_u32(char *at, uint32_t number) {
    return big_endian_write_u16(big_endian_write_u16(at, (uint16_t)(number >> 16)),
                                (uint16_t)(number & 0xffff));
}

static inline char *big_endian_write_u64(char *at, uint64_t number) {
    return big_endian_write_u32(big_endian_write_u32(at, (uint32_t)(number >> 32)),
                                (uint32_t)(number & 0xffffffff));
}
