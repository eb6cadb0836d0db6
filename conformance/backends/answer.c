/* SPDX-License-Identifier: MIT */
/* answer.c - replies of the text and the meta protocol. See answer.h. */
#include "backends/answer.h"

#include "play/vars.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* Lines of the text protocol; NULL: made from the items or the number. */
static const char *const lines[] = {
    [RESULT_FOUND] = NULL,
    [RESULT_MISSED] = "END\r\n",
    [RESULT_STORED] = "STORED\r\n",
    [RESULT_NOT_STORED] = "NOT_STORED\r\n",
    [RESULT_EXISTS] = "EXISTS\r\n",
    [RESULT_NOT_FOUND] = "NOT_FOUND\r\n",
    [RESULT_DELETED] = "DELETED\r\n",
    [RESULT_TOUCHED] = "TOUCHED\r\n",
    [RESULT_NUMBER] = NULL,
    [RESULT_OK] = "OK\r\n",
    [RESULT_VERSION] = "VERSION 1.6.18\r\n",
    [RESULT_STATS] = "STAT pid 1\r\nSTAT version 1.6.18\r\nEND\r\n",
    [RESULT_NON_NUMERIC] = "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n",
    [RESULT_TOO_LARGE] = "SERVER_ERROR object too large for cache\r\n",
    [RESULT_OUT_OF_MEMORY] = "SERVER_ERROR out of memory storing object\r\n",
    [RESULT_CLIENT_ERROR] = "CLIENT_ERROR bad command line format\r\n",
    [RESULT_ERROR] = "ERROR\r\n",
    [RESULT_AUTHENTICATED] = "ERROR\r\n",
    [RESULT_NOTHING] = "",
};

static void write_items(struct store *store, const struct request *request, struct bytes *out) {
    bool unique = request->verb == VERB_GETS || request->verb == VERB_GATS;
    for (size_t i = 0; i < request->key_count; i++) {
        const struct item *item = store_find(store, request->keys[i]);
        if (!item)
            continue;
        bytes_print(out, "VALUE ");
        bytes_append(out, item->key, item->key_length);
        bytes_print(out, " %" PRIu32 " %zu", item->flags, item->value_length);
        if (unique)
            bytes_print(out, " %" PRIu64, item->unique);
        bytes_print(out, "\r\n");
        bytes_append(out, item->value, item->value_length);
        bytes_print(out, "\r\n");
    }
    bytes_print(out, "END\r\n");
}

static void write_text(struct store *store, const struct request *request,
                       const struct effect *effect, struct bytes *out) {
    if (request->quiet && effect->result != RESULT_ERROR)
        return;
    if (effect->result == RESULT_FOUND)
        write_items(store, request, out);
    else if (effect->result == RESULT_NUMBER)
        bytes_print(out, "%" PRIu64 "\r\n", effect->number);
    else
        bytes_print(out, "%s", lines[effect->result]);
}

/* ---- meta ---- */

static int64_t seconds_left(const struct item *item) {
    return item->expires == 0 ? -1 : item->expires - (int64_t)time(NULL);
}

/* The flags that ask for something back, in the order in which they were given. */
static void write_meta_flags(const struct request *request, const struct item *item,
                             struct bytes *out) {
    const char *at = request->options.data, *end = at + request->options.length;
    while (at < end) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *stop = space ? space : end;
        if (*at == 'f' && item)
            bytes_print(out, " f%" PRIu32, item->flags);
        else if (*at == 'c' && item)
            bytes_print(out, " c%" PRIu64, item->unique);
        else if (*at == 's' && item)
            bytes_print(out, " s%zu", item->value_length);
        else if (*at == 't' && item)
            bytes_print(out, " t%" PRId64, seconds_left(item));
        if ((*at == 'k' && request->key_count > 0) || *at == 'O') {
            bytes_print(out, " %c", *at);
            if (*at == 'k')
                bytes_append(out, request->keys[0].data, request->keys[0].length);
            else
                bytes_append(out, at + 1, (size_t)(stop - at - 1));
        }
        at = space ? space + 1 : end;
    }
    bytes_print(out, "\r\n");
}

static void write_meta_value(const struct request *request, const struct item *item,
                             struct bytes *out) {
    bytes_print(out, "VA %zu", item->value_length);
    write_meta_flags(request, item, out);
    bytes_append(out, item->value, item->value_length);
    bytes_print(out, "\r\n");
}

static void write_meta(const struct request *request, const struct effect *effect,
                       struct bytes *out) {
    const struct item *item = effect->item;
    const char *word = "HD";
    switch (effect->result) {
    case RESULT_OK:
        bytes_print(out, "MN\r\n");
        return;
    case RESULT_FOUND:
    case RESULT_NUMBER:
        if (!item) {
            bytes_print(out, "%s", request->quiet ? "" : "EN\r\n");
            return;
        }
        if (meta_flag(request, 'v', NULL)) {
            write_meta_value(request, item, out);
            return;
        }
        break;
    case RESULT_STORED:
    case RESULT_DELETED:
        if (request->quiet)
            return;
        break;
    case RESULT_NOT_STORED:
        word = "NS";
        break;
    case RESULT_EXISTS:
        word = "EX";
        break;
    case RESULT_NOT_FOUND:
        if (request->quiet && request->verb == VERB_META_DELETE)
            return;
        word = "NF";
        break;
    default:
        bytes_print(out, "%s", lines[effect->result] ? lines[effect->result] : "ERROR\r\n");
        return;
    }
    bytes_print(out, "%s", word);
    write_meta_flags(request, item, out);
}

void answer_write(struct store *store, const struct request *request, const struct effect *effect,
                  struct bytes *out) {
    if (request->dialect == DIALECT_BINARY)
        answer_write_binary(request, effect, out);
    else if (request->dialect == DIALECT_META)
        write_meta(request, effect, out);
    else
        write_text(store, request, effect, out);
}
