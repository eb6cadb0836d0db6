/* SPDX-License-Identifier: MIT */
/* narrow.c - shorter operations. See narrow.h.
 *
 * A shorter operation only forbids more orders, so that what is wrong stays wrong; that it stays
 * wrong at the same operation has to be tried. */
#include "history/narrow.h"

#include "history/search.h"

#include <string.h>

enum { SCALE = 4 }; /* between two stamps there is room for a beginning and an end */

/* Pairs of operations at once; of those that are no reads; and with the wrong one, if it is none.
 * And how long all operations are together, in stamps; reads count twice, so that they move first.
 */
struct overlaps {
    unsigned all, of_changes, of_wrong;
    uint64_t length;
};

static bool is_read(const struct history_op *op) {
    return (history_kind_groups(op->kind) & HISTORY_READS) != 0;
}

static struct overlaps overlaps_of(const struct history *history, size_t wrong) {
    struct overlaps overlaps = {0};
    for (size_t i = 0; i < history->count; i++) {
        if (history->ops[i].back != HISTORY_OPEN)
            overlaps.length +=
                (history->ops[i].back - history->ops[i].call) * (is_read(&history->ops[i]) ? 2 : 1);
        for (size_t k = i + 1; k < history->count; k++) {
            const struct history_op *a = &history->ops[i], *b = &history->ops[k];
            if (b->call > a->back)
                continue;
            bool changes = !is_read(a) && !is_read(b);
            overlaps.all++;
            overlaps.of_changes += changes;
            overlaps.of_wrong += changes && (i == wrong || k == wrong);
        }
    }
    return overlaps;
}

static struct history *copy_of(const struct history *history) {
    struct history *copy = history_part(history);
    for (size_t i = 0; i < history->count; i++)
        history_add(copy, &history->ops[i]);
    return copy;
}

/* A copy in which operation `index` goes from `call` to `back`, in stamps of SCALE to one; *wrong
 * is where the wrong operation is in it. */
static struct history *shortened(const struct history *history, size_t index, size_t *wrong,
                                 uint64_t call, uint64_t back) {
    struct history *copy = copy_of(history);
    for (size_t i = 0; i < copy->count; i++) {
        copy->ops[i].call *= SCALE;
        if (copy->ops[i].back != HISTORY_OPEN)
            copy->ops[i].back *= SCALE;
    }
    copy->ops[index].call = call;
    copy->ops[index].back = back;
    uint64_t wrong_call = copy->ops[*wrong].call;
    history_sort(copy);
    for (size_t i = 0; i < copy->count; i++)
        if (copy->ops[i].call == wrong_call)
            *wrong = i;
    history_make_dense(copy);
    return copy;
}

/* The copy is as wrong as the history, and less overlaps, or the same is shorter. */
static bool is_better(const struct history *copy, size_t wrong, struct overlaps before) {
    struct overlaps after = overlaps_of(copy, wrong);
    if (after.all > before.all || (after.all == before.all && after.length >= before.length) ||
        (before.of_changes > 0 && after.of_changes == 0) ||
        (before.of_wrong > 0 && after.of_wrong == 0))
        return false;
    struct search_verdict verdict = search_history(copy, SEARCH_CONFIGS_MAX);
    return verdict.result == SEARCH_WRONG && verdict.op == wrong;
}

/* Takes the first shorter span of operation `index` that is better: begun later or ended sooner, by
 * any number of stamps. The wrong operation still returns last. */
static bool shorten(struct history **history, size_t index, size_t *wrong) {
    const struct history_op *op = &(*history)->ops[index];
    struct overlaps before = overlaps_of(*history, *wrong);
    uint64_t first = op->call * SCALE, last = op->back * SCALE;
    uint64_t soonest = index == *wrong ? last : first + 1;
    for (uint64_t call = first; call < last; call += call == first ? 2 : SCALE)
        for (uint64_t back = soonest; back <= last; back += back + SCALE < last ? SCALE : 1) {
            size_t at = *wrong;
            if (back <= call)
                continue;
            struct history *copy = shortened(*history, index, &at, call, back);
            if (is_better(copy, at, before)) {
                history_free(*history);
                *history = copy;
                *wrong = at;
                return true;
            }
            history_free(copy);
        }
    return false;
}

size_t narrow_history(struct history *history, size_t wrong) {
    struct history *work = copy_of(history);
    bool went = true;
    while (went) {
        went = false;
        for (size_t i = 0; i < work->count && !went; i++)
            went = work->ops[i].back != HISTORY_OPEN && shorten(&work, i, &wrong);
    }
    memcpy(history->ops, work->ops, work->count * sizeof *work->ops);
    history_free(work);
    return wrong;
}
