/* SPDX-License-Identifier: MIT */
/* checks_cas.c - does the client's cas really compare? The lesson of the shop: a cas that is sent
 * as a plain set loses the sale of another buyer. */
#include "client/checks.h"

#include <inttypes.h>

/* The request that should be the cas: text cas, ms with C, or a binary mutation. */
static const struct arrival *seen_write(const struct trial *trial, size_t from) {
    for (size_t i = from; i < backends_count(trial->backends); i++)
        if (verb_class(backends_at(trial->backends, i)->request.verb) == VERB_CLASS_WRITE)
            return backends_at(trial->backends, i);
    return NULL;
}

/* The cas unique that a request carries; false if it carries none. */
static bool unique_of(const struct request *request, uint64_t *unique) {
    struct slice token;
    if (request->dialect == DIALECT_META) {
        if (!meta_flag(request, 'C', &token))
            return false;
        if (!slice_number(token, unique))
            *unique = 0; /* sent, but wrong: a double of a large one */
        return true;
    }
    *unique = request->unique;
    return request->has_unique;
}

/* What cas gives back to the adapter: the unique that gets showed, or - when it is hidden. */
static const char *unique_word(struct trial *trial) {
    return trial->answer.count > 1 ? word(trial, trial->answer.words[1]) : "-";
}

/* set and gets; *unique is the word for cas. */
static bool begin(struct trial *trial, const char **unique) {
    if (!ask_ok(trial, "set stock 900 0") || !ask(trial, "gets stock"))
        return false;
    if (!was_value(trial, slice_of("900"))) {
        fail(trial, "gets of a value that was set was told as \"%s\"", trial->answer.line);
        return false;
    }
    *unique = unique_word(trial);
    return true;
}

/* Says what was sent in the place of a cas. */
static void sent_no_cas(struct trial *trial, const struct arrival *write) {
    const char *word = verb_name(write->request.verb);
    trial->verdict.received =
        (struct verdict_bytes){write->request.whole.data, write->request.whole.length};
    trial->verdict.hint = "two buyers who read the same stock both write, and one sale is lost; "
                          "python-memcached sends a real cas only with Client(..., "
                          "cache_cas=True), others need an option of their own";
    fail(trial, "the call cas sent a %s without a cas unique", word);
}

void check_cas_sent(struct trial *trial) {
    const char *unique;
    uint64_t sent = 0;
    if (!begin(trial, &unique))
        return;
    const struct item *item = stored(trial, slice_of("stock"));
    uint64_t given = item ? item->unique : 0;
    size_t from = mark(trial);
    if (!ask(trial, "cas stock 899 0 %s", unique))
        return;
    const struct arrival *write = seen_write(trial, from);
    if (!write)
        fail(trial, "the call cas sent nothing");
    else if (!unique_of(&write->request, &sent))
        sent_no_cas(trial, write);
    else if (sent != given)
        fail(trial, "the call cas sent the cas unique %" PRIu64 ", gets had received %" PRIu64,
             sent, given);
    else if (trial->answer.kind != ANSWER_OK)
        fail(trial, "a cas that was answered STORED was told as \"%s\"", trial->answer.line);
}

static void value_is(struct trial *trial, const char *wanted, const char *why) {
    const struct item *item = stored(trial, slice_of("stock"));
    if (!item)
        fail(trial, "the item is gone %s", why);
    else if (!slice_equal((struct slice){item->value, item->value_length}, slice_of(wanted)))
        fail(trial, "the value is \"%.*s\" and not \"%s\" %s", (int)item->value_length, item->value,
             wanted, why);
}

void check_cas_exists(struct trial *trial) {
    const char *unique;
    if (!begin(trial, &unique))
        return;
    write_as_other(trial, slice_of("stock"), slice_of("555"));
    if (!ask(trial, "cas stock 899 0 %s", unique))
        return;
    value_is(trial, "555", "after a cas that came too late");
    if (trial->answer.kind == ANSWER_OK)
        fail(trial, "a cas that was answered EXISTS was told as success");
}

void check_cas_not_found(struct trial *trial) {
    const char *unique;
    if (!begin(trial, &unique))
        return;
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        store_clear(backends_store(trial->backends, i));
    backends_note(trial->backends, "other", "another client deletes \"stock\"");
    if (!ask(trial, "cas stock 899 0 %s", unique))
        return;
    if (stored(trial, slice_of("stock")))
        fail(trial, "cas of an item that was gone stored a value");
    if (trial->answer.kind == ANSWER_OK)
        fail(trial, "a cas of an item that was gone was told as success");
}

void check_cas_again(struct trial *trial) {
    const char *unique;
    if (!begin(trial, &unique))
        return;
    write_as_other(trial, slice_of("stock"), slice_of("555"));
    if (!ask(trial, "cas stock 899 0 %s", unique) || !ask(trial, "gets stock"))
        return;
    if (!was_value(trial, slice_of("555")))
        fail(trial, "gets after a lost cas was told as \"%s\", the value is 555",
             trial->answer.line);
    if (ask_ok(trial, "cas stock 554 0 %s", unique_word(trial)))
        value_is(trial, "554", "after gets and cas again");
}

void check_cas_64_bits(struct trial *trial) {
    const char *unique;
    uint64_t sent = 0, large = UINT64_C(18446744073709551557);
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        store_next_unique(backends_store(trial->backends, i), large);
    if (begin(trial, &unique)) {
        size_t from = mark(trial);
        if (ask(trial, "cas stock 899 0 %s", unique)) {
            const struct arrival *write = seen_write(trial, from);
            if (!write)
                fail(trial,
                     "gets received the cas unique %" PRIu64 ", and cas sent nothing: \"%s\"",
                     large, trial->answer.line);
            else if (!unique_of(&write->request, &sent))
                skip(trial, "no cas is sent, see client.cas.sent");
            else if (sent != large)
                fail(trial, "gets received the cas unique %" PRIu64 ", cas sent %" PRIu64, large,
                     sent);
        }
    }
    for (unsigned i = 0; i < backends_members(trial->backends); i++)
        store_next_unique(backends_store(trial->backends, i), 1);
}

void check_cas_without_gets(struct trial *trial) {
    uint64_t sent = 0;
    if (!ask_ok(trial, "set stock 900 0"))
        return;
    size_t from = mark(trial);
    if (!ask(trial, "cas stock 899 0 -"))
        return;
    const struct arrival *write = seen_write(trial, from);
    if (write && !unique_of(&write->request, &sent))
        sent_no_cas(trial, write);
    else if (trial->answer.kind == ANSWER_OK)
        fail(trial, "cas without a cas unique was told as success");
}
