/* SPDX-License-Identifier: MIT */
/* change.c - defects of cas, delete and touch. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "net/reply.h"

/* ---- cas ---- */

/* The item that a cas may replace; NULL if this is none, or if there is nothing. */
static struct item *cas_old(struct store *store, struct item *item, const struct store_terms *terms,
                            uint32_t now_s) {
    return terms->mode == STORE_CAS ? item_at(store, item_key(item), now_s) : NULL;
}

static enum store_result cas_ignores_unique(struct store *store, struct item *item,
                                            const struct store_terms *terms, uint32_t now_s) {
    bool cas = cas_old(store, item, terms, now_s) != NULL;
    return put_mode(store, item, terms, cas ? STORE_SET : terms->mode, now_s);
}

static enum store_result cas_mismatch_stores(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_EXISTS)
        (void)put_mode(store, item, terms, STORE_SET, now_s);
    return result;
}

static enum store_result cas_match_keeps(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = cas_old(store, item, terms, now_s);
    if (old != NULL && old->cas_unique == terms->cas_unique)
        return STORE_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

static void cas_forgets_flags(struct connection *connection, struct request *request) {
    if (loose_number(request->word[2]).length == request->word[2].length)
        request->word[2] = (struct slice){"0", 1};
    classic_cas(connection, request);
}

static enum store_result cas_keeps_exptime(struct store *store, struct item *item,
                                           const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = cas_old(store, item, terms, now_s);
    if (old != NULL)
        item->expires_s = old->expires_s;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result cas_missing_creates(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (terms->mode == STORE_CAS && result == STORE_NOT_FOUND)
        return put_mode(store, item, terms, STORE_SET, now_s);
    return result;
}

static enum store_result cas_reusable(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = cas_old(store, item, terms, now_s);
    uint64_t unique = old != NULL ? old->cas_unique : 0;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (unique != 0 && result == STORE_STORED)
        unique_give(store, item, unique);
    return result;
}

/* The terms of a cas with the item's own unique, if `same` says that it is to match. */
static enum store_result put_matching(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s, bool same) {
    const struct item *old = cas_old(store, item, terms, now_s);
    struct store_terms changed = *terms;
    if (old != NULL && same)
        changed.cas_unique = old->cas_unique;
    return store_real_ops.put(store, item, &changed, now_s);
}

static enum store_result cas_32_bit(struct store *store, struct item *item,
                                    const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = cas_old(store, item, terms, now_s);
    bool same = old != NULL && (uint32_t)old->cas_unique == (uint32_t)terms->cas_unique;
    return put_matching(store, item, terms, now_s, same);
}

static enum store_result cas_zero_matches(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s) {
    return put_matching(store, item, terms, now_s, terms->cas_unique == 0);
}

static void cas_loose(struct connection *connection, struct request *request) {
    request->word[5] = loose_number(request->word[5]);
    classic_cas(connection, request);
}

/* ---- uniques ---- */

static bool next_unique(const struct answer *answer, struct answer_line *line) {
    while (answer_next_line(answer, line))
        if (slice_is(answer_word(answer, line, 0), "VALUE") &&
            answer_word(answer, line, 4).length > 0)
            return true;
    return false;
}

static void unique_zero(struct answer *answer) {
    struct answer_line line = {0};
    while (next_unique(answer, &line))
        answer_set_word(answer, &line, 4, "0");
}

static void unique_negative(struct answer *answer) {
    struct answer_line line = {0};
    while (next_unique(answer, &line)) {
        char text[24];
        struct slice unique = answer_word(answer, &line, 4);
        snprintf(text, sizeof(text), "-%.*s", (int)unique.length, unique.bytes);
        answer_set_word(answer, &line, 4, text);
    }
}

static uint64_t unique_below(struct store *store) {
    return UINT64_MAX / 2 - ++bugs_of_store(store)->memory.number;
}

static enum store_result unique_falls(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s) {
    struct store_terms changed = *terms;
    if (changed.given_unique == 0)
        changed.given_unique = unique_below(store);
    return store_real_ops.put(store, item, &changed, now_s);
}

static enum store_result unique_falls_arithmetic(struct store *store, struct slice key,
                                                 struct store_delta *delta) {
    if (delta->given_unique == 0)
        delta->given_unique = unique_below(store);
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result cas_refused_changes_unique(struct store *store, struct item *item,
                                                    const struct store_terms *terms,
                                                    uint32_t now_s) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    struct item *old = cas_old(store, item, terms, now_s);
    if (result == STORE_EXISTS && old != NULL)
        old->cas_unique = ++store->cas_unique;
    return result;
}

/* ---- delete ---- */

static enum store_result delete_keeps(struct store *store, struct slice key, uint64_t cas_unique,
                                      uint32_t now_s) {
    const struct item *item = item_at(store, key, now_s);
    if (item != NULL && (cas_unique == 0 || cas_unique == item->cas_unique))
        return STORE_STORED;
    return store_real_ops.remove(store, key, cas_unique, now_s);
}

/* A deleted item keeps its place under a mark that nothing else uses: flags of all ones. */
static const uint32_t hidden_mark = 0xfffffffe;

static void delete_hides(struct connection *connection, struct request *request) {
    struct slice key = request->word[1];
    struct item *item =
        request->count == 2 && key.length <= ITEM_KEY_MAX_BYTES ? item_of(connection, key) : NULL;
    if (item == NULL || item->flags == hidden_mark) {
        classic_delete(connection, request);
        return;
    }
    item->flags = hidden_mark;
    reply_line(connection, "DELETED");
}

static struct item *hidden_get(struct store *store, struct slice key, uint32_t now_s) {
    struct item *item = store_real_ops.get(store, key, now_s);
    return item != NULL && item->flags == hidden_mark ? NULL : item;
}

static void delete_leaves_flags(struct connection *connection, struct request *request) {
    struct bug_memory *memory = &bugs_of(connection)->memory;
    struct slice key = request->word[1];
    const struct item *item = key.length <= ITEM_KEY_MAX_BYTES ? item_of(connection, key) : NULL;
    if (item != NULL) {
        memory->number = item->flags;
        memory->length = key.length;
        memcpy(memory->text, key.bytes, key.length);
    }
    classic_delete(connection, request);
}

static enum store_result reserve_left_flags(struct store *store, struct slice key,
                                            const struct store_request *request,
                                            struct item **item) {
    const struct bug_memory *memory = &bugs_of_store(store)->memory;
    struct store_request changed = *request;
    if (memory->length == key.length && memcmp(memory->text, key.bytes, key.length) == 0)
        changed.flags = (uint32_t)memory->number;
    return store_real_ops.reserve(store, key, &changed, item);
}

static void delete_zero_refused(struct connection *connection, struct request *request) {
    if (request->count > 2 && slice_is(request->word[2], "0"))
        classic_bad_format(connection);
    else
        classic_delete(connection, request);
}

static void delete_time_accepted(struct connection *connection, struct request *request) {
    if (request->count > 2 && !slice_is(request->word[2], "noreply"))
        request->word[2] = (struct slice){"0", 1};
    classic_delete(connection, request);
}

static void delete_noreply_refused(struct connection *connection, struct request *request) {
    if (request->count > 2 && slice_is(request_last_word(request), "noreply"))
        classic_bad_format(connection);
    else
        classic_delete(connection, request);
}

static void delete_two_keys(struct connection *connection, struct request *request) {
    while (request->count > 2 && !slice_is(request_last_word(request), "noreply"))
        remove_at(connection, request->word[--request->count]);
    classic_delete(connection, request);
}

/* ---- touch ---- */

static enum store_result touch_adds_one(struct store *store, struct slice key, uint32_t expires_s,
                                        uint32_t now_s, struct item **item) {
    enum store_result result = store_real_ops.touch(store, key, expires_s, now_s, item);
    if (*item != NULL && turn_is(store, "touch"))
        (*item)->cas_unique++;
    return result;
}

static enum store_result touch_changes_unique(struct store *store, struct slice key,
                                              uint32_t expires_s, uint32_t now_s,
                                              struct item **item) {
    enum store_result result = store_real_ops.touch(store, key, expires_s, now_s, item);
    if (*item != NULL)
        (*item)->cas_unique = ++store->cas_unique;
    return result;
}

static enum store_result touch_only_prolongs(struct store *store, struct slice key,
                                             uint32_t expires_s, uint32_t now_s,
                                             struct item **item) {
    const struct item *old = item_at(store, key, now_s);
    bool sooner = old != NULL && expires_s != CLOCK_NEVER_S &&
                  (old->expires_s == CLOCK_NEVER_S || old->expires_s > expires_s);
    return store_real_ops.touch(store, key, sooner ? old->expires_s : expires_s, now_s, item);
}

static enum store_result touch_drops_flags(struct store *store, struct slice key,
                                           uint32_t expires_s, uint32_t now_s, struct item **item) {
    enum store_result result = store_real_ops.touch(store, key, expires_s, now_s, item);
    if (*item != NULL)
        (*item)->flags = 0;
    return result;
}

/* The exptime of the item at hand afterwards is the one that it had. */
static void touch_and_restore(struct connection *connection, struct request *request) {
    struct slice key = request->word[1];
    struct item *item = key.length <= ITEM_KEY_MAX_BYTES ? item_of(connection, key) : NULL;
    uint32_t expires_s = item != NULL ? item->expires_s : 0;
    classic_touch(connection, request);
    if (item != NULL)
        item->expires_s = expires_s;
}

static void touch_keeps(struct connection *connection, struct request *request) {
    touch_and_restore(connection, request);
}

static void touch_zero_keeps(struct connection *connection, struct request *request) {
    if (slice_is(request->word[2], "0"))
        touch_and_restore(connection, request);
    else
        classic_touch(connection, request);
}

static void touch_zero_ends(struct connection *connection, struct request *request) {
    if (slice_is(request->word[2], "0"))
        request->word[2] = (struct slice){"-1", 2};
    classic_touch(connection, request);
}

static void touch_creates(struct connection *connection, struct request *request) {
    struct server *server = connection->server;
    const struct store_request wanted = {.expires_s = CLOCK_NEVER_S, .now_s = server->clock.now_s};
    const struct store_terms terms = {.mode = STORE_ADD};
    struct slice key = request->word[1];
    struct item *item;
    if (key.length <= ITEM_KEY_MAX_BYTES && item_of(connection, key) == NULL &&
        store_real_ops.reserve(&server->store, key, &wanted, &item) == STORE_STORED) {
        (void)store_real_ops.put(&server->store, item, &terms, wanted.now_s);
        store_release(&server->store, item);
    }
    classic_touch(connection, request);
}

static void touch_negative_refused(struct connection *connection, struct request *request) {
    if (word_is_negative(request->word[2]))
        reply_line(connection, "CLIENT_ERROR invalid exptime argument");
    else
        classic_touch(connection, request);
}

static void touch_absolute_relative(struct connection *connection, struct request *request) {
    if (word_number(request->word[2]) > 30 * 24 * 3600 && !word_is_negative(request->word[2]))
        request->word[2] = (struct slice){"0", 1}; /* more than 50 years */
    classic_touch(connection, request);
}

static void touch_loose(struct connection *connection, struct request *request) {
    request->word[2] = loose_number(request->word[2]);
    classic_touch(connection, request);
}

static const struct bug rows[] = {
#include "bugs/change.def"
};

AREA_OF(change)
