/* SPDX-License-Identifier: MIT */
/* words.c - the values that are written to each key, sorted. See words.h. */
#include "history/words.h"

#include "must.h"

#include <stdlib.h>
#include <string.h>

static bool begins_with(const struct word *word, const struct word *beginning) {
    return beginning->length <= word->length &&
           memcmp(word->bytes, beginning->bytes, beginning->length) == 0;
}

static int compare(const void *a, const void *b) {
    const struct word *first = a, *second = b;
    size_t shorter = first->length < second->length ? first->length : second->length;
    int order = memcmp(first->bytes, second->bytes, shorter);
    if (order != 0)
        return order;
    return (first->length > second->length) - (first->length < second->length);
}

/* No two are the same; and where they are joined, none is the beginning of another. In the order
 * of bytes those stand side by side. */
static bool all_differ(const struct word *list, size_t count, bool joined) {
    for (size_t i = 0; i + 1 < count; i++)
        if (begins_with(&list[i + 1], &list[i]) && (joined || list[i + 1].length == list[i].length))
            return false;
    return true;
}

void words_find(struct words *words, const struct history *history) {
    unsigned keys = history->key_count;
    unsigned *groups = must(calloc(keys + 1U, sizeof *groups), "a history");
    words->list = must(malloc((history->count + 1) * sizeof *words->list), "a history");
    words->first = must(calloc(keys + 2U, sizeof *words->first), "a history");
    words->plain = must(calloc(keys + 1U, sizeof *words->plain), "a history");
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        groups[op->key] |= history_kind_groups(op->kind);
        words->first[op->key + 2U] += op->written != VALUE_NONE;
    }
    for (unsigned key = 0; key < keys; key++)
        words->first[key + 2U] += words->first[key + 1U];
    /* first[key + 1] goes from the beginning of the key's words to their end. */
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        if (op->written == VALUE_NONE)
            continue;
        struct word *word = &words->list[words->first[op->key + 1U]++];
        word->bytes = value_bytes(history->values, op->written, &word->length);
        word->value = op->written;
        word->joins = (history_kind_groups(op->kind) & HISTORY_JOINS) != 0;
    }
    for (unsigned key = 0; key < keys; key++) {
        struct word *list = words->list + words->first[key];
        size_t count = words->first[key + 1U] - words->first[key];
        qsort(list, count, sizeof *list, compare);
        words->plain[key] = (groups[key] & HISTORY_COUNTS) == 0 &&
                            all_differ(list, count, (groups[key] & HISTORY_JOINS) != 0);
    }
    free(groups);
}

void words_free(struct words *words) {
    free(words->list);
    free(words->first);
    free(words->plain);
    *words = (struct words){0};
}

/* The word with which the rest begins, or NULL: the last that is not behind it in the order. */
static const struct word *first_of(const struct words *words, unsigned key,
                                   const struct word *rest) {
    size_t low = words->first[key], high = words->first[key + 1U];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&words->list[middle], rest) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == words->first[key] || !begins_with(rest, &words->list[low - 1]))
        return NULL;
    return &words->list[low - 1];
}

size_t words_split(const struct words *words, unsigned key, const char *bytes, size_t length,
                   const struct word **parts, size_t room) {
    struct word rest = {.bytes = bytes, .length = length};
    size_t count = 0;
    while (rest.length > 0) {
        const struct word *word = first_of(words, key, &rest);
        if (!word || word->length == 0 || count == room)
            return 0;
        parts[count++] = word;
        rest.bytes += word->length;
        rest.length -= word->length;
    }
    return count;
}
