/* SPDX-License-Identifier: MIT */
/* count.c - see count.h. */
#include "requests/count.h"

#include "arena.h"
#include "requests/request_binary.h"

#include <string.h>

bool count_requests(struct slice sent, size_t *count) {
    struct arena *arena = arena_new();
    struct request request;
    size_t used = 1;
    *count = 0;
    while (sent.length > 0 && (used = request_read(arena, sent.data, sent.length, &request)) > 0) {
        *count += !request.quiet;
        sent = (struct slice){sent.data + used, sent.length - used};
    }
    arena_free(arena);
    return sent.length == 0;
}

static bool begins(struct slice line, const char *word) {
    size_t length = strlen(word);
    return line.length >= length && memcmp(line.data, word, length) == 0;
}

/* How many bytes the value behind a line VALUE or VA has, with its CR LF. */
static size_t value_behind(struct slice line) {
    const char *at = line.data, *end = line.data + line.length;
    int words = begins(line, "VALUE ") ? 3 : 1;
    uint64_t length = 0;
    for (; at && words > 0; words--) {
        at = memchr(at, ' ', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    for (; at && at < end && *at >= '0' && *at <= '9' && length < UINT32_MAX; at++)
        length = length * 10 + (uint64_t)(*at - '0');
    return (size_t)length + 2;
}

static size_t count_text(struct slice received) {
    static const char *const parts[] = {"VALUE ", "STAT ", "ITEM ", "key="};
    size_t count = 0;
    const char *end;
    while (received.length > 0 && (end = memchr(received.data, '\n', received.length))) {
        size_t used = (size_t)(end - received.data) + 1;
        bool is_part = false;
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            is_part = is_part || begins(received, parts[i]);
        if (begins(received, "VALUE ") || begins(received, "VA "))
            used += value_behind((struct slice){received.data, used});
        if (used > received.length)
            return count;
        count += !is_part;
        received = (struct slice){received.data + used, received.length - used};
    }
    return count;
}

static size_t count_packets(struct slice received) {
    enum { STAT = 0x10 };
    size_t count = 0;
    while (received.length >= BINARY_HEADER_BYTES) {
        size_t used = BINARY_HEADER_BYTES + binary_number(received.data + 8, 4);
        uint8_t opcode = (uint8_t)received.data[1];
        bool more_follow = opcode == STAT && binary_number(received.data + 2, 2) > 0;
        if (used > received.length)
            return count;
        count += !opcode_is_quiet(opcode) && !more_follow;
        received = (struct slice){received.data + used, received.length - used};
    }
    return count;
}

size_t count_replies(struct slice received) {
    bool binary = received.length > 0 && (unsigned char)received.data[0] == 0x81;
    return binary ? count_packets(received) : count_text(received);
}
