/* SPDX-License-Identifier: MIT */
/* meta_changing.c - defects of ms, md and ma. */
#include "bugs/area.h"
#include "bugs/copy.h"
#include "bugs/delay.h"
#include "bugs/tools.h"
#include "bytes/number.h"

/* ---- ms ---- */

static bool is_join(const struct store_terms *terms) {
    return terms->mode == STORE_APPEND || terms->mode == STORE_PREPEND;
}

static enum store_result ms_keeps_flags(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (turn_is(store, "ms") && old != NULL && item->flags == 0)
        item->flags = old->flags;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result ms_notes_unique(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    bugs_of_store(store)->memory.number = old != NULL ? old->cas_unique : 0;
    return store_real_ops.put(store, item, terms, now_s);
}

static void ms_old_unique(struct answer *answer) {
    struct answer_line line;
    char text[24];
    if (!answer_first_line(answer, "ms", &line))
        return;
    snprintf(text, sizeof(text), "c%llu",
             (unsigned long long)bugs_of(answer->connection)->memory.number);
    for (unsigned i = 1; answer_word(answer, &line, i).length > 0; i++)
        if (answer_word(answer, &line, i).bytes[0] == 'c')
            answer_set_word(answer, &line, i, text);
}

static enum dialect_result ms_quiet_hides(struct connection *connection) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    enum dialect_result result = classic_dialect.value(connection);
    if (strcmp(connection->command->word, "ms") == 0 && connection->echo.quiet &&
        answer_length(&answer) > 0 && memchr("EN", answer_bytes(&answer)[0], 2) != NULL)
        answer_drop(&answer);
    return result;
}

static enum store_result ms_join_takes_flags(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    struct item *joined = item_at(store, item_key(item), now_s);
    if (turn_is(store, "ms") && is_join(terms) && result == STORE_STORED && joined != NULL)
        joined->flags = item->flags;
    return result;
}

static enum store_result ms_cas_creates(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (turn_is(store, "ms") && result == STORE_NOT_FOUND)
        return put_mode(store, item, terms, STORE_SET, now_s);
    return result;
}

static enum store_result ms_join_ignores_cas(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    struct store_terms changed = *terms;
    if (is_join(terms))
        changed.cas_unique = 0;
    return store_real_ops.put(store, item, &changed, now_s);
}

static enum store_result ms_newer_stores(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    struct store_terms changed = *terms;
    if (terms->stale_allowed && old != NULL && terms->cas_unique > old->cas_unique)
        changed.cas_unique = old->cas_unique;
    return store_real_ops.put(store, item, &changed, now_s);
}

/* `ms KEY LENGTH ...` with a length that is 2 less. */
static void ms_length(struct connection *connection, struct request *request) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice rest = request->rest;
    struct slice key, length;
    uint64_t bytes;
    if (request_next_word(&rest, &key) && request_next_word(&rest, &length) &&
        number_read_u64(length, &bytes) && bytes >= 2 &&
        key.length + rest.length + 24 < sizeof(memory->text)) {
        int at = snprintf(memory->text, sizeof(memory->text), "%.*s %llu%.*s", (int)key.length,
                          key.bytes, (unsigned long long)bytes - 2, (int)rest.length, rest.bytes);
        request->rest = (struct slice){memory->text, (size_t)at};
    }
    real_handler(connection, request);
}

static enum store_result ms_keeps_unique(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    uint64_t unique = old != NULL && turn_is(store, "ms") && !is_join(terms) ? old->cas_unique : 0;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (unique != 0 && result == STORE_STORED && terms->given_unique == 0)
        unique_give(store, item, unique);
    return result;
}

/* ---- md ---- */

static enum store_result md_keeps(struct store *store, struct slice key, uint64_t cas_unique,
                                  uint32_t now_s) {
    return turn_is(store, "md") ? STORE_STORED
                                : store_real_ops.remove(store, key, cas_unique, now_s);
}

/* The words of the line but those that begin with `letter`, and `more` behind them. */
static void line_without(struct connection *connection, struct request *request, char letter,
                         const char *more) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice rest = request->rest;
    struct slice word;
    size_t at = 0;
    for (unsigned i = 0; request_next_word(&rest, &word); i++) {
        if ((i > 0 && word.bytes[0] == letter) || at + word.length + 4 > sizeof(memory->text))
            continue;
        memcpy(memory->text + at, word.bytes, word.length);
        at += word.length;
        memory->text[at++] = ' ';
    }
    memcpy(memory->text + at, more, strlen(more));
    request->rest = (struct slice){memory->text, at + strlen(more)};
}

static bool line_has(const struct request *request, char letter) {
    struct slice rest = request->rest;
    struct slice word;
    (void)request_next_word(&rest, &word);
    while (request_next_word(&rest, &word))
        if (word.bytes[0] == letter)
            return true;
    return false;
}

static void ttl_alone_keeps(struct connection *connection, struct request *request) {
    if (line_has(request, 'T') && !line_has(request, 'I') && !line_has(request, 'x'))
        line_without(connection, request, 'I', "I");
    real_handler(connection, request);
}

static void value_not_stale(struct connection *connection, struct request *request) {
    if (line_has(request, 'x') && line_has(request, 'I'))
        line_without(connection, request, 'I', "");
    real_handler(connection, request);
}

/* ---- ma ---- */

static enum store_result ma_adds_two(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    if (turn_is(store, "ma") && delta->delta == 1 && !delta->decrement)
        delta->delta = 2;
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result ma_creates(struct store *store, struct slice key,
                                    struct store_delta *delta) {
    if (turn_is(store, "ma") && !delta->vivify) {
        delta->vivify = true;
        delta->initial_expires_s = CLOCK_NEVER_S;
    }
    return store_real_ops.arithmetic(store, key, delta);
}

static void ma_size(struct answer *answer) {
    struct answer_line line;
    if (answer_first_line(answer, "ma", &line) && slice_is(answer_word(answer, &line, 0), "VA"))
        answer_set_number(answer, &line, 1, word_number(answer_word(answer, &line, 1)) + 2);
}

static bool ma_number(struct store *store, struct slice key, const struct store_delta *delta,
                      uint64_t *number) {
    struct item *item = item_at(store, key, delta->now_s);
    return item != NULL && turn_is(store, "ma") &&
           number_read_u64((struct slice){item_value(item), item->value_bytes}, number);
}

/* The sum is made as an increment that wraps, or one that does not. */
static enum store_result ma_floor_wraps(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    uint64_t number;
    if (delta->decrement && ma_number(store, key, delta, &number) && delta->delta > number) {
        delta->decrement = false;
        delta->delta = 0 - delta->delta;
    }
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result ma_saturates(struct store *store, struct slice key,
                                      struct store_delta *delta) {
    uint64_t number;
    if (!delta->decrement && ma_number(store, key, delta, &number) &&
        delta->delta > UINT64_MAX - number)
        delta->delta = UINT64_MAX - number;
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result ma_initial_plus(struct store *store, struct slice key,
                                         struct store_delta *delta) {
    if (turn_is(store, "ma") && !delta->decrement)
        delta->initial += delta->delta;
    return store_real_ops.arithmetic(store, key, delta);
}

static void ma_initial_creates(struct connection *connection, struct request *request) {
    if (line_has(request, 'J') && !line_has(request, 'N'))
        line_without(connection, request, 'N', "N0");
    real_handler(connection, request);
}

static enum dialect_result ma_gap(struct connection *connection) {
    struct server *server = connection->server;
    struct delay *delay = delay_of(connection);
    struct request request;
    if (delay == NULL) {
        struct item *item = NULL;
        if (input_peek_line(connection, &request) && slice_is(request.word[0], "ma") &&
            request.count > 1 && request.word[1].length <= ITEM_KEY_MAX_BYTES)
            item = item_of(connection, request.word[1]);
        delay = item != NULL ? delay_begin(connection, DELAY_GAP_MS) : NULL;
        if (delay == NULL)
            return classic_dialect.request(connection);
        delay->copy = copy_new(item);
        return DIALECT_MORE;
    }
    if (delay->copy != NULL && !copy_is_fresh(&server->store, delay->copy, server->clock.now_s))
        copy_restore(&server->store, delay->copy, server->clock.now_s);
    delay_end(connection);
    return classic_dialect.request(connection);
}

/* ---- what a request leaves behind ---- */

/* I of one ms holds for the next ones of the client, too. */
static enum store_result ms_invalidate_stays(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    struct bugs *bugs = bugs_of_store(store);
    struct store_terms changed = *terms;
    if (terms->stale_allowed)
        bugs->memory.client = bugs->server->turn;
    changed.stale_allowed |= terms->mode == STORE_CAS && bugs->memory.client == bugs->server->turn;
    return store_real_ops.put(store, item, &changed, now_s);
}

/* The numbers go on from the one that was given. */
static enum store_result ms_unique_goes_on(struct store *store, struct item *item,
                                           const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_STORED && terms->given_unique != 0)
        store->cas_unique = terms->given_unique - 1;
    return result;
}

static void ms_bad_flag_runs_data(struct connection *connection, struct request *request) {
    struct answer answer = {connection, buffer_length(&connection->out)};
    meta_set(connection, request);
    if (connection->state == CONNECTION_SWALLOW && answer_begins(&answer, "CLIENT_ERROR"))
        connection->state = CONNECTION_REQUEST;
}

static void ms_too_large_keeps_old(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    struct slice rest = request->rest;
    struct copy *copy = NULL;
    struct slice key;
    if (request_next_word(&rest, &key) && key.length <= ITEM_KEY_MAX_BYTES)
        copy = copy_new(item_of(connection, key));
    meta_set(connection, request);
    if (connection->state == CONNECTION_SWALLOW && copy != NULL)
        copy_restore(&server->store, copy, server->clock.now_s);
    copy_free(copy);
}

/* ---- md ---- */

static void invalidate_shortens(struct store *store, struct item *item, uint64_t given_unique) {
    store_real_ops.invalidate(store, item, given_unique);
    item->expires_s = bugs_of_store(store)->server->clock.now_s + 30;
}

static void invalidate_once(struct store *store, struct item *item, uint64_t given_unique) {
    if ((item->marks & ITEM_STALE) == 0)
        store_real_ops.invalidate(store, item, given_unique);
}

/* ---- ma ---- */

static enum store_result ma_forgets_ttl(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && turn_is(store, "ma") && !delta->created)
        delta->item->expires_s = CLOCK_NEVER_S;
    return result;
}

static enum store_result ma_shortens(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && turn_is(store, "ma") && !delta->created)
        counter_rewrite(store, delta, 0);
    return result;
}

static enum dialect_result replace_ignores_cas(struct connection *connection) {
    struct request request;
    bool replace = false;
    if (input_peek_line(connection, &request) && slice_is(request.word[0], "ms"))
        for (unsigned i = 3; i < request.count; i++)
            replace |= slice_is(request.word[i], "MR");
    if (replace)
        line_leave_out(connection, 'C');
    return classic_dialect.request(connection);
}

static void huge_length_swallows(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    if (slice_is(request->word[2], "2147483647"))
        connection_swallow(connection, 2147483647);
}

static enum store_result stale_wins_again(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_STORED && terms->stale_allowed)
        item->marks &= (uint8_t)~ITEM_WIN_SENT;
    return result;
}

static enum store_result stale_takes_ttl(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    uint32_t expires_s = item->expires_s;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_STORED && terms->stale_allowed)
        item->expires_s = expires_s;
    return result;
}

static const struct bug rows[] = {
#include "bugs/meta_changing.def"
};

AREA_OF(meta_changing)
