/* SPDX-License-Identifier: MIT */
/* arithmetic.c - defects of incr and decr. */
#include "bugs/area.h"
#include "bugs/tools.h"
#include "bytes/number.h"
#include "net/reply.h"

static bool number_at(struct store *store, struct slice key, uint32_t now_s, uint64_t *number) {
    struct item *item = item_at(store, key, now_s);
    return item != NULL &&
           number_read_u64((struct slice){item_value(item), item->value_bytes}, number);
}

/* The key holds this text afterwards, with the flags and the exptime it has. */
static struct item *write_text(struct store *store, struct slice key, struct slice text,
                               uint32_t now_s) {
    const struct store_terms terms = {.mode = STORE_SET};
    struct item *item = item_at(store, key, now_s);
    if (item == NULL || !store_hold(item))
        return NULL;
    (void)put_value(store, item, text, &terms, now_s);
    store_release(store, item);
    return item_at(store, key, now_s);
}

static struct item *write_number(struct store *store, struct slice key, uint64_t number,
                                 uint32_t now_s) {
    char digits[NUMBER_DIGITS_MAX];
    size_t length = (size_t)(number_write(digits, number) - digits);
    return write_text(store, key, (struct slice){digits, length}, now_s);
}

/* The right result was stored and is in delta->value; another takes its place. */
static void result_becomes(struct store *store, struct slice key, struct store_delta *delta,
                           uint64_t number) {
    delta->value = number;
    delta->item = write_number(store, key, number, delta->now_s);
}

static enum store_result incr_creates(struct store *store, struct slice key,
                                      struct store_delta *delta) {
    if (!delta->vivify) {
        delta->vivify = true;
        delta->initial = 0;
        delta->initial_expires_s = CLOCK_NEVER_S;
    }
    return store_real_ops.arithmetic(store, key, delta);
}

/* Answers the result and puts the old number back. */
static enum store_result count_and_undo(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    uint64_t before;
    bool known = number_at(store, key, delta->now_s, &before);
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (known && result == STORE_STORED)
        delta->item = write_number(store, key, before, delta->now_s);
    return result;
}

static enum store_result incr_keeps(struct store *store, struct slice key,
                                    struct store_delta *delta) {
    return delta->decrement ? store_real_ops.arithmetic(store, key, delta)
                            : count_and_undo(store, key, delta);
}

static enum store_result decr_keeps(struct store *store, struct slice key,
                                    struct store_delta *delta) {
    return delta->decrement ? count_and_undo(store, key, delta)
                            : store_real_ops.arithmetic(store, key, delta);
}

static enum store_result incr_answers_old(struct store *store, struct slice key,
                                          struct store_delta *delta) {
    uint64_t before;
    bool known = number_at(store, key, delta->now_s, &before);
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (known && result == STORE_STORED && !delta->decrement)
        delta->value = before;
    return result;
}

static enum store_result incr_by_one(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    if (!delta->decrement)
        delta->delta = 1;
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result sum_masked(struct store *store, struct slice key,
                                    struct store_delta *delta, uint64_t mask) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && !delta->created && delta->value > mask)
        result_becomes(store, key, delta, delta->value & mask);
    return result;
}

static enum store_result incr_32_bit(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    return sum_masked(store, key, delta, UINT32_MAX);
}

static enum store_result incr_31_bit(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    return sum_masked(store, key, delta, INT32_MAX);
}

static enum store_result incr_63_bit(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    return sum_masked(store, key, delta, INT64_MAX);
}

static enum store_result incr_saturates(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    uint64_t before;
    bool known = number_at(store, key, delta->now_s, &before);
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (known && result == STORE_STORED && !delta->decrement && delta->value < before)
        result_becomes(store, key, delta, UINT64_MAX);
    return result;
}

static enum store_result decr_wraps(struct store *store, struct slice key,
                                    struct store_delta *delta) {
    uint64_t before;
    bool known = number_at(store, key, delta->now_s, &before);
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (known && result == STORE_STORED && delta->decrement && delta->delta > before)
        result_becomes(store, key, delta, before - delta->delta);
    return result;
}

static enum store_result decr_stays(struct store *store, struct slice key,
                                    struct store_delta *delta) {
    uint64_t before;
    if (number_at(store, key, delta->now_s, &before) && delta->decrement && delta->delta > before)
        delta->delta = 0;
    return store_real_ops.arithmetic(store, key, delta);
}

/* ---- the delta ---- */

static enum store_result delta_32_bit(struct store *store, struct slice key,
                                      struct store_delta *delta) {
    delta->delta = (uint32_t)delta->delta;
    return store_real_ops.arithmetic(store, key, delta);
}

static void delta_loose(struct connection *connection, struct request *request) {
    request->word[2] = loose_number(request->word[2]);
    real_handler(connection, request);
}

static void delta_negative(struct connection *connection, struct request *request) {
    if (!word_is_negative(request->word[2])) {
        classic_incr(connection, request);
        return;
    }
    request->word[2].bytes++;
    request->word[2].length--;
    classic_decr(connection, request);
}

static void delta_zero_refused(struct connection *connection, struct request *request) {
    if (slice_is(request->word[2], "0"))
        reply_line(connection, "CLIENT_ERROR invalid numeric delta argument");
    else
        real_handler(connection, request);
}

/* ---- how the number is written ---- */

static enum store_result incr_cannot_grow(struct store *store, struct slice key,
                                          struct store_delta *delta) {
    const struct item *old = item_at(store, key, delta->now_s);
    size_t length = old != NULL ? old->value_bytes : 0;
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && length > 0 && delta->item->value_bytes > length) {
        char digits[NUMBER_DIGITS_MAX];
        memcpy(digits, item_value(delta->item), length);
        delta->item = write_text(store, key, (struct slice){digits, length}, delta->now_s);
    }
    return result;
}

static void decr_keeps_length(struct answer *answer) {
    struct answer_line line = {0};
    while (answer_next_line(answer, &line)) {
        size_t spaces = 0;
        const char *end = answer_bytes(answer) + line.data_at + line.data_bytes - 2;
        while (line.data_bytes > spaces + 2 && end[-1 - (ptrdiff_t)spaces] == ' ')
            spaces++;
        bool number = line.data_bytes > spaces + 2 && end[-1 - (ptrdiff_t)spaces] >= '0' &&
                      end[-1 - (ptrdiff_t)spaces] <= '9';
        if (spaces == 0 || !number)
            continue;
        answer_replace(answer, line.data_at + line.data_bytes - 2 - spaces, spaces,
                       (struct slice){"", 0});
        line.data_bytes -= spaces;
    }
}

static enum store_result decr_leading_zeros(struct store *store, struct slice key,
                                            struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result != STORE_STORED)
        return result;
    char *value = item_value(delta->item);
    size_t length = delta->item->value_bytes;
    size_t digits = length;
    while (digits > 0 && value[digits - 1] == ' ')
        digits--;
    memmove(value + length - digits, value, digits);
    memset(value, '0', length - digits);
    return result;
}

static enum store_result decr_shortens(struct store *store, struct slice key,
                                       struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && !delta->created &&
        memchr(item_value(delta->item), ' ', delta->item->value_bytes) != NULL)
        result_becomes(store, key, delta, delta->value);
    return result;
}

/* ---- what is a number ---- */

static enum store_result non_numeric_zero(struct store *store, struct slice key,
                                          struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result != STORE_NON_NUMERIC)
        return result;
    (void)write_number(store, key, 0, delta->now_s);
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result non_numeric_removes(struct store *store, struct slice key,
                                             struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_NON_NUMERIC)
        (void)store_real_ops.remove(store, key, 0, delta->now_s);
    return result;
}

/* Writes what the value counts as, if it is no number yet, and lets the real one count. */
static enum store_result count_from(struct store *store, struct slice key,
                                    struct store_delta *delta, struct slice text) {
    char digits[NUMBER_DIGITS_MAX];
    if (text.length > sizeof(digits))
        return STORE_NON_NUMERIC;
    memcpy(digits, text.bytes, text.length);
    (void)write_text(store, key, (struct slice){digits, text.length}, delta->now_s);
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result prefix_counts(struct store *store, struct slice key,
                                       struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    struct item *item = item_at(store, key, delta->now_s);
    if (result != STORE_NON_NUMERIC || item == NULL)
        return result;
    struct slice prefix = loose_number((struct slice){item_value(item), item->value_bytes});
    bool digit = prefix.length > 0 && item->value_bytes > 0 && item_value(item)[0] >= '0' &&
                 item_value(item)[0] <= '9';
    return digit ? count_from(store, key, delta, prefix) : result;
}

static enum store_result empty_is_zero(struct store *store, struct slice key,
                                       struct store_delta *delta) {
    const struct item *item = item_at(store, key, delta->now_s);
    if (item != NULL && item->value_bytes == 0)
        return count_from(store, key, delta, (struct slice){"0", 1});
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result octal_value(struct store *store, struct slice key,
                                     struct store_delta *delta) {
    struct item *item = item_at(store, key, delta->now_s);
    uint64_t number = 0;
    if (item == NULL || item->value_bytes < 2 || item_value(item)[0] != '0')
        return store_real_ops.arithmetic(store, key, delta);
    for (size_t i = 1; i < item->value_bytes; i++) {
        char digit = item_value(item)[i];
        if (digit < '0' || digit > '7')
            return STORE_NON_NUMERIC;
        number = number * 8 + (uint64_t)(digit - '0');
    }
    (void)write_number(store, key, number, delta->now_s);
    return store_real_ops.arithmetic(store, key, delta);
}

static enum store_result spaces_refused(struct store *store, struct slice key,
                                        struct store_delta *delta) {
    struct item *item = item_at(store, key, delta->now_s);
    if (item != NULL && memchr(item_value(item), ' ', item->value_bytes) != NULL)
        return STORE_NON_NUMERIC;
    return store_real_ops.arithmetic(store, key, delta);
}

/* ---- what it leaves alone ---- */

static enum store_result forgets_flags(struct store *store, struct slice key,
                                       struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED)
        delta->item->flags = 0;
    return result;
}

static enum store_result forgets_exptime(struct store *store, struct slice key,
                                         struct store_delta *delta) {
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (result == STORE_STORED && !delta->created)
        delta->item->expires_s = CLOCK_NEVER_S;
    return result;
}

static enum store_result count_without_unique(struct store *store, struct slice key,
                                              struct store_delta *delta, bool wanted) {
    const struct item *old = item_at(store, key, delta->now_s);
    uint64_t unique = old != NULL ? old->cas_unique : 0;
    enum store_result result = store_real_ops.arithmetic(store, key, delta);
    if (wanted && unique != 0 && result == STORE_STORED)
        unique_give(store, delta->item, unique);
    return result;
}

static enum store_result keeps_unique(struct store *store, struct slice key,
                                      struct store_delta *delta) {
    return count_without_unique(store, key, delta, true);
}

static enum store_result zero_keeps_unique(struct store *store, struct slice key,
                                           struct store_delta *delta) {
    return count_without_unique(store, key, delta, delta->delta == 0);
}

static enum store_result large_value_counts(struct store *store, struct slice key,
                                            struct store_delta *delta) {
    const struct item *item = item_at(store, key, delta->now_s);
    if (item != NULL && item->value_bytes > 500000)
        (void)write_number(store, key, 1, delta->now_s);
    return store_real_ops.arithmetic(store, key, delta);
}

static const struct bug rows[] = {
#include "bugs/arithmetic.def"
};

AREA_OF(arithmetic)
