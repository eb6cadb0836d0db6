/* SPDX-License-Identifier: MIT */
/* sight.c - reads lines and words of replies for the hints. See sight.h. */
#include "play/sight.h"

#include <string.h>

bool sight_begins(struct verdict_bytes bytes, size_t at, const char *word) {
    size_t length = strlen(word);
    return bytes.length >= at + length && memcmp(bytes.data + at, word, length) == 0;
}

bool sight_ends_with(struct verdict_bytes bytes, const char *word) {
    size_t length = strlen(word);
    return bytes.length >= length && sight_begins(bytes, bytes.length - length, word);
}

bool sight_contains(struct verdict_bytes bytes, const char *word) {
    for (size_t i = 0; i + strlen(word) <= bytes.length; i++)
        if (sight_begins(bytes, i, word))
            return true;
    return false;
}

bool sight_instead(const struct sight *sight, const char *expected, const char *received) {
    return sight->fault == FAULT_DIFFERS && sight_begins(sight->expected, 0, expected) &&
           sight_begins(sight->received, 0, received);
}

static bool ends_line(char byte) {
    return byte == '\r' || byte == '\n';
}

struct verdict_bytes sight_line(struct verdict_bytes bytes, size_t at) {
    if (bytes.length == 0)
        return bytes;
    size_t begin = at < bytes.length ? at : bytes.length - 1, end = begin;
    while (begin > 0 && bytes.data[begin - 1] != '\n')
        begin--;
    if (end < begin)
        end = begin;
    while (end < bytes.length && !ends_line(bytes.data[end]))
        end++;
    return (struct verdict_bytes){bytes.data + begin, end - begin};
}

struct verdict_bytes sight_word(struct verdict_bytes line, unsigned n) {
    size_t at = 0;
    for (unsigned word = 0;; word++) {
        while (at < line.length && line.data[at] == ' ')
            at++;
        size_t begin = at;
        while (at < line.length && line.data[at] != ' ')
            at++;
        if (begin == at)
            return (struct verdict_bytes){NULL, 0};
        if (word == n)
            return (struct verdict_bytes){line.data + begin, at - begin};
    }
}

bool sight_same(struct verdict_bytes left, struct verdict_bytes right) {
    return left.length == right.length &&
           (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

bool sight_number(struct verdict_bytes word, uint64_t *number) {
    uint64_t value = 0;
    for (size_t i = 0; i < word.length; i++) {
        if (word.data[i] < '0' || word.data[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(word.data[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return word.length > 0;
}
