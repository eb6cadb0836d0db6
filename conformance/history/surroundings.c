/* SPDX-License-Identifier: MIT */
/* surroundings.c - more of a key's history. See surroundings.h. */
#include "history/surroundings.h"

#include "history/outcomes.h"
#include "must.h"

#include <stdlib.h>

/* By operation of the whole: is it in the small one? */
static bool *kept_of(const struct history *whole, const struct history *small) {
    bool *kept = must(calloc(whole->count + 1, sizeof *kept), "a scenario");
    for (size_t i = 0; i < small->count; i++)
        kept[small->ops[i].id] = true;
    return kept;
}

static bool is_read(const struct history_op *op) {
    return (history_kind_groups(op->kind) & HISTORY_READS) != 0;
}

static bool may_change(const struct history_op *op) {
    return op->reply == HISTORY_STORED || op->reply == HISTORY_DELETED ||
           op->reply == HISTORY_NUMBER || op->reply == HISTORY_UNTOLD;
}

/* As it is in a part: on its one key. A cas is a set, as its unique is not known again, unless it
 * is of the small history. */
static void add(struct history *part, const struct history_op *from, bool is_kept) {
    struct history_op op = *from;
    op.key = 0;
    if (op.kind == HISTORY_CAS && !is_kept)
        op.kind = HISTORY_SET;
    history_add(part, &op);
}

/* The last operation before `end` that emptied the key; 0 if there is none. */
static size_t last_delete(const struct history *whole, unsigned key, size_t end) {
    while (end > 0 && (whole->ops[end].key != key || whole->ops[end].reply != HISTORY_DELETED))
        end--;
    return end;
}

struct history *surroundings_before(const struct history *whole, const struct history *small) {
    bool *kept = kept_of(whole, small);
    size_t first = small->ops[0].id, end = 0;
    size_t room = small->count < OUTCOMES_OPS_MAX ? OUTCOMES_OPS_MAX - small->count : 0;
    unsigned key = whole->ops[first].key;
    for (size_t i = 0; i < small->count; i++)
        end = small->ops[i].id > end ? small->ops[i].id : end;
    first = last_delete(whole, key, first);
    struct history *part = history_part(whole);
    for (size_t i = first; i <= end; i++) {
        struct history_op op = whole->ops[i];
        bool changed = may_change(&op) && !is_read(&op) && !op.maybe;
        if (op.key != key || (!kept[i] && (!changed || room == 0)))
            continue;
        room -= !kept[i];
        op.call = 2 * part->count;
        op.back = op.maybe ? HISTORY_OPEN : op.call + 1;
        add(part, &op, kept[i]);
    }
    free(kept);
    return part;
}

/* ---- all at once ---- */

/* The first operation, and every gets that tells a later cas its unique, have to come before. */
static size_t needed_first(const struct history *small) {
    size_t end = 1;
    for (size_t i = 0; i < small->count; i++) {
        size_t source = small->ops[i].kind == HISTORY_CAS ? outcomes_source(small, i) : SIZE_MAX;
        if (source != SIZE_MAX && source >= end)
            end = source + 1;
    }
    return end;
}

/* Puts one behind all others; of several `at_once` the last must be ended by end_group(). */
static void put(struct history *part, const struct history_op *from, uint64_t *stamp,
                bool at_once) {
    struct history_op op = *from;
    op.call = (*stamp)++;
    op.back = at_once || op.maybe ? HISTORY_OPEN : (*stamp)++;
    history_add(part, &op);
}

static void end_group(struct history *part, size_t first, uint64_t *stamp) {
    for (size_t i = first; i < part->count; i++)
        if (!part->ops[i].maybe)
            part->ops[i].back = (*stamp)++;
}

struct history *surroundings_at_once(const struct history *small, bool last_first) {
    size_t begin = needed_first(small), changes[OUTCOMES_GROUP_MAX], count = 0;
    struct history *part = history_part(small);
    uint64_t stamp = 0;
    for (size_t i = small->count; i-- > begin && count < OUTCOMES_GROUP_MAX;)
        if (!is_read(&small->ops[i]))
            changes[count++] = i;
    for (size_t i = 0; i < small->count; i++)
        if (i < begin || (!is_read(&small->ops[i]) && count > 0 && i < changes[count - 1]))
            put(part, &small->ops[i], &stamp, false);
    size_t first = part->count;
    for (size_t i = 0; i < count; i++)
        put(part, &small->ops[changes[last_first ? i : count - 1 - i]], &stamp, true);
    end_group(part, first, &stamp);
    for (size_t i = begin; i < small->count; i++)
        if (is_read(&small->ops[i]))
            put(part, &small->ops[i], &stamp, false);
    return part;
}
