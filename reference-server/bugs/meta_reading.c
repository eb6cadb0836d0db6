/* SPDX-License-Identifier: MIT */
/* meta_reading.c - defects of mg, me, mn, and of what all meta commands have in common. */
#include "bugs/area.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "meta/meta.h"
#include "net/reply.h"

enum { MARK_CLASSIC = 128 /* a bit of item->marks that nothing else uses */ };

static bool command_is(const struct answer *answer, const char *word) {
    const struct command *command = answer->connection->command;
    return command != NULL && strcmp(command->word, word) == 0;
}

static bool code_is(const struct answer *answer, const char *code) {
    return answer_length(answer) >= 2 && memcmp(answer_bytes(answer), code, 2) == 0;
}

/* The first line of an answer of this command. */
static bool first_line(const struct answer *answer, const char *word, struct answer_line *line) {
    *line = (struct answer_line){0};
    return command_is(answer, word) && answer_next_line(answer, line);
}

/* ---- all of them ---- */

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
    if (command_is(answer, "mg") && code_is(answer, "EN"))
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
    if (first_line(answer, "ms", &line))
        sort_flags(answer, &line, 1);
}

static void mg_sorted(struct answer *answer) {
    struct answer_line line;
    if (first_line(answer, "mg", &line))
        sort_flags(answer, &line, code_is(answer, "VA") ? 2 : 1);
}

/* Is the line at the front a meta command (this one, if `word` is given) with a flag of the letter?
 */
static bool asks_for(const struct connection *connection, const char *word, char letter) {
    struct request request;
    if (!input_peek_line(connection, &request) || request.word[0].length != 2 ||
        request.word[0].bytes[0] != 'm' || (word != NULL && !slice_is(request.word[0], word)))
        return false;
    for (unsigned i = 2; i < request.count; i++)
        if (request.word[i].bytes[0] == letter)
            return true;
    return false;
}

static enum dialect_result quiet_hides_errors(struct connection *connection) {
    bool quiet = asks_for(connection, NULL, 'q');
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.request(connection);
    if (quiet && code_is(&answer, "CL"))
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

/* ---- mg ---- */

static void value_with_end(struct answer *answer) {
    if (command_is(answer, "mg") && code_is(answer, "VA"))
        answer_replace(answer, answer_length(answer), 0, (struct slice){"EN\r\n", 4});
}

static void bare_refused(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice word;
    if (request_next_word(&rest, &word) && !request_next_word(&rest, &word))
        classic_bad_format(connection);
    else
        real_handler(connection, request);
}

static struct item *empty_is_miss(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.peek(store, key, now_s);
    return item != NULL && item->value_bytes == 0 && turn_is(store, "mg") ? NULL : item;
}

static void value_newlines(struct answer *answer) {
    struct answer_line line;
    if (!first_line(answer, "mg", &line) || !code_is(answer, "VA") || line.data_bytes < 2)
        return;
    char *data = answer_bytes(answer) + line.data_at;
    for (size_t i = 0; i + 3 < line.data_bytes; i++)
        if (data[i] == '\r' && data[i + 1] == '\n')
            data[i] = data[i + 1] = ' ';
}

static void size_with_line_end(struct answer *answer) {
    struct answer_line line;
    if (!first_line(answer, "mg", &line))
        return;
    for (unsigned i = 1; answer_word(answer, &line, i).length > 0; i++) {
        struct slice word = answer_word(answer, &line, i);
        char text[24];
        if (word.bytes[0] != 's')
            continue;
        uint64_t size = word_number((struct slice){word.bytes + 1, word.length - 1});
        snprintf(text, sizeof(text), "s%llu", (unsigned long long)size + 2);
        answer_set_word(answer, &line, i, text);
        return;
    }
}

static enum dialect_result mg_quiet_silent(struct connection *connection) {
    bool quiet = asks_for(connection, "mg", 'q');
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.request(connection);
    if (quiet && connection->sending == NULL)
        answer_drop(&answer);
    return result;
}

static void use_changes_unique(struct store *store, struct item *item, uint32_t now_s) {
    store_real_ops.use(store, item, now_s);
    item->cas_unique = ++store->cas_unique;
}

/* The item that mg asked for; NULL if there is none. */
static struct item *asked_item(struct connection *connection, const struct request *request) {
    struct slice rest = request->rest;
    struct slice key;
    if (!request_next_word(&rest, &key) || key.length > ITEM_KEY_MAX_BYTES)
        return NULL;
    return item_of(connection, key);
}

static void everybody_wins(struct connection *connection, struct request *request) {
    struct request same = *request;
    real_handler(connection, request);
    struct item *item = asked_item(connection, &same);
    if (item != NULL && (item->marks & ITEM_STALE) == 0 && item->value_bytes == 0 &&
        (item->marks & ITEM_WIN_SENT) != 0) {
        item->marks &= (uint8_t)~ITEM_WIN_SENT;
        item->marks |= ITEM_STALE;
    }
}

static void everybody_wins_stale(struct connection *connection, struct request *request) {
    struct request same = *request;
    real_handler(connection, request);
    struct item *item = asked_item(connection, &same);
    if (item != NULL && (item->marks & ITEM_STALE) != 0)
        item->marks &= (uint8_t)~ITEM_WIN_SENT;
}

/* The mark of the old item goes over to the new one. */
static enum store_result put_with_mark(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s,
                                       uint8_t mark) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (old != NULL && terms->mode == STORE_SET)
        item->marks |= old->marks & mark;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result win_stays(struct store *store, struct item *item,
                                   const struct store_terms *terms, uint32_t now_s) {
    return put_with_mark(store, item, terms, now_s, ITEM_WIN_SENT);
}

static enum store_result stale_stays(struct store *store, struct item *item,
                                     const struct store_terms *terms, uint32_t now_s) {
    return put_with_mark(store, item, terms, now_s, ITEM_STALE);
}

static enum dialect_result vivify_gap(struct connection *connection) {
    struct request request;
    bool missing = delay_of(connection) != NULL;
    if (!missing && asks_for(connection, "mg", 'N') && input_peek_line(connection, &request) &&
        request.word[1].length <= ITEM_KEY_MAX_BYTES &&
        item_of(connection, request.word[1]) == NULL &&
        delay_begin(connection, DELAY_GAP_MS) != NULL)
        return DIALECT_MORE;
    delay_end(connection);
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.request(connection);
    if (missing && code_is(&answer, "HD"))
        (void)answer_say(&answer, " Z", " W");
    return result;
}

/* The flag with this letter is left out of the line at the front. */
static void leave_out(struct connection *connection, char letter) {
    struct request request;
    char line[BUG_TEXT_BYTES];
    size_t at = 0;
    if (!input_peek_line(connection, &request))
        return;
    for (unsigned i = 0; i < request.count; i++) {
        struct slice word = request.word[i];
        if ((i >= 2 && word.bytes[0] == letter) || at + word.length + 3 > sizeof(line))
            continue;
        memcpy(line + at, word.bytes, word.length);
        at += word.length;
        line[at++] = ' ';
    }
    memcpy(line + at, "\r\n", 2);
    input_set_line(connection, (struct slice){line, at + 2});
}

static enum dialect_result never_with_value(struct connection *connection) {
    if (asks_for(connection, "mg", 'C') && asks_for(connection, "mg", 'v'))
        leave_out(connection, 'v');
    return classic_dialect.request(connection);
}

static enum dialect_result only_compares(struct connection *connection) {
    if (asks_for(connection, "mg", 'C'))
        leave_out(connection, 'T');
    return classic_dialect.request(connection);
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

/* ---- me and mn ---- */

static void me_without_key(struct answer *answer) {
    struct answer_line line;
    if (first_line(answer, "me", &line) && code_is(answer, "ME"))
        answer_set_word(answer, &line, 1, "");
}

static void me_without_exp(struct answer *answer) {
    struct answer_line line;
    if (!first_line(answer, "me", &line))
        return;
    for (unsigned i = 2; answer_word(answer, &line, i).length > 0; i++) {
        if (!slice_begins(answer_word(answer, &line, i), "exp="))
            continue;
        answer_set_word(answer, &line, i, "");
        return;
    }
}

static void mn_first(struct answer *answer) {
    if (!command_is(answer, "mn") || answer->begin == 0 || answer_length(answer) != 4)
        return;
    char *first = buffer_first(&answer->connection->out);
    memmove(first + 4, first, answer->begin);
    memcpy(first, "MN\r\n", 4);
}

static const struct bug rows[] = {
#include "bugs/meta_reading.def"
};

AREA_OF(meta_reading)
