/* SPDX-License-Identifier: MIT */
/* meta_common.c - defects of what all meta commands have in common: flags, keys, base64. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "meta/meta.h"
#include "net/reply.h"

enum { MARK_CLASSIC = 128 /* a bit of item->marks that nothing else uses */ };

static void opaque_cut(struct answer *answer) {
    struct answer_line line = {0};
    if (!answer_next_line(answer, &line) || answer->connection->command->word[0] != 'm')
        return;
    for (unsigned i = 1; answer_word(answer, &line, i).length > 0; i++) {
        struct slice word = answer_word(answer, &line, i);
        if (word.bytes[0] != 'O' || word.length <= 9)
            continue;
        answer_replace(answer, (size_t)(word.bytes - answer_bytes(answer)) + 9, word.length - 9,
                       (struct slice){"", 0});
        return;
    }
}

static void miss_without_flags(struct answer *answer) {
    if (answer_is_to(answer, "mg") && answer_begins(answer, "EN"))
        answer_only(answer, "EN\r\n");
}

/* The flags of a line in the order of their letters, from word `first` on. */
static void sort_flags(struct answer *answer, const struct answer_line *line, unsigned first) {
    char *begin = answer_bytes(answer) + line->at;
    for (bool swapped = true; swapped;) {
        swapped = false;
        for (unsigned i = first; answer_word(answer, line, i + 1).length > 0; i++) {
            struct slice one = answer_word(answer, line, i);
            struct slice two = answer_word(answer, line, i + 1);
            char both[128];
            size_t length = one.length + two.length + 1;
            if (one.bytes[0] <= two.bytes[0] || length > sizeof(both))
                continue;
            memcpy(both, two.bytes, two.length);
            both[two.length] = ' ';
            memcpy(both + two.length + 1, one.bytes, one.length);
            memcpy(begin + (one.bytes - begin), both, length);
            swapped = true;
        }
    }
}

static void ms_sorted(struct answer *answer) {
    struct answer_line line;
    if (answer_first_line(answer, "ms", &line))
        sort_flags(answer, &line, 1);
}

static void mg_sorted(struct answer *answer) {
    struct answer_line line;
    if (answer_first_line(answer, "mg", &line))
        sort_flags(answer, &line, answer_begins(answer, "VA") ? 2 : 1);
}

static enum dialect_result quiet_hides_errors(struct connection *connection) {
    bool quiet = line_asks_for(connection, NULL, 'q');
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.request(connection);
    if (quiet && answer_begins(&answer, "CL"))
        answer_drop(&answer);
    return result;
}

static void key_250_refused(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key;
    if (request_next_word(&rest, &key) && key.length == ITEM_KEY_MAX_BYTES)
        classic_bad_format(connection);
    else
        real_handler(connection, request);
}

static void key_long_closes(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key;
    if (request_next_word(&rest, &key) && key.length > ITEM_KEY_MAX_BYTES)
        connection->state = CONNECTION_DRAIN;
    else
        real_handler(connection, request);
}

static enum store_result put_apart(struct store *store, struct item *item,
                                   const struct store_terms *terms, uint32_t now_s) {
    if (turn_is(store, "set"))
        item->marks |= MARK_CLASSIC;
    return store_real_ops.put(store, item, terms, now_s);
}

static struct item *peek_apart(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.peek(store, key, now_s);
    bool hidden = item != NULL && (item->marks & MARK_CLASSIC) != 0 && turn_is(store, "mg");
    return hidden ? NULL : item;
}

static enum dialect_result cut_value_of_ms(struct connection *connection) {
    struct upload *upload = &connection->upload;
    if (buffer_length(&connection->in) >= 2 || upload->item->value_bytes == 0 ||
        strcmp(connection->command->word, "ms") != 0)
        return classic_dialect.value(connection);
    store_release(&connection->server->store, upload->item);
    upload->item = NULL;
    connection->state = CONNECTION_REQUEST;
    reply_line(connection, "CLIENT_ERROR bad data chunk");
    return DIALECT_OK;
}

/* A word of more than a letter and digits, right behind the key, is taken out. */
static void second_word_ignored(struct connection *connection, struct request *request) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice rest = request->rest;
    struct slice key, word;
    if (request_next_word(&rest, &key) && request_next_word(&rest, &word) && word.length > 1 &&
        (word.bytes[1] < '0' || word.bytes[1] > '9') && word.bytes[0] != 'O' &&
        key.length + rest.length + 1 < sizeof(memory->text)) {
        memcpy(memory->text, key.bytes, key.length);
        memory->text[key.length] = ' ';
        memcpy(memory->text + key.length + 1, rest.bytes, rest.length);
        request->rest = (struct slice){memory->text, key.length + 1 + rest.length};
    }
    real_handler(connection, request);
}

/* ---- keys in base64 ---- */

static struct slice up_to_nul(struct slice key) {
    const char *nul = memchr(key.bytes, '\0', key.length);
    if (nul != NULL && nul > key.bytes)
        key.length = (size_t)(nul - key.bytes);
    return key;
}

static struct item *nul_peek(struct store *store, struct slice key, uint32_t now_s) {
    return store_real_ops.peek(store, up_to_nul(key), now_s);
}

static enum store_result nul_reserve(struct store *store, struct slice key,
                                     const struct store_request *request, struct item **item) {
    return store_real_ops.reserve(store, up_to_nul(key), request, item);
}

static enum store_result mark_lost(struct store *store, struct item *item,
                                   const struct store_terms *terms, uint32_t now_s) {
    item->marks &= (uint8_t)~ITEM_KEY_BINARY;
    return store_real_ops.put(store, item, terms, now_s);
}

static void base64_long_refused(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key, flag;
    if (request_next_word(&rest, &key) && request_next_word(&rest, &flag) && slice_is(flag, "b") &&
        key.length > 180)
        classic_bad_format(connection);
    else
        real_handler(connection, request);
}

/* ---- flags ---- */

static enum dialect_result opaque_long_ignored(struct connection *connection) {
    struct request request;
    bool ignored = false;
    if (input_peek_line(connection, &request) && slice_begins(request.word[0], "m"))
        for (unsigned i = 2; i < request.count; i++)
            ignored |= request.word[i].bytes[0] == 'O' &&
                       request.word[i].length > META_OPAQUE_MAX_BYTES + 1;
    if (ignored)
        line_leave_out(connection, 'O');
    return classic_dialect.request(connection);
}

static const char opaque_too_long[] = "CLIENT_ERROR opaque token too long";

static void long_opaque_block_run(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    real_handler(connection, request);
    if (answer_begins(&answer, opaque_too_long))
        connection->state = CONNECTION_REQUEST;
}

static void long_opaque_on_miss(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    real_handler(connection, request);
    if (answer_begins(&answer, opaque_too_long) && item_of(connection, request->word[1]) == NULL)
        answer_only(&answer, "EN\r\n");
}

static enum dialect_result no_letter_ignored(struct connection *connection) {
    const char *begin = buffer_first(&connection->in);
    if (buffer_length(&connection->in) > 0 && begin[0] == 'm')
        line_leave_out(connection, '\xff');
    return classic_dialect.request(connection);
}

static void key_read_as_flag(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    real_handler(connection, request);
    if (slice_begins(request->word[1], "k") && answer_begins(&answer, "HD "))
        (void)answer_say(&answer, "HD ", "HD k ");
}

static const struct bug rows[] = {
#include "bugs/meta_common.def"
};

AREA_OF(meta_common)
