/* SPDX-License-Identifier: MIT */
/* hash.c - hashes of keys. See hash.h. CRC-32 is zlib's, MD5 and SHA-1 are OpenSSL's, XXH3 is
 * xxhash's; the small ones stand here, each with the name of its definition. */
#include "placement/hash.h"

#include "placement/characters.h"

#include <assert.h>
#include <openssl/evp.h>
#include <zlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_crc32(const char *bytes, size_t length) {
    return crc32_z(0, (const Bytef *)bytes, length);
}

uint64_t hash_crc32_15(const char *bytes, size_t length) {
    return (hash_crc32(bytes, length) >> 16) & 0x7fff;
}

uint64_t hash_crc32_15_not_0(const char *bytes, size_t length) {
    uint64_t hash = hash_crc32_15(bytes, length);
    return hash == 0 ? 1 : hash;
}

uint32_t hash_md5_quarter(const char *bytes, size_t length, unsigned quarter) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    int done = EVP_Digest(bytes, length, digest, NULL, EVP_md5(), NULL);
    assert(done == 1 && quarter < 4);
    (void)done;
    const unsigned char *at = digest + (size_t)4 * quarter;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint64_t hash_md5(const char *bytes, size_t length) {
    return hash_md5_quarter(bytes, length, 0);
}

uint32_t hash_sha1_head(const char *bytes, size_t length) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    int done = EVP_Digest(bytes, length, digest, NULL, EVP_sha1(), NULL);
    assert(done == 1);
    (void)done;
    return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 |
           (uint32_t)digest[3];
}

/* A byte as x86 compilers widen a plain char: 0x80 becomes 0xffffff80. */
static uint32_t widen(char byte) {
    return (uint32_t)(int32_t)(signed char)byte;
}

/* Bob Jenkins' one-at-a-time (Dr. Dobb's Journal, September 1997). */
uint64_t hash_one_at_a_time(const char *bytes, size_t length) {
    uint32_t hash = 0;
    for (size_t i = 0; i < length; i++) {
        hash += widen(bytes[i]);
        hash += hash << 10;
        hash ^= hash >> 6;
    }
    hash += hash << 3;
    hash ^= hash >> 11;
    hash += hash << 15;
    return hash;
}

/* Fowler, Noll and Vo's 1a (draft-eastlake-fnv) with the low 32 bits of the offset basis and the
 * prime of 64 bits: what libmemcached and twemproxy call fnv1a_64. */
uint64_t hash_fnv1a_64(const char *bytes, size_t length) {
    uint32_t hash = (uint32_t)UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) {
        hash ^= widen(bytes[i]);
        hash *= (uint32_t)UINT64_C(0x100000001b3);
    }
    return hash;
}

/* java.lang.String.hashCode over UTF-16, as memjs has it: its absolute value. */
uint64_t hash_java(const char *bytes, size_t length) {
    uint32_t hash = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character = character_next(bytes, length, &at);
        if (character > 0xffff) {
            hash = 31 * hash + (0xd800 + ((character - 0x10000) >> 10));
            character = 0xdc00 + (character & 0x3ff);
        }
        hash = 31 * hash + character;
    }
    return hash > 0x80000000 ? 0 - hash : hash;
}

uint64_t hash_xxh3(const char *bytes, size_t length) {
    return XXH3_64bits(bytes, length);
}

uint64_t hash_none(const char *bytes, size_t length) {
    (void)bytes;
    (void)length;
    return 0;
}

static uint32_t rotate(uint32_t number, unsigned bits) {
    return number << bits | number >> (32 - bits);
}

static uint32_t murmur3_scramble(uint32_t word) {
    return rotate(word * 0xcc9e2d51, 15) * 0x1b873593;
}

/* Austin Appleby's MurmurHash3_x86_32 (smhasher). */
uint32_t hash_murmur3(const char *text, size_t length) {
    uint32_t hash = 0, word = 0, count = 0;
    for (size_t at = 0; at < length; count++) {
        word |= (character_next(text, length, &at) & 0xff) << 8 * (count % 4);
        if (count % 4 == 3) {
            hash = rotate(hash ^ murmur3_scramble(word), 13) * 5 + 0xe6546b64;
            word = 0;
        }
    }
    hash ^= murmur3_scramble(word); /* of 0: 0 */
    hash ^= count;
    hash = (hash ^ hash >> 16) * 0x85ebca6b;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35;
    return hash ^ hash >> 16;
}
