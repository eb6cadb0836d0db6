/* SPDX-License-Identifier: MIT */
/* meta_reading.c - defects of mg, me and mn. */
#include <inttypes.h>

#include "bugs/area.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "meta/meta.h"

static void value_with_end(struct answer *answer) {
    if (answer_is_to(answer, "mg") && answer_begins(answer, "VA"))
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
    if (!answer_first_line(answer, "mg", &line) || !answer_begins(answer, "VA") ||
        line.data_bytes < 2)
        return;
    char *data = answer_bytes(answer) + line.data_at;
    for (size_t i = 0; i + 3 < line.data_bytes; i++)
        if (data[i] == '\r' && data[i + 1] == '\n')
            data[i] = data[i + 1] = ' ';
}

static void size_with_line_end(struct answer *answer) {
    struct answer_line line;
    if (!answer_first_line(answer, "mg", &line))
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
    bool quiet = line_asks_for(connection, "mg", 'q');
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
    if (!missing && line_asks_for(connection, "mg", 'N') && input_peek_line(connection, &request) &&
        request.word[1].length <= ITEM_KEY_MAX_BYTES &&
        item_of(connection, request.word[1]) == NULL &&
        delay_begin(connection, DELAY_GAP_MS) != NULL)
        return DIALECT_MORE;
    delay_end(connection);
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.request(connection);
    if (missing && answer_begins(&answer, "HD"))
        (void)answer_say(&answer, " Z", " W");
    return result;
}

static enum dialect_result never_with_value(struct connection *connection) {
    if (line_asks_for(connection, "mg", 'C') && line_asks_for(connection, "mg", 'v'))
        line_leave_out(connection, 'v');
    return classic_dialect.request(connection);
}

static enum dialect_result only_compares(struct connection *connection) {
    if (line_asks_for(connection, "mg", 'C'))
        line_leave_out(connection, 'T');
    return classic_dialect.request(connection);
}

/* ---- me and mn ---- */

static void me_without_key(struct answer *answer) {
    struct answer_line line;
    if (answer_first_line(answer, "me", &line) && answer_begins(answer, "ME"))
        answer_set_word(answer, &line, 1, "");
}

static void me_without_exp(struct answer *answer) {
    struct answer_line line;
    if (!answer_first_line(answer, "me", &line))
        return;
    for (unsigned i = 2; answer_word(answer, &line, i).length > 0; i++) {
        if (!slice_begins(answer_word(answer, &line, i), "exp="))
            continue;
        answer_set_word(answer, &line, i, "");
        return;
    }
}

static void mn_first(struct answer *answer) {
    if (!answer_is_to(answer, "mn") || answer->begin == 0 || answer_length(answer) != 4)
        return;
    char *first = buffer_first(&answer->connection->out);
    memmove(first + 4, first, answer->begin);
    memcpy(first, "MN\r\n", 4);
}

/* ---- what is found, and what it leaves behind ---- */

static struct item *get_is_no_fetch(struct store *store, struct slice key, uint32_t now_s) {
    const struct item *before = item_at(store, key, now_s);
    bool fetched = before != NULL && (before->marks & ITEM_FETCHED) != 0;
    struct item *item = store_real_ops.get(store, key, now_s);
    if (item != NULL && !fetched)
        item->marks &= (uint8_t)~ITEM_FETCHED;
    return item;
}

static struct item *get_not_vivified(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    bool waits = item != NULL && item->value_bytes == 0 && (item->marks & ITEM_WIN_SENT) != 0;
    return waits ? NULL : item;
}

static struct item *get_not_stale(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    return item != NULL && (item->marks & ITEM_STALE) != 0 ? NULL : item;
}

static void hit_takes_unique(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice word;
    struct item *item = asked_item(connection, request);
    (void)request_next_word(&rest, &word);
    while (item != NULL && request_next_word(&rest, &word))
        if (word.bytes[0] == 'E')
            unique_give(&connection->server->store, item,
                        word_number((struct slice){word.bytes + 1, word.length - 1}));
    real_handler(connection, request);
}

static void me_fetches(struct connection *connection, struct request *request) {
    struct item *item = asked_item(connection, request);
    if (item != NULL)
        store_use(&connection->server->store, item, connection->server->clock.now_s);
    real_handler(connection, request);
}

static void me_exp_absolute(struct answer *answer) {
    const struct clock *clock = &answer->connection->server->clock;
    struct answer_line line;
    char text[40];
    if (!answer_first_line(answer, "me", &line))
        return;
    struct slice word = answer_word(answer, &line, 2);
    if (!slice_begins(word, "exp=") || slice_is(word, "exp=-1"))
        return;
    while (word.length > 0 && (word.bytes[0] < '0' || word.bytes[0] > '9'))
        word = (struct slice){word.bytes + 1, word.length - 1};
    int64_t end_s = clock->zero_unix_s + clock->now_s + (int64_t)word_number(word);
    snprintf(text, sizeof(text), "exp=%" PRId64, end_s);
    answer_set_word(answer, &line, 2, text);
}

/* The last word of the first line, if it is W or Z, goes to the front of the flags. */
static void win_first(struct answer *answer) {
    struct answer_line line;
    if (!answer_first_line(answer, "mg", &line) || line.length < 4)
        return;
    unsigned first = answer_begins(answer, "VA") ? 2 : 1;
    const struct slice flag = answer_word(answer, &line, first);
    char *last = answer_bytes(answer) + line.at + line.length - 1;
    char letter = *last;
    if (flag.length == 0 || last[-1] != ' ' || (letter != 'W' && letter != 'Z') ||
        flag.bytes >= last)
        return;
    char *begin = answer_bytes(answer) + (flag.bytes - answer_bytes(answer));
    memmove(begin + 2, begin, (size_t)(last - 1 - begin));
    begin[0] = letter;
    begin[1] = ' ';
}

static const struct bug rows[] = {
#include "bugs/meta_reading.def"
};

AREA_OF(meta_reading)
