/* SPDX-License-Identifier: MIT */
/* lexeme.c - names and numbers at the beginning of a string; the contract is in lexeme.h. */
#include "language/lexeme.h"

#include <ctype.h>

size_t lexeme_name(const char *string) {
    size_t length = 0;
    if (isdigit((unsigned char)string[0]))
        return 0;
    while (isalnum((unsigned char)string[length]) || string[length] == '_')
        length++;
    return length;
}

bool lexeme_is_name(const char *string) {
    size_t length = lexeme_name(string);
    return length > 0 && string[length] == '\0';
}

size_t lexeme_u64(const char *string, uint64_t *number) {
    size_t length = 0;
    *number = 0;
    for (; isdigit((unsigned char)string[length]); length++) {
        uint64_t digit = (uint64_t)(string[length] - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return 0;
        *number = *number * 10 + digit;
    }
    return length;
}

size_t lexeme_offset(const char *string, int64_t *offset) {
    uint64_t number;
    *offset = 0;
    if (string[0] != '+' && string[0] != '-')
        return 0;
    size_t digits = lexeme_u64(string + 1, &number);
    if (digits == 0 || number > (uint64_t)INT64_MAX + 1)
        return 0;
    *offset = (int64_t)(string[0] == '-' ? 0 - number : number);
    return digits + 1;
}
