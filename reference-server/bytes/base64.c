/* SPDX-License-Identifier: MIT */
/* base64.c - keys of any bytes, written in 64 characters; see bytes/base64.h. */
#include "bytes/base64.h"

#include <stdint.h>

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_decode(struct slice text, char *bytes) {
    size_t length = 0;
    uint32_t group = 0; /* the bits of up to four characters, six each */
    unsigned characters = 0;
    unsigned filling = 0;

    for (size_t i = 0; i < text.length && (filling == 0 || characters != 0); i++) {
        const char *found = memchr(base64_alphabet, text.bytes[i], sizeof(base64_alphabet) - 1);
        if (found == NULL && text.bytes[i] != '=')
            continue;
        if (found == NULL)
            filling++;
        group = group << 6 | (uint32_t)(found != NULL ? found - base64_alphabet : 0);
        if (++characters < 4)
            continue;
        if (filling > 2)
            return 0;
        for (unsigned byte = 0; byte < 3 - filling; byte++)
            bytes[length++] = (char)(group >> (16 - 8 * byte) & 0xff);
        characters = 0;
        group = 0;
    }
    return characters == 0 ? length : 0;
}

char *base64_encode(char *at, struct slice bytes) {
    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t taken = bytes.length - i < 3 ? bytes.length - i : 3;
        uint32_t group = 0;
        for (size_t byte = 0; byte < 3; byte++)
            group = group << 8 | (byte < taken ? (unsigned char)bytes.bytes[i + byte] : 0u);
        for (size_t character = 0; character < 4; character++) {
            *at = '='; /* fills up the last group */
            if (character <= taken)
                *at = base64_alphabet[group >> (18 - 6 * character) & 63];
            at++;
        }
    }
    return at;
}
