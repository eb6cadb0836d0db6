/* SPDX-License-Identifier: MIT */
/* set.c - ms: store a value, on conditions.
 *
 * protocol.txt, "Meta Set":
 *     ms <key> <datalen> <flags>*\r\n<data block>\r\n   ->   HD, NS, EX or NF <flags>*\r\n
 * As with the classic storage commands the line makes an item into which the connection receives
 * the data block; classic_value() puts it into the store and calls meta_set_answer(). What the
 * answer repeats from the line is kept in connection->echo meanwhile. */
#include "bytes/number.h"
#include "classic/classic.h"
#include "meta/meta.h"
#include "net/reply.h"
#include "server/server.h"

enum { META_SET_LENGTH = 2, META_SET_FLAGS };

static const struct meta_texts set_texts = {
    .too_many = "CLIENT_ERROR options flags too long",
};

/* M, and what follows from other flags. False if there is no such mode. With C a set or replace
 * becomes a cas; an add stays an add, and append and prepend look at C themselves. */
static bool set_terms(const struct meta *meta, struct store_terms *terms) {
    *terms =
        (struct store_terms){.cas_unique = meta->cas_unique, .given_unique = meta->given_unique};
    switch (meta->mode) {
    case '\0':
    case 'S':
        terms->mode = meta_has(meta, 'C') ? STORE_CAS : STORE_SET;
        break;
    case 'R':
        terms->mode = meta_has(meta, 'C') ? STORE_CAS : STORE_REPLACE;
        break;
    case 'E':
        terms->mode = STORE_ADD;
        break;
    case 'A':
    case 'P':
        terms->mode = meta->mode == 'A' ? STORE_APPEND : STORE_PREPEND;
        terms->vivify = meta_has(meta, 'N');
        break;
    default:
        return false;
    }
    terms->stale_allowed = terms->mode == STORE_CAS && meta_has(meta, 'I');
    return true;
}

/* Everything that can be wrong in the line once its length is known. */
static const char *set_read(struct meta *meta, const struct request *request,
                            struct store_terms *terms, const struct clock *clock) {
    const char *error = meta_read_flags(meta, request, META_SET_FLAGS, &set_texts, clock);
    if (error != NULL)
        return error;
    if (!set_terms(meta, terms))
        return "CLIENT_ERROR invalid mode for ms M token";
    return meta_opaque_error(meta);
}

static void set_keep_echo(struct echo *echo, const struct meta *meta) {
    echo->quiet = meta_has(meta, 'q');
    echo->letter_count = 0;
    echo->opaque_bytes = (uint8_t)meta->opaque.length;
    if (meta->opaque.length > 0)
        memcpy(echo->opaque, meta->opaque.bytes, meta->opaque.length);
    for (unsigned i = 0; i < meta->flag_count; i++) {
        char letter = meta->flags[i].bytes[0];
        if (letter == 'k' || letter == 'O' || letter == 'c' || letter == 's')
            echo->letters[echo->letter_count++] = letter;
    }
}

/* The item that now has the key: the one that was received, or the one that append or prepend has
 * made of it. */
static struct item *set_stored(struct connection *connection, struct item *item) {
    struct server *server = connection->server;
    if ((item->marks & ITEM_LINKED) != 0)
        return item;
    struct item *joined = store_peek(&server->store, item_key(item), server->clock.now_s);
    return joined != NULL ? joined : item;
}

static char *set_show(char *at, struct connection *connection, char letter, bool stored) {
    const struct echo *echo = &connection->echo;
    const struct item *item = connection->upload.item;

    if (letter == 'k')
        return meta_write_key(at, item_key(item), (item->marks & ITEM_KEY_BINARY) != 0);
    if (letter == 'O')
        return meta_write_text(at, 'O', (struct slice){echo->opaque, echo->opaque_bytes});
    if (stored)
        item = set_stored(connection, connection->upload.item);
    if (letter == 's')
        return meta_write_number(at, 's', item->value_bytes);
    return meta_write_number(at, 'c',
                             stored ? store_shown_unique(&connection->server->store, item) : 0);
}

static void meta_set_answer(struct connection *connection, enum store_result result) {
    const struct echo *echo = &connection->echo;
    const char *code = result == STORE_STORED      ? "HD"
                       : result == STORE_EXISTS    ? "EX"
                       : result == STORE_NOT_FOUND ? "NF"
                                                   : "NS";
    if (result == STORE_STORED && echo->quiet)
        return;
    char *at = meta_room(connection, 0);
    if (at == NULL)
        return;
    at = meta_write_code(at, code);
    for (unsigned i = 0; i < echo->letter_count; i++)
        at = set_show(at, connection, echo->letters[i], result == STORE_STORED);
    *at++ = '\r';
    *at++ = '\n';
    reply_wrote(connection, at);
}

/* The line is good: makes the item and waits for its value. */
static void set_begin(struct connection *connection, const struct meta *meta, uint32_t value_bytes,
                      const struct store_terms *terms) {
    struct store *store = &connection->server->store;
    const struct store_request wanted = {.flags = meta->client_flags,
                                         .expires_s = terms->vivify ? meta->vivify_expires_s
                                                                    : meta->expires_s,
                                         .value_bytes = value_bytes,
                                         .now_s = connection->server->clock.now_s};
    struct item *item;

    enum store_result result = store_reserve(store, meta->key, &wanted, &item);
    if (result != STORE_STORED) {
        /* memcached removes the old value in every mode, not only in set. */
        classic_refuse_value(connection, meta->key, value_bytes, STORE_SET, result);
        return;
    }
    if (meta_has(meta, 'b'))
        item->marks |= ITEM_KEY_BINARY;
    connection_receive_value(connection, item, terms->mode, terms->cas_unique);
    connection->upload.terms = *terms;
    connection->upload.answer = meta_set_answer;
    set_keep_echo(&connection->echo, meta);
}

void meta_set(struct connection *connection, struct request *request) {
    struct store_terms terms;
    struct meta meta;
    int32_t bytes;

    const char *error = meta_split(request, &set_texts);
    if (error != NULL) {
        reply_line(connection, error);
        return;
    }
    if (request->count <= META_SET_LENGTH ||
        !number_read_i32(request->word[META_SET_LENGTH], &bytes) || bytes < 0 ||
        bytes > INT32_MAX - 2) {
        classic_bad_format(connection);
        return;
    }
    error = set_read(&meta, request, &terms, &connection->server->clock);
    if (error == NULL) {
        set_begin(connection, &meta, (uint32_t)bytes, &terms);
        return;
    }
    reply_line(connection, error);
    connection_swallow(connection, (uint64_t)bytes + 2);
}
