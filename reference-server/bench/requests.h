/* SPDX-License-Identifier: MIT */
/* requests.h - the bytes of the benchmark: keys of 12 bytes, values of 100.
 *
 * Every request of a kind has the same length, and so has its reply. load.c builds whole batches
 * by copying and compares replies with memcmp; floor.c answers without parsing. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_BYTES = 12,
    VALUE_BYTES = 100,
    GET_BYTES = 4 + KEY_BYTES + 2,                       /* get KEY\r\n */
    SET_BYTES = 4 + KEY_BYTES + 10 + VALUE_BYTES + 2,    /* set KEY 0 0 100\r\nVALUE\r\n */
    HIT_BYTES = 6 + KEY_BYTES + 8 + VALUE_BYTES + 2 + 5, /* VALUE KEY 0 100\r\nVALUE\r\nEND\r\n */
    STORED_BYTES = 8,                                    /* STORED\r\n */
    LONGEST_REQUEST = SET_BYTES,
    LONGEST_REPLY = HIT_BYTES
};

/* Copies length bytes and returns the place behind them. */
static inline char *put(char *at, const char *bytes, size_t length) {
    memcpy(at, bytes, length);
    return at + length;
}

/* Writes the key of an item, KEY_BYTES long: "key:" and eight digits. */
static inline void key_write(char key[KEY_BYTES], uint32_t item) {
    put(key, "key:", 4);
    for (int i = KEY_BYTES - 1; i >= 4; i--, item /= 10)
        key[i] = (char)('0' + item % 10);
}

/* Writes the VALUE_BYTES of every item's value. */
static inline char *value_write(char *at) {
    memset(at, 'v', VALUE_BYTES);
    return put(at + VALUE_BYTES, "\r\n", 2);
}

/* Writes the request for a key; returns the place behind it. */
static inline char *get_write(char *at, const char key[KEY_BYTES]) {
    at = put(put(at, "get ", 4), key, KEY_BYTES);
    return put(at, "\r\n", 2);
}

static inline char *set_write(char *at, const char key[KEY_BYTES]) {
    at = put(put(at, "set ", 4), key, KEY_BYTES);
    return value_write(put(at, " 0 0 100\r\n", 10));
}

/* Writes the reply to a get that finds its key; returns the place behind it. */
static inline char *hit_write(char *at, const char key[KEY_BYTES]) {
    at = put(put(at, "VALUE ", 6), key, KEY_BYTES);
    return put(value_write(put(at, " 0 100\r\n", 8)), "END\r\n", 5);
}

static inline char *stored_write(char *at) {
    return put(at, "STORED\r\n", STORED_BYTES);
}
