/* SPDX-License-Identifier: MIT */
/* storage.c - defects of set, add, replace, append, prepend: what is stored, and when. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "net/reply.h"

/* ---- flags ---- */

static enum store_result reserve_with(struct store *store, struct slice key,
                                      const struct store_request *request, uint32_t flags,
                                      struct item **item) {
    struct store_request changed = *request;
    changed.flags = flags;
    return store_real_ops.reserve(store, key, &changed, item);
}

static enum store_result forget_flags(struct store *store, struct slice key,
                                      const struct store_request *request, struct item **item) {
    return reserve_with(store, key, request, 0, item);
}

static enum store_result short_flags(struct store *store, struct slice key,
                                     const struct store_request *request, struct item **item) {
    return reserve_with(store, key, request, request->flags & 0xffff, item);
}

static enum store_result byte_flags(struct store *store, struct slice key,
                                    const struct store_request *request, struct item **item) {
    return reserve_with(store, key, request, request->flags & 0xff, item);
}

static void flags_signed(struct answer *answer) {
    struct answer_line line = {0};
    char text[16];
    uint64_t flags;
    while (answer_next_line(answer, &line)) {
        if (!slice_is(answer_word(answer, &line, 0), "VALUE") ||
            !number_read_u64(answer_word(answer, &line, 2), &flags) || flags <= INT32_MAX)
            continue;
        snprintf(text, sizeof(text), "%d", (int)(uint32_t)flags);
        answer_set_word(answer, &line, 2, text);
    }
}

static enum store_result keep_old_flags(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (old != NULL && terms->mode == STORE_SET)
        item->flags = old->flags;
    return store_real_ops.put(store, item, terms, now_s);
}

/* ---- values ---- */

static enum store_result keep_old_tail(struct store *store, struct item *item,
                                       const struct store_terms *terms, uint32_t now_s) {
    struct item *old = item_at(store, item_key(item), now_s);
    if (old == NULL || terms->mode != STORE_SET || old->value_bytes <= item->value_bytes ||
        !store_hold(old))
        return store_real_ops.put(store, item, terms, now_s);
    memcpy(item_value(old), item_value(item), item->value_bytes);
    enum store_result result =
        put_value(store, item, (struct slice){item_value(old), old->value_bytes}, terms, now_s);
    store_release(store, old);
    return result;
}

/* ---- the unique of one command stays ---- */

static enum store_result put_keeps_unique(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s,
                                          enum store_mode mode) {
    const struct item *old = item_at(store, item_key(item), now_s);
    uint64_t unique = old != NULL && terms->mode == mode ? old->cas_unique : 0;
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    struct item *stored = item_at(store, item_key(item), now_s);
    if (result == STORE_STORED && unique != 0 && stored != NULL)
        unique_give(store, stored, unique);
    return result;
}

static enum store_result set_keeps_unique(struct store *store, struct item *item,
                                          const struct store_terms *terms, uint32_t now_s) {
    return put_keeps_unique(store, item, terms, now_s, STORE_SET);
}

static enum store_result replace_keeps_unique(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    return put_keeps_unique(store, item, terms, now_s, STORE_REPLACE);
}

static enum store_result append_keeps_unique(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    return put_keeps_unique(store, item, terms, now_s, STORE_APPEND);
}

static enum store_result prepend_keeps_unique(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    return put_keeps_unique(store, item, terms, now_s, STORE_PREPEND);
}

/* ---- add and replace ---- */

/* Is this an add on a key that exists? */
static struct item *refused_by(struct store *store, struct item *item,
                               const struct store_terms *terms, uint32_t now_s) {
    return terms->mode == STORE_ADD ? item_at(store, item_key(item), now_s) : NULL;
}

static enum store_result add_overwrites(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    if (refused_by(store, item, terms, now_s) == NULL)
        return store_real_ops.put(store, item, terms, now_s);
    (void)put_mode(store, item, terms, STORE_SET, now_s);
    return STORE_NOT_STORED;
}

static enum store_result add_answers_stored(struct store *store, struct item *item,
                                            const struct store_terms *terms, uint32_t now_s) {
    bool refused = refused_by(store, item, terms, now_s) != NULL;
    return refused ? STORE_STORED : store_real_ops.put(store, item, terms, now_s);
}

static enum store_result add_is_set(struct store *store, struct item *item,
                                    const struct store_terms *terms, uint32_t now_s) {
    return put_mode(store, item, terms, terms->mode == STORE_ADD ? STORE_SET : terms->mode, now_s);
}

static enum store_result add_refused_changes_unique(struct store *store, struct item *item,
                                                    const struct store_terms *terms,
                                                    uint32_t now_s) {
    struct item *old = refused_by(store, item, terms, now_s);
    if (old != NULL)
        old->cas_unique = ++store->cas_unique;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum dialect_result add_missing_forgets(struct connection *connection) {
    struct item *item = connection->upload.item;
    bool created = connection->upload.terms.mode == STORE_ADD &&
                   item_of(connection, item_key(item)) == NULL && store_hold(item);
    enum dialect_result result = classic_dialect.value(connection);
    if (created && result == DIALECT_OK)
        remove_at(connection, item_key(item));
    if (created)
        store_release(&connection->server->store, item);
    return result;
}

static enum store_result replace_creates(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    return put_mode(store, item, terms, terms->mode == STORE_REPLACE ? STORE_SET : terms->mode,
                    now_s);
}

static enum store_result replace_keeps_value(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    if (terms->mode == STORE_REPLACE && item_at(store, item_key(item), now_s) != NULL)
        return STORE_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

static enum store_result replace_keeps_flags(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (terms->mode == STORE_REPLACE && old != NULL)
        item->flags = old->flags;
    return store_real_ops.put(store, item, terms, now_s);
}

/* ---- append and prepend ---- */

static enum store_result join_creates(struct store *store, struct item *item,
                                      const struct store_terms *terms, uint32_t now_s,
                                      enum store_mode mode) {
    struct store_terms changed = *terms;
    changed.vivify = changed.vivify || terms->mode == mode;
    return store_real_ops.put(store, item, &changed, now_s);
}

static enum store_result append_creates(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    return join_creates(store, item, terms, now_s, STORE_APPEND);
}

static enum store_result prepend_creates(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    return join_creates(store, item, terms, now_s, STORE_PREPEND);
}

static enum store_result append_in_front(struct store *store, struct item *item,
                                         const struct store_terms *terms, uint32_t now_s) {
    bool append = terms->mode == STORE_APPEND;
    return put_mode(store, item, terms, append ? STORE_PREPEND : terms->mode, now_s);
}

static enum store_result prepend_behind(struct store *store, struct item *item,
                                        const struct store_terms *terms, uint32_t now_s) {
    bool prepend = terms->mode == STORE_PREPEND;
    return put_mode(store, item, terms, prepend ? STORE_APPEND : terms->mode, now_s);
}

static enum store_result append_overwrites(struct store *store, struct item *item,
                                           const struct store_terms *terms, uint32_t now_s) {
    bool append = terms->mode == STORE_APPEND;
    return put_mode(store, item, terms, append ? STORE_REPLACE : terms->mode, now_s);
}

enum taken { TAKES_FLAGS, TAKES_EXPTIME };

/* A value that this mode joins also takes flags or exptime of the request. */
static enum store_result join_takes(struct store *store, struct item *item,
                                    const struct store_terms *terms, uint32_t now_s,
                                    enum store_mode mode, enum taken taken) {
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    struct item *joined = item_at(store, item_key(item), now_s);
    if (result != STORE_STORED || terms->mode != mode || joined == NULL)
        return result;
    if (taken == TAKES_FLAGS)
        joined->flags = item->flags;
    else
        joined->expires_s = item->expires_s;
    return result;
}

static enum store_result append_takes_flags(struct store *store, struct item *item,
                                            const struct store_terms *terms, uint32_t now_s) {
    return join_takes(store, item, terms, now_s, STORE_APPEND, TAKES_FLAGS);
}

static enum store_result prepend_takes_flags(struct store *store, struct item *item,
                                             const struct store_terms *terms, uint32_t now_s) {
    return join_takes(store, item, terms, now_s, STORE_PREPEND, TAKES_FLAGS);
}

static enum store_result append_takes_exptime(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    return join_takes(store, item, terms, now_s, STORE_APPEND, TAKES_EXPTIME);
}

static enum store_result prepend_takes_exptime(struct store *store, struct item *item,
                                               const struct store_terms *terms, uint32_t now_s) {
    return join_takes(store, item, terms, now_s, STORE_PREPEND, TAKES_EXPTIME);
}

static enum store_result append_empty_not_stored(struct store *store, struct item *item,
                                                 const struct store_terms *terms, uint32_t now_s) {
    if (terms->mode == STORE_APPEND && item->value_bytes == 0)
        return STORE_NOT_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

/* ---- the line ---- */

static void answer_stored_early(struct connection *connection, struct request *request) {
    real_handler(connection, request);
    if (connection->state == CONNECTION_VALUE)
        reply_line(connection, "STORED");
}

static void extra_word_refused(struct connection *connection, struct request *request) {
    if (request->count > 5 && !slice_is(request_last_word(request), "noreply"))
        reply_line(connection, "ERROR");
    else
        real_handler(connection, request);
}

/* ---- counters are kept apart ---- */

enum { MARK_COUNTED = 128 /* a bit of item->marks that nothing else uses */ };

static enum store_result counted_marked(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED)
        delta->item->marks |= MARK_COUNTED;
    return result;
}

static enum store_result put_not_over_counted(struct store *store, struct item *item,
                                              const struct store_terms *terms, uint32_t now_s) {
    const struct item *old = item_at(store, item_key(item), now_s);
    if (terms->mode == STORE_SET && old != NULL && (old->marks & MARK_COUNTED) != 0)
        return STORE_NOT_STORED;
    return store_real_ops.put(store, item, terms, now_s);
}

static const struct bug rows[] = {
#include "bugs/storage.def"
};

AREA_OF(storage)
