/* SPDX-License-Identifier: MIT */
/* retrieval.c - defects of get, gets, gat and gats. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "net/reply.h"

/* ---- the form of the answer ---- */

static void get_miss_silent(struct answer *answer) {
    if (answer_is_to(answer, "get") && answer_length(answer) == 5 &&
        memcmp(answer_bytes(answer), "END\r\n", 5) == 0)
        answer_drop(answer);
}

static void no_end_after_hit(struct answer *answer) {
    struct answer_line line = {0};
    if (!answer_next_line(answer, &line) || !slice_is(answer_word(answer, &line, 0), "VALUE"))
        return;
    while (answer_next_line(answer, &line)) {
        if (slice_is(answer_word(answer, &line, 0), "END")) {
            answer_replace(answer, line.at, 5, (struct slice){"", 0});
            return;
        }
    }
}

static bool next_value(const struct answer *answer, struct answer_line *line) {
    while (answer_next_line(answer, line))
        if (slice_is(answer_word(answer, line, 0), "VALUE"))
            return true;
    return false;
}

static void key_upper_case(struct answer *answer) {
    struct answer_line line = {0};
    while (next_value(answer, &line)) {
        struct slice key = answer_word(answer, &line, 1);
        char *bytes = answer_bytes(answer) + (key.bytes - answer_bytes(answer));
        for (size_t i = 0; i < key.length; i++)
            bytes[i] = upper_case_of(bytes[i]);
    }
}

static void length_with_line_end(struct answer *answer) {
    struct answer_line line = {0};
    while (next_value(answer, &line))
        answer_set_number(answer, &line, 3, word_number(answer_word(answer, &line, 3)) + 2);
}

static void without_flags(struct answer *answer) {
    struct answer_line line = {0};
    while (next_value(answer, &line))
        answer_set_word(answer, &line, 2, "");
}

static void flags_and_length_swapped(struct answer *answer) {
    struct answer_line line = {0};
    while (next_value(answer, &line)) {
        uint64_t flags = word_number(answer_word(answer, &line, 2));
        uint64_t length = word_number(answer_word(answer, &line, 3));
        answer_set_number(answer, &line, 2, length);
        answer_set_number(answer, &line, 3, flags);
    }
}

static void value_without_line_end(struct answer *answer) {
    struct answer_line line = {0};
    while (next_value(answer, &line)) {
        if (line.data_bytes < 2)
            continue;
        answer_replace(answer, line.data_at + line.data_bytes - 2, 2, (struct slice){"", 0});
        line.data_bytes -= 2;
    }
}

static void end_for_each(struct answer *answer) {
    struct answer_line line = {0};
    unsigned values = 0;
    while (next_value(answer, &line)) {
        if (values++ == 0)
            continue;
        answer_replace(answer, line.at, 0, (struct slice){"END\r\n", 5});
        line.data_at += 5;
    }
}

static void gat_drops_flags(struct answer *answer) {
    struct answer_line line = {0};
    while (answer_is_to(answer, "gat") && next_value(answer, &line))
        answer_set_word(answer, &line, 2, "0");
}

/* ---- which keys ---- */

static void get_as_gets(struct connection *connection, struct request *request) {
    classic_gets(connection, request);
}

static void gets_as_get(struct connection *connection, struct request *request) {
    classic_get(connection, request);
}

static void gats_as_gat(struct connection *connection, struct request *request) {
    classic_gat(connection, request);
}

static unsigned key_count(struct slice rest) {
    struct slice key;
    unsigned count = 0;
    while (request_next_word(&rest, &key))
        count++;
    return count;
}

static void gets_one_key(struct connection *connection, struct request *request) {
    if (key_count(request->rest) > 1)
        classic_bad_format(connection);
    else
        classic_gets(connection, request);
}

static void get_eight_keys(struct connection *connection, struct request *request) {
    if (key_count(request->rest) > 8)
        classic_bad_format(connection);
    else
        classic_get(connection, request);
}

static void get_first_key(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key;
    if (request_next_word(&rest, &key))
        request->rest = key;
    classic_get(connection, request);
}

static void gat_first_key(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice exptime, key;
    if (request_next_word(&rest, &exptime) && request_next_word(&rest, &key))
        request->rest.length = (size_t)(key.bytes + key.length - request->rest.bytes);
    classic_gat(connection, request);
}

/* As the line of a get that was sent with its keys the other way round. */
static void get_reversed(struct connection *connection, struct request *request) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice rest = request->rest;
    struct slice key;
    size_t at = sizeof(memory->text);
    if (rest.length > at) {
        classic_get(connection, request);
        return;
    }
    while (request_next_word(&rest, &key)) {
        at -= key.length;
        memcpy(memory->text + at, key.bytes, key.length);
        if (at > 0)
            memory->text[--at] = ' ';
    }
    request->rest = (struct slice){memory->text + at, sizeof(memory->text) - at};
    classic_get(connection, request);
}

static void get_same_key_once(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice first, second;
    while (request_next_word(&request->rest, &first)) {
        struct slice behind = request->rest;
        if (!request_next_word(&behind, &second) || first.length != second.length ||
            memcmp(first.bytes, second.bytes, first.length) != 0) {
            break;
        }
    }
    request->rest = (struct slice){first.bytes, rest.length - (size_t)(first.bytes - rest.bytes)};
    classic_get(connection, request);
}

static void get_with_noreply(struct connection *connection, struct request *request) {
    static const char word[] = " noreply";
    size_t length = sizeof(word) - 1;
    struct slice rest = request->rest;
    if (rest.length < length || memcmp(rest.bytes + rest.length - length, word, length) != 0)
        classic_get(connection, request);
}

/* ---- one key at a time ---- */

/* The key that will be answered next, or none. */
static bool next_key(const struct connection *connection, struct slice *key) {
    struct slice rest = connection->retrieval.keys;
    return request_next_word(&rest, key);
}

static void resume_to_first_miss(struct connection *connection) {
    struct slice key;
    if (connection->retrieval.touch || !next_key(connection, &key) ||
        item_of(connection, key) != NULL) {
        /* One key, so that the next can be looked at before it is answered. */
        struct slice rest = connection->retrieval.keys;
        unsigned budget = connection->budget;
        if (budget > 1 && request_next_word(&rest, &key) && !connection->retrieval.touch) {
            connection->budget = 1;
            classic_dialect.resume(connection);
            connection->budget = budget - 1;
            return;
        }
    } else {
        connection->retrieval.keys.length = 0;
    }
    classic_dialect.resume(connection);
}

static void resume_with_empty_values(struct connection *connection) {
    struct slice key;
    while (connection_may_reply(connection) && next_key(connection, &key)) {
        bool missing = item_of(connection, key) == NULL;
        size_t room = key.length + sizeof("VALUE  0 0\r\n\r\n");
        char *at = missing ? reply_room(connection, room) : NULL;
        if (at != NULL)
            reply_wrote(connection, at + snprintf(at, room, "VALUE %.*s 0 0\r\n\r\n",
                                                  (int)key.length, key.bytes));
        struct slice rest = connection->retrieval.keys;
        (void)request_next_word(&rest, &key);
        if (missing) {
            connection->retrieval.keys = rest;
            connection->budget--;
            continue;
        }
        unsigned budget = connection->budget;
        connection->budget = 1;
        classic_dialect.resume(connection);
        connection->budget = budget - 1;
    }
    if (connection_may_reply(connection))
        classic_dialect.resume(connection);
}

static void resume_and_remove(struct connection *connection) {
    struct slice keys = connection->retrieval.keys;
    struct slice key;
    classic_dialect.resume(connection);
    size_t answered = keys.length - connection->retrieval.keys.length;
    keys.length = answered;
    while (connection->sending == NULL && request_next_word(&keys, &key))
        remove_at(connection, key);
}

static void gets_changes_unique(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key;
    while (request_next_word(&rest, &key)) {
        struct item *item = key.length <= ITEM_KEY_MAX_BYTES ? item_of(connection, key) : NULL;
        if (item != NULL)
            item->cas_unique = ++connection->server->store.cas_unique;
    }
    classic_gets(connection, request);
}

/* ---- time ---- */

static struct item *get_renews(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    if (item != NULL && item->expires_s != CLOCK_NEVER_S)
        item->expires_s = now_s + 10;
    return item;
}

static enum store_result gat_ignores(struct store *store, struct slice key, uint32_t expires_s,
                                     uint32_t now_s, struct item **item) {
    const struct connection *turn = bugs_of_store(store)->server->turn;
    bool gat = turn != NULL && turn->state == CONNECTION_REPLY;
    if (!gat)
        return store_real_ops.touch(store, key, expires_s, now_s, item);
    *item = store_real_ops.get(store, key, now_s);
    return *item != NULL ? STORE_STORED : STORE_NOT_FOUND;
}

static void gat_creates(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    const struct store_request wanted = {.expires_s = CLOCK_NEVER_S, .now_s = server->clock.now_s};
    const struct store_terms terms = {.mode = STORE_ADD};
    struct slice rest = request->rest;
    struct slice key;
    struct item *item;
    classic_gat(connection, request);
    (void)request_next_word(&rest, &key);
    while (request_next_word(&rest, &key) && key.length <= ITEM_KEY_MAX_BYTES) {
        if (item_of(connection, key) != NULL ||
            store_real_ops.reserve(&server->store, key, &wanted, &item) != STORE_STORED)
            continue;
        (void)store_real_ops.put(&server->store, item, &terms, wanted.now_s);
        store_release(&server->store, item);
    }
}

static void gat_loose(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice exptime;
    int32_t number;
    if (!request_next_word(&rest, &exptime) || number_read_i32(exptime, &number)) {
        real_handler(connection, request);
        return;
    }
    struct bug_memory *memory = &bugs_of(connection)->memory;
    if (rest.length + 1 > sizeof(memory->text))
        return;
    memory->text[0] = '0'; /* the rest begins with its space */
    memcpy(memory->text + 1, rest.bytes, rest.length);
    request->rest = (struct slice){memory->text, rest.length + 1};
    real_handler(connection, request);
}

static void gat_negative_refused(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice exptime;
    if (request_next_word(&rest, &exptime) && word_is_negative(exptime))
        reply_line(connection, "CLIENT_ERROR invalid exptime argument");
    else
        classic_gat(connection, request);
}

static const struct bug rows[] = {
#include "bugs/retrieval.def"
};

AREA_OF(retrieval)
