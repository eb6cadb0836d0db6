/* SPDX-License-Identifier: MIT */
/* text_dialect.c - requests and replies of the text and the meta protocol. See dialects.h. */
#include "record/dialects.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>

/* ---- requests ---- */

/* A piece of the request that is written in another way. */
struct swap {
    struct slice bytes;
    bool is_key;
    const char *hole;
};

static int by_place(const void *a, const void *b) {
    const char *left = ((const struct swap *)a)->bytes.data;
    const char *right = ((const struct swap *)b)->bytes.data;
    return left < right ? -1 : left > right;
}

static size_t collect(struct general *general, const struct request *request, struct swap *swaps) {
    size_t count = 0;
    struct slice token;
    uint64_t unique;
    bool encoded = request->dialect == DIALECT_META && meta_flag(request, 'b', NULL);
    const char *hole = general_exptime(general, request->exptime);
    if (hole && request->exptime_word.length > 0)
        swaps[count++] = (struct swap){.bytes = request->exptime_word, .hole = hole};
    for (size_t i = 0; i < request->key_count && !encoded; i++)
        swaps[count++] = (struct swap){.bytes = request->keys[i], .is_key = true};
    hole = request->unique_word.length > 0 ? general_unique(general, request->unique) : NULL;
    if (hole)
        swaps[count++] = (struct swap){.bytes = request->unique_word, .hole = hole};
    if (request->dialect == DIALECT_META && meta_flag(request, 'C', &token) &&
        slice_number(token, &unique) && general_unique(general, unique))
        swaps[count++] = (struct swap){.bytes = token, .hole = general_unique(general, unique)};
    return count;
}

void write_text_request(struct general *general, struct script *script,
                        const struct request *request) {
    struct swap *swaps = arena_alloc(general->arena, (request->key_count + 3) * sizeof *swaps);
    size_t count = collect(general, request, swaps);
    qsort(swaps, count, sizeof *swaps, by_place); /* gat has its exptime before its keys */
    const char *at = request->whole.data, *end = at + request->whole.length;
    for (size_t i = 0; i < count; i++) {
        script_bytes(script, (struct slice){at, (size_t)(swaps[i].bytes.data - at)});
        if (swaps[i].is_key)
            general_key(general, script, swaps[i].bytes);
        else
            script_hole(script, swaps[i].hole);
        at = swaps[i].bytes.data + swaps[i].bytes.length;
    }
    const char *value = request->value.data;
    if (value) {
        script_bytes(script, (struct slice){at, (size_t)(value - at)});
        script_value(script, request->value);
        at = value + request->value.length;
    }
    script_bytes(script, (struct slice){at, (size_t)(end - at)});
}

/* ---- replies ---- */

struct reply {
    struct general *general;
    struct script *script;
    struct slice rest; /* from the line under way on */
    struct slice line; /* without CR LF */
};

static bool begins(struct slice line, const char *word) {
    size_t length = strlen(word);
    return line.length >= length && memcmp(line.data, word, length) == 0;
}

/* The words of a line behind its first, at most `room`. */
static size_t words_of(struct slice line, struct slice *words, size_t room) {
    size_t count = 0;
    const char *at = memchr(line.data, ' ', line.length), *end = line.data + line.length;
    while (at && count < room) {
        const char *word = at + 1;
        at = memchr(word, ' ', (size_t)(end - word));
        words[count++] = (struct slice){word, (size_t)((at ? at : end) - word)};
    }
    return count;
}

/* The value of `length` bytes behind the line, with its CR LF; 0 when it has not come whole. */
static size_t value_bytes(const struct reply *reply, uint64_t length) {
    size_t line = reply->line.length + 2;
    return reply->rest.length >= line + length + 2 ? line + (size_t)length + 2 : 0;
}

/* The end of the line, the value, and its end. */
static void write_block(struct reply *reply, uint64_t length) {
    script_hole(reply->script, "\\r\\n");
    script_value(reply->script,
                 (struct slice){reply->rest.data + reply->line.length + 2, (size_t)length});
    script_hole(reply->script, "\\r\\n");
}

/* VALUE key flags length [unique] */
static size_t write_value(struct reply *reply) {
    struct slice words[4];
    uint64_t length, unique;
    size_t count = words_of(reply->line, words, 4);
    if (count < 3 || !slice_number(words[2], &length))
        return 0;
    size_t used = value_bytes(reply, length);
    if (used == 0)
        return 0;
    script_hole(reply->script, "VALUE ");
    general_key(reply->general, reply->script, words[0]);
    const char *after = words[0].data + words[0].length;
    const char *stop = count > 3 ? words[3].data : reply->line.data + reply->line.length;
    script_bytes(reply->script, (struct slice){after, (size_t)(stop - after)});
    if (count > 3 && slice_number(words[3], &unique)) {
        general_capture(reply->general, reply->script, words[0], unique);
        stop = words[3].data + words[3].length;
    }
    const char *line_end = reply->line.data + reply->line.length;
    script_bytes(reply->script, (struct slice){stop, (size_t)(line_end - stop)});
    write_block(reply, length);
    return used;
}

/* The flags of a meta reply: what a server may choose becomes a wildcard. */
static void write_flags(struct reply *reply, const char *from) {
    const char *end = reply->line.data + reply->line.length;
    struct slice key = {0};
    struct slice words[32];
    size_t count = words_of(reply->line, words, 32);
    for (size_t i = 0; i < count; i++)
        if (words[i].length > 1 && words[i].data[0] == 'k')
            key = (struct slice){words[i].data + 1, words[i].length - 1};
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        struct slice token = {words[i].data + 1, words[i].length > 0 ? words[i].length - 1 : 0};
        if (words[i].data < from || token.length == 0 || !strchr("ctlk", words[i].data[0]))
            continue;
        bool is_number = slice_number(token, &number);
        if (!is_number && words[i].data[0] != 'k')
            continue;
        script_bytes(reply->script, (struct slice){from, (size_t)(token.data - from)});
        if (words[i].data[0] == 'c')
            general_capture(reply->general, reply->script, key, number);
        else if (words[i].data[0] == 'k')
            general_key(reply->general, reply->script, token);
        else
            script_hole(reply->script, "{u64}");
        from = token.data + token.length;
    }
    script_bytes(reply->script, (struct slice){from, (size_t)(end - from)});
    script_hole(reply->script, "\\r\\n");
}

/* VA length flags* */
static size_t write_meta_value(struct reply *reply) {
    struct slice words[1];
    uint64_t length;
    if (words_of(reply->line, words, 1) < 1 || !slice_number(words[0], &length))
        return 0;
    size_t used = value_bytes(reply, length);
    if (used == 0)
        return 0;
    write_flags(reply, reply->line.data);
    script_value(reply->script,
                 (struct slice){reply->rest.data + reply->line.length + 2, (size_t)length});
    script_hole(reply->script, "\\r\\n");
    return used;
}

/* Lines that differ from server to server, up to END. */
static size_t write_listing(struct reply *reply) {
    struct slice rest = reply->rest;
    bool is_stat = begins(rest, "STAT ");
    while (!begins(rest, "END\r\n")) {
        const char *end = memchr(rest.data, '\n', rest.length);
        if (!end)
            return 0;
        rest = (struct slice){end + 1, rest.length - (size_t)(end + 1 - rest.data)};
    }
    script_hole(reply->script, is_stat ? "STAT {text}\\r\\n{lines}END\\r\\n" : "{lines}END\\r\\n");
    return reply->rest.length - rest.length + strlen("END\r\n");
}

/* A word and a text that every server chooses itself. */
static size_t write_free_text(struct reply *reply, const char *word) {
    script_hole(reply->script, arena_format(reply->general->arena, "%s{text}\\r\\n", word));
    return reply->line.length + 2;
}

static size_t write_reply(struct reply *reply) {
    static const char *const free_texts[] = {"VERSION ", "CLIENT_ERROR ", "SERVER_ERROR ", "ME "};
    static const char *const flagged[] = {"HD ", "NF ", "NS ", "EX ", "EN "};
    if (begins(reply->line, "VALUE "))
        return write_value(reply);
    if (begins(reply->line, "VA "))
        return write_meta_value(reply);
    if (begins(reply->line, "STAT ") || begins(reply->line, "ITEM ") || begins(reply->line, "key="))
        return write_listing(reply);
    for (size_t i = 0; i < sizeof free_texts / sizeof *free_texts; i++)
        if (begins(reply->line, free_texts[i]))
            return write_free_text(reply, free_texts[i]);
    for (size_t i = 0; i < sizeof flagged / sizeof *flagged; i++) {
        if (begins(reply->line, flagged[i])) {
            write_flags(reply, reply->line.data);
            return reply->line.length + 2;
        }
    }
    script_bytes(reply->script, (struct slice){reply->rest.data, reply->line.length + 2});
    return reply->line.length + 2;
}

size_t write_text_replies(struct general *general, struct script *script, struct slice replies) {
    size_t done = 0;
    for (;;) {
        struct reply reply = {.general = general,
                              .script = script,
                              .rest = {replies.data + done, replies.length - done}};
        const char *end =
            reply.rest.length > 0 ? memchr(reply.rest.data, '\n', reply.rest.length) : NULL;
        if (!end || end == reply.rest.data || end[-1] != '\r')
            return done;
        reply.line = (struct slice){reply.rest.data, (size_t)(end - 1 - reply.rest.data)};
        size_t used = write_reply(&reply);
        if (used == 0)
            return done;
        done += used;
    }
}
