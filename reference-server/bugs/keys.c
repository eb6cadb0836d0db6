/* SPDX-License-Identifier: MIT */
/* keys.c - defects of keys, and of the words of a line. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "net/reply.h"

/* ---- the length ---- */

/* The first key of the line that a test refuses. For get and gets any of the keys, else word 1. */
static struct slice bad_key(const struct request *request, bool (*bad)(struct slice key)) {
    struct slice rest = request->rest;
    struct slice key;
    if (request->count > 1)
        return bad(request->word[1]) ? request->word[1] : (struct slice){NULL, 0};
    while (request_next_word(&rest, &key))
        if (bad(key))
            return key;
    return (struct slice){NULL, 0};
}

/* Answers instead of the real handler if a key is bad. */
static void refuse_key(struct connection *connection, struct request *request,
                       bool (*bad)(struct slice key), const char *text) {
    if (bad_key(request, bad).length == 0)
        real_handler(connection, request);
    else
        reply_line(connection, text);
}

static bool is_too_long(struct slice key) {
    return key.length > ITEM_KEY_MAX_BYTES;
}

static void cut_keys(struct connection *connection, struct request *request) {
    struct slice long_key = bad_key(request, is_too_long);
    if (request->count > 1 && is_too_long(request->word[1]))
        request->word[1].length = ITEM_KEY_MAX_BYTES;
    if (request->count == 1 && long_key.length > 0)
        request->rest = (struct slice){long_key.bytes, ITEM_KEY_MAX_BYTES};
    real_handler(connection, request);
}

static void long_key_closes(struct connection *connection, struct request *request) {
    if (bad_key(request, is_too_long).length > 0)
        connection->state = CONNECTION_DRAIN;
    else
        real_handler(connection, request);
}

static void long_key_text(struct connection *connection, struct request *request) {
    refuse_key(connection, request, is_too_long, "CLIENT_ERROR key too long");
}

static void long_key_misses(struct connection *connection, struct request *request) {
    refuse_key(connection, request, is_too_long, "END");
}

static bool is_250(struct slice key) {
    return key.length == ITEM_KEY_MAX_BYTES;
}

static void limit_249(struct connection *connection, struct request *request) {
    refuse_key(connection, request, is_250, "CLIENT_ERROR bad command line format");
}

static bool is_short(struct slice key) {
    return key.length == 1;
}

static void short_key_refused(struct connection *connection, struct request *request) {
    refuse_key(connection, request, is_short, "CLIENT_ERROR bad command line format");
}

static bool has_high_byte(struct slice key) {
    for (size_t i = 0; i < key.length; i++)
        if ((unsigned char)key.bytes[i] > 0x7f)
            return true;
    return false;
}

static void high_key_refused(struct connection *connection, struct request *request) {
    refuse_key(connection, request, has_high_byte, "CLIENT_ERROR bad command line format");
}

static bool has_control(struct slice key) {
    for (size_t i = 0; i < key.length; i++)
        if ((unsigned char)key.bytes[i] < ' ' || key.bytes[i] == 0x7f)
            return true;
    return false;
}

static void control_key_refused(struct connection *connection, struct request *request) {
    refuse_key(connection, request, has_control, "CLIENT_ERROR bad command line format");
}

/* ---- keys that are taken for the same ---- */

typedef struct slice key_change(struct slice key, char changed[ITEM_KEY_MAX_BYTES]);

static struct slice lower_case(struct slice key, char changed[ITEM_KEY_MAX_BYTES]) {
    for (size_t i = 0; i < key.length; i++)
        changed[i] = lower_case_of(key.bytes[i]);
    return (struct slice){changed, key.length};
}

static struct slice first_64(struct slice key, char changed[ITEM_KEY_MAX_BYTES]) {
    (void)changed;
    return (struct slice){key.bytes, key.length < 64 ? key.length : 64};
}

static struct slice without_percent(struct slice key, char changed[ITEM_KEY_MAX_BYTES]) {
    size_t length = 0;
    for (size_t i = 0; i < key.length; i++)
        if (key.bytes[i] != '%' || key.length == 1)
            changed[length++] = key.bytes[i];
    return (struct slice){changed, length > 0 ? length : key.length};
}

static struct item *changed_get(struct store *store, struct slice key, uint32_t now_s,
                                key_change *change) {
    char changed[ITEM_KEY_MAX_BYTES] = "";
    return store_real_ops.get(store, change(key, changed), now_s);
}

static enum store_result changed_reserve(struct store *store, struct slice key,
                                         const struct store_request *request, struct item **item,
                                         key_change *change) {
    char changed[ITEM_KEY_MAX_BYTES] = "";
    return store_real_ops.reserve(store, change(key, changed), request, item);
}

/* The two functions that stand in front of the store. */
#define SAME_KEYS(name, change)                                                                    \
    static struct item *name##_get(struct store *store, struct slice key, uint32_t now_s) {        \
        return changed_get(store, key, now_s, change);                                             \
    }                                                                                              \
    static enum store_result name##_reserve(struct store *store, struct slice key,                 \
                                            const struct store_request *request,                   \
                                            struct item **item) {                                  \
        return changed_reserve(store, key, request, item, change);                                 \
    }

SAME_KEYS(case, lower_case)
SAME_KEYS(prefix, first_64)
SAME_KEYS(percent, without_percent)

static enum store_result first_value_stays(struct store *store, struct item *item,
                                           const struct store_terms *terms, uint32_t now_s) {
    if (terms->mode == STORE_SET && item_at(store, item_key(item), now_s) != NULL)
        return STORE_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

/* ---- words ---- */

static void ends_with_noreply(struct connection *connection, struct request *request) {
    struct slice last = request_last_word(request);
    if (last.length >= 7 && memcmp(last.bytes + last.length - 7, "noreply", 7) == 0)
        connection->no_reply = true;
    classic_delete(connection, request);
}

/* The line at the front of the input, with its line end; its length is 0 if it is not complete. */
static struct slice whole_line(const struct connection *connection) {
    const char *begin = buffer_first(&connection->in);
    const char *newline = memchr(begin, '\n', buffer_length(&connection->in));
    return (struct slice){begin, newline != NULL ? (size_t)(newline - begin) + 1 : 0};
}

static enum dialect_result tabs_are_spaces(struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    for (size_t i = 0; i < whole_line(connection).length; i++)
        if (begin[i] == '\t')
            begin[i] = ' ';
    return classic_dialect.request(connection);
}

/* The line is taken off the input and answered ERROR. */
static enum dialect_result refuse_line(struct connection *connection) {
    buffer_consume(&connection->in, whole_line(connection).length);
    connection->scanned_bytes = 0;
    connection->no_reply = false;
    reply_line(connection, "ERROR");
    return DIALECT_OK;
}

static enum dialect_result two_spaces_refused(struct connection *connection) {
    struct slice line = whole_line(connection);
    for (size_t i = 1; i < line.length; i++)
        if (line.bytes[i] == ' ' && line.bytes[i - 1] == ' ')
            return refuse_line(connection);
    return classic_dialect.request(connection);
}

static enum dialect_result trailing_space_refused(struct connection *connection) {
    struct slice line = whole_line(connection);
    if (line.length > 2 && line.bytes[line.length - 3] == ' ')
        return refuse_line(connection);
    return classic_dialect.request(connection);
}

static enum dialect_result leading_space_refused(struct connection *connection) {
    struct slice line = whole_line(connection);
    if (line.length > 1 && line.bytes[0] == ' ')
        return refuse_line(connection);
    return classic_dialect.request(connection);
}

static enum dialect_result any_case(struct connection *connection) {
    char *begin = buffer_first(&connection->in);
    for (size_t i = 0; i < whole_line(connection).length && begin[i] != ' '; i++)
        begin[i] = lower_case_of(begin[i]);
    return classic_dialect.request(connection);
}

/* A byte that does not go on with a letter of UTF-8 begins one. */
static size_t letters_of(struct slice word) {
    size_t letters = 0;
    for (size_t i = 0; i < word.length; i++)
        letters += ((unsigned char)word.bytes[i] & 0xc0) != 0x80;
    return letters;
}

static void count_letters(struct connection *connection, struct request *request) {
    struct slice rest = request->rest;
    struct slice key = request->count > 1 ? request->word[1] : rest;
    if (request->count == 1 && !request_next_word(&rest, &key))
        key.length = 0;
    if (key.length > ITEM_KEY_MAX_BYTES && letters_of(key) <= ITEM_KEY_MAX_BYTES) {
        key.length = ITEM_KEY_MAX_BYTES;
        if (request->count > 1)
            request->word[1] = key;
        else
            request->rest = key;
    }
    real_handler(connection, request);
}

static const struct bug rows[] = {
#include "bugs/keys.def"
};

AREA_OF(keys)
