/* SPDX-License-Identifier: MIT */
/* arithmetic.c - ma: count up or down, or begin to count.
 *
 * protocol.txt, "Meta Arithmetic":
 *     ma <key> <flags>*\r\n   ->   HD, NF, NS or EX <flags>*\r\n
 *                                  VA <size> <flags>*\r\n<number>\r\n     with flag v */
#include "bytes/number.h"
#include "meta/meta.h"
#include "net/reply.h"
#include "server/server.h"

static const struct meta_texts arithmetic_texts = {
    .too_many = "CLIENT_ERROR options flags too long",
    .bad_flag = "CLIENT_ERROR invalid or duplicate flag",
};

/* T and N act and t shows at its place in the line, as with mg. */
static char *arithmetic_flag(char *at, const struct server *server, const struct meta *meta,
                             const struct store_delta *delta, char letter) {
    switch (letter) {
    case 'T':
        delta->item->expires_s = meta->expires_s;
        return at;
    case 'N':
        if (delta->created)
            delta->item->expires_s = meta->vivify_expires_s;
        return at;
    case 'c':
        return meta_write_number(at, 'c', store_shown_unique(&server->store, delta->item));
    case 't':
        return meta_write_ttl(at, delta->item, server->clock.now_s);
    default:
        return meta_write_echo(at, meta, letter);
    }
}

static void arithmetic_reply(struct connection *connection, const struct meta *meta,
                             const struct store_delta *delta) {
    char digits[NUMBER_DIGITS_MAX];
    size_t length = (size_t)(number_write(digits, delta->value) - digits);
    char *begin = meta_room(connection, sizeof(digits) + 2);
    char *at = begin;

    if (at == NULL)
        return;
    at = meta_write_code(at, meta_has(meta, 'v') ? "VA" : "HD");
    if (meta_has(meta, 'v')) {
        *at++ = ' ';
        at = number_write(at, length);
    }
    for (unsigned i = 0; i < meta->flag_count; i++)
        at = arithmetic_flag(at, connection->server, meta, delta, meta->flags[i].bytes[0]);
    memcpy(at, "\r\n", 2);
    at += 2;
    if (meta_has(meta, 'v')) {
        memcpy(at, digits, length);
        memcpy(at + length, "\r\n", 2);
        at += length + 2;
    }
    if (!meta_has(meta, 'q'))
        reply_wrote(connection, at);
}

static void arithmetic_run(struct connection *connection, const struct meta *meta, bool decrement) {
    struct server *server = connection->server;
    struct store_delta delta = {.decrement = decrement,
                                .delta = meta->delta,
                                .cas_unique = meta->cas_unique,
                                .given_unique = meta->given_unique,
                                .vivify = meta_has(meta, 'N'),
                                .initial = meta->initial,
                                .now_s = server->clock.now_s};

    switch (store_arithmetic(&server->store, meta->key, &delta)) {
    case STORE_STORED:
        if (delta.created && meta_has(meta, 'b'))
            delta.item->marks |= ITEM_KEY_BINARY;
        arithmetic_reply(connection, meta, &delta);
        break;
    case STORE_NOT_FOUND:
        meta_reply(connection, meta, "NF");
        break;
    case STORE_EXISTS:
        meta_reply(connection, meta, "EX");
        break;
    case STORE_NOT_STORED:
        meta_reply(connection, meta, "NS");
        break;
    case STORE_NON_NUMERIC:
        reply_line(connection, "CLIENT_ERROR cannot increment or decrement non-numeric value");
        break;
    case STORE_TOO_LARGE:
    case STORE_NO_MEMORY:
        reply_line(connection, "SERVER_ERROR out of memory");
        break;
    }
}

void meta_arithmetic(struct connection *connection, struct request *request) {
    const char *error = meta_split(request, &arithmetic_texts);
    struct meta meta;
    bool decrement = false;

    if (error == NULL)
        error = meta_read_flags(&meta, request, 2, &arithmetic_texts, &connection->server->clock);
    if (error == NULL) {
        decrement = meta.mode == 'D' || meta.mode == '-';
        if (!decrement && meta.mode != '\0' && meta.mode != 'I' && meta.mode != '+')
            error = "CLIENT_ERROR invalid mode for ma M token";
        else
            error = meta_opaque_error(&meta);
    }
    if (error != NULL)
        reply_line(connection, error);
    else
        arithmetic_run(connection, &meta, decrement);
}
