/* SPDX-License-Identifier: MIT */
/* test_hash.c - the hashes against values published with their definitions. */
#include "placement/characters.h"
#include "placement/hash.h"

#include "reports/check.h"

static uint64_t of(uint64_t (*hash)(const char *, size_t), const char *text) {
    return hash(text, strlen(text));
}

static void libraries(void) {
    CHECK_INT(of(hash_crc32, "123456789"), 0xcbf43926, "CRC-32's check value");
    CHECK_INT(of(hash_crc32_15, "123456789"), 0x4bf4, "15 bits of it");
    CHECK_INT(of(hash_crc32_15, "ob"), 0, "a hash of 0");
    CHECK_INT(of(hash_crc32_15_not_0, "ob"), 1, "or 1");
    CHECK_INT(of(hash_crc32_15_not_0, "123456789"), 0x4bf4, "others stay");
    CHECK_INT(of(hash_md5, ""), 0xd98c1dd4, "MD5 of nothing, RFC 1321: d41d8cd98f00b204…");
    CHECK_INT(hash_md5_quarter("", 0, 1), 0x04b2008f, "its second quarter");
    CHECK_INT(hash_md5_quarter("", 0, 3), 0x7e42f8ec, "its fourth quarter");
    CHECK_INT(hash_sha1_head("abc", 3), 0xa9993e36, "SHA-1 of abc, FIPS 180");
    CHECK(of(hash_xxh3, "") == UINT64_C(0x2d06800538d394c2), "XXH3 of nothing");
}

static void own(void) {
    CHECK_INT(of(hash_one_at_a_time, "a"), 0xca2e9442, "one-at-a-time of a");
    CHECK_INT(of(hash_one_at_a_time, "The quick brown fox jumps over the lazy dog"), 0x519e91f5,
              "and of the quick brown fox");
    CHECK_INT(of(hash_fnv1a_64, ""), 0x84222325, "FNV's offset basis, its low half");
    CHECK_INT(of(hash_fnv1a_64, "foo"), 0xfed9d577, "fnv1a_64 of foo");
    CHECK_INT(of(hash_fnv1a_64, "\xc3\xa4"), 0xb4cc2782, "bytes above 0x7f are negative");
    CHECK_INT(of(hash_java, "hello"), 99162322, "Java's hello");
    CHECK_INT(of(hash_java, "polygenelubricants"), 0x80000000, "whose hash has no absolute value");
    CHECK_INT(of(hash_java, "\xf0\x9f\x94\x91"), 31 * 0xd83d + 0xdd11, "two units of UTF-16");
    CHECK_INT(hash_murmur3("", 0), 0, "MurmurHash3 of nothing");
    CHECK_INT(hash_murmur3("hello", 5), 0x248bfa47, "of hello");
    CHECK_INT(hash_murmur3("hello, world", 12), 0x149bbb7f, "of hello, world");
    CHECK_INT(hash_murmur3("The quick brown fox jumps over the lazy dog.", 44), 0xd5c48bfc,
              "of the quick brown fox");
    CHECK_INT(of(hash_none, "foo"), 0, "none is 0");
}

static uint32_t only(const char *text, size_t length, size_t *at) {
    *at = 0;
    return character_next(text, length, at);
}

static void characters(void) {
    size_t at;
    CHECK_INT(only("A", 1, &at), 'A', "one byte");
    CHECK_INT(only("\xc3\xa4", 2, &at), 0xe4, "two");
    CHECK_INT(only("\xe2\x82\xac", 3, &at), 0x20ac, "three");
    CHECK_INT(only("\xf0\x9f\x94\x91", 4, &at), 0x1f511, "four");
    CHECK_INT(at, 4, "and it stands behind them");
    CHECK_INT(only("\xf0\x9f\x94", 3, &at), 0xfffd, "cut short");
    CHECK_INT(at, 1, "one byte is taken");
    CHECK_INT(only("\xc3(", 2, &at), 0xfffd, "not continued");
    CHECK_INT(only("\x80", 1, &at), 0xfffd, "not begun");
    CHECK_INT(only("\xc0\x80", 2, &at), 0xfffd, "overlong");
}

int main(void) {
    libraries();
    own();
    characters();
    return check_finish();
}
