/* SPDX-License-Identifier: MIT */
/* hash.h - the hashes that clients make of keys and of members' names.
 *
 * Names are those of libmemcached and twemproxy, which are not always what the literature means.
 * Where a client reads bytes as `char`, it is the signed one of x86; keys above 0x7f may land
 * elsewhere with a client built where char is unsigned. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* One function a hash: the `length` bytes of a key to a number. 32 bits wide but where told. */
uint64_t hash_crc32(const char *bytes, size_t length);
uint64_t hash_crc32_15(const char *bytes, size_t length);       /* (crc >> 16) & 0x7fff */
uint64_t hash_crc32_15_not_0(const char *bytes, size_t length); /* the same, 1 instead of 0 */
uint64_t hash_md5(const char *bytes, size_t length); /* the first 4 bytes, the lowest first */
uint64_t hash_one_at_a_time(const char *bytes, size_t length);
uint64_t hash_fnv1a_64(const char *bytes, size_t length); /* 32 bits of FNV's constants */
uint64_t hash_java(const char *bytes, size_t length);     /* String.hashCode without its sign */
uint64_t hash_xxh3(const char *bytes, size_t length);     /* 64 bits, seed 0 */
uint64_t hash_none(const char *bytes, size_t length);     /* 0: find_… hashes for itself */

/* MurmurHash3 x86 32 over the low bytes of the characters of UTF-8 text, as pymemcache has it. */
uint32_t hash_murmur3(const char *text, size_t length);

/* The `quarter` (0 to 3) of the MD5 digest, the lowest byte first. */
uint32_t hash_md5_quarter(const char *bytes, size_t length, unsigned quarter);

/* The first 4 bytes of the SHA-1 digest, the highest first. */
uint32_t hash_sha1_head(const char *bytes, size_t length);
