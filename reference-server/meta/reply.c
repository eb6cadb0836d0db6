/* SPDX-License-Identifier: MIT */
/* reply.c - writing the answer of a meta command; see meta/meta.h.
 *
 * An answer is a code of two letters and then flags, in the order in which the client gave them.
 * The longest line is some 600 bytes, so there is always room for it. */
#include "net/reply.h"
#include "bytes/base64.h"
#include "bytes/number.h"
#include "meta/meta.h"

enum {
    /* "VA <size>", key, token, seven numbers, "Z X W", "\r\n" */
    META_LINE_MAX_BYTES = 3 + NUMBER_DIGITS_MAX + 2 + BASE64_LENGTH(ITEM_KEY_MAX_BYTES) + 2 + 2 +
                          META_OPAQUE_MAX_BYTES + 7 * META_NUMBER_MAX_BYTES + 6 + 2
};

char *meta_room(struct connection *connection, size_t more) {
    return reply_room(connection, META_LINE_MAX_BYTES + more);
}

char *meta_write_code(char *at, const char *code) {
    memcpy(at, code, 2);
    return at + 2;
}

char *meta_write_number(char *at, char letter, uint64_t number) {
    *at++ = ' ';
    *at++ = letter;
    return number_write(at, number);
}

char *meta_write_text(char *at, char letter, struct slice text) {
    *at++ = ' ';
    *at++ = letter;
    if (text.length > 0)
        memcpy(at, text.bytes, text.length);
    return at + text.length;
}

char *meta_write_key(char *at, struct slice key, bool binary) {
    if (!binary)
        return meta_write_text(at, 'k', key);
    *at++ = ' ';
    *at++ = 'k';
    at = base64_encode(at, key);
    *at++ = ' ';
    *at++ = 'b';
    return at;
}

char *meta_write_ttl(char *at, const struct item *item, uint32_t now_s) {
    if (item->expires_s == CLOCK_NEVER_S)
        return meta_write_text(at, 't', (struct slice){"-1", 2});
    return meta_write_number(at, 't', item->expires_s > now_s ? item->expires_s - now_s : 0);
}

char *meta_write_echo(char *at, const struct meta *meta, char letter) {
    if (letter == 'O')
        return meta_write_text(at, 'O', meta->opaque);
    if (letter == 'k')
        return meta_write_key(at, meta->key, meta_has(meta, 'b'));
    return at;
}

void meta_reply(struct connection *connection, const struct meta *meta, const char *code) {
    char *at = meta_room(connection, 0);
    if (at == NULL)
        return;
    at = meta_write_code(at, code);
    for (unsigned i = 0; i < meta->flag_count; i++)
        at = meta_write_echo(at, meta, meta->flags[i].bytes[0]);
    *at++ = '\r';
    *at++ = '\n';
    reply_wrote(connection, at);
}
