/* SPDX-License-Identifier: MIT */
/* request.h - one command line, taken apart into words.
 *
 * Words are separated by spaces, any number of them; nothing else separates (a tab is part of a
 * word). All slices lie in the connection's input buffer. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bytes/slice.h"

enum {
    REQUEST_WORDS_MAX = 23 /* as memcached: further words are not looked at */
};

struct request {
    struct slice word[REQUEST_WORDS_MAX]; /* word[0] is the command */
    unsigned count;
    struct slice rest; /* what is not taken apart: for `get`, all keys */
};

/* Takes the next word off the front of `rest`. False if there is none. */
static inline bool request_next_word(struct slice *rest, struct slice *word) {
    const char *at = rest->bytes;
    const char *end = at + rest->length;
    while (at < end && *at == ' ')
        at++;
    const char *begin = at;
    while (at < end && *at != ' ')
        at++;
    *word = (struct slice){begin, (size_t)(at - begin)};
    *rest = (struct slice){at, (size_t)(end - at)};
    return at > begin;
}

/* Begins with a line without its end; takes the command off it. False if the line is empty. */
static inline bool request_begin(struct request *request, struct slice line) {
    request->rest = line;
    request->count = 1;
    return request_next_word(&request->rest, &request->word[0]);
}

/* Takes further words, until none is left or REQUEST_WORDS_MAX are there. */
static inline void request_split(struct request *request) {
    struct slice rest = request->rest; /* a copy, which the compiler keeps in registers */
    unsigned count = request->count;
    while (count < REQUEST_WORDS_MAX && request_next_word(&rest, &request->word[count]))
        count++;
    request->rest = rest;
    request->count = count;
}

/* True if at least that many words follow; nothing is taken. */
static inline bool request_has_words(const struct request *request, unsigned words) {
    struct slice rest = request->rest;
    struct slice word;
    for (; words > 1; words--)
        (void)request_next_word(&rest, &word);
    while (rest.length > 0 && *rest.bytes == ' ')
        rest = (struct slice){rest.bytes + 1, rest.length - 1};
    return words == 0 || rest.length > 0;
}

static inline struct slice request_last_word(const struct request *request) {
    return request->word[request->count - 1];
}
