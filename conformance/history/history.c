/* SPDX-License-Identifier: MIT */
/* history.c - operations in the order of their calls. See history.h. */
#include "history/history.h"

#include "must.h"

#include <assert.h>
#include <stdlib.h>

static const struct {
    const char *word;
    unsigned groups;
} kinds[HISTORY_KIND_COUNT] = {
#define KIND(name, word, groups) [HISTORY_##name] = {word, groups},
#include "history/kinds.def"
#undef KIND
};

static const char *const replies[] = {
    [HISTORY_UNTOLD] = "?",
    [HISTORY_STORED] = "STORED",
    [HISTORY_NOT_STORED] = "NOT_STORED",
    [HISTORY_EXISTS] = "EXISTS",
    [HISTORY_NOT_FOUND] = "NOT_FOUND",
    [HISTORY_DELETED] = "DELETED",
    [HISTORY_TOUCHED] = "TOUCHED",
    [HISTORY_NUMBER] = "a number",
    [HISTORY_VALUE] = "VALUE",
    [HISTORY_MISS] = "END",
};

struct history *history_new(void) {
    struct history *history = must(calloc(1, sizeof *history), "a history");
    history->values = values_new();
    history->owns_values = true;
    return history;
}

struct history *history_part(const struct history *whole) {
    struct history *part = must(calloc(1, sizeof *part), "a history");
    part->values = whole->values;
    part->key_count = whole->key_count;
    part->session_count = whole->session_count;
    return part;
}

void history_free(struct history *history) {
    if (!history)
        return;
    if (history->owns_values)
        values_free(history->values);
    free(history->ops);
    free(history);
}

size_t history_add(struct history *history, const struct history_op *op) {
    if (history->count == history->capacity) {
        history->capacity = history->capacity ? history->capacity * 2 : 256;
        history->ops =
            must(realloc(history->ops, history->capacity * sizeof *history->ops), "a history");
    }
    assert(history->count == 0 || history->ops[history->count - 1].call < op->call);
    if (op->key >= history->key_count)
        history->key_count = op->key + 1U;
    if (op->session >= history->session_count)
        history->session_count = op->session + 1U;
    history->ops[history->count] = *op;
    if (history->owns_values)
        history->ops[history->count].id = (uint32_t)history->count;
    return history->count++;
}

static int by_call(const void *a, const void *b) {
    const struct history_op *left = a, *right = b;
    return (left->call > right->call) - (left->call < right->call);
}

void history_sort(struct history *history) {
    qsort(history->ops, history->count, sizeof *history->ops, by_call);
}

static int compare(const void *a, const void *b) {
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

void history_make_dense(struct history *history) {
    uint64_t *stamps = must(malloc((2 * history->count + 1) * sizeof *stamps), "a history");
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        stamps[count++] = history->ops[i].call;
        if (history->ops[i].back != HISTORY_OPEN)
            stamps[count++] = history->ops[i].back;
    }
    qsort(stamps, count, sizeof *stamps, compare);
    for (size_t i = 0; i < history->count; i++) {
        struct history_op *op = &history->ops[i];
        uint64_t *call = bsearch(&op->call, stamps, count, sizeof *stamps, compare);
        uint64_t *back = bsearch(&op->back, stamps, count, sizeof *stamps, compare);
        op->call = (uint64_t)(call - stamps);
        if (back)
            op->back = (uint64_t)(back - stamps);
    }
    free(stamps);
}

const char *history_kind_word(enum history_kind kind) {
    return kinds[kind].word;
}

unsigned history_kind_groups(enum history_kind kind) {
    return kinds[kind].groups;
}

const char *history_reply_word(enum history_reply reply) {
    return replies[reply];
}

bool history_shows_unique(const struct history_op *op) {
    return !op->any_unique && ((op->kind == HISTORY_GETS && op->reply == HISTORY_VALUE) ||
                               (op->kind == HISTORY_CAS && op->reply == HISTORY_STORED));
}
