/* SPDX-License-Identifier: MIT */
/* shrink.c - delta debugging (Zeller, Hildebrandt 2002) of histories. See shrink.h. */
#include "history/shrink.h"

#include "must.h"

#include <stdlib.h>
#include <string.h>

struct shrinking {
    const struct history *whole;
    const struct history_op *wrong;
    bool *kept, *tried;
    bool *source; /* the wrong operation read something of what it wrote */
};

/* The part with dense stamps of the operations that `kept` names, one bool an operation of `whole`.
 * What returns behind `end` is open in it. */
static struct history *part_of(const struct history *whole, const bool *kept, uint64_t end) {
    struct history *part = history_part(whole);
    for (size_t i = 0; i < whole->count; i++) {
        if (!kept[i])
            continue;
        struct history_op op = whole->ops[i];
        if (op.back > end)
            op.back = HISTORY_OPEN;
        op.key = 0;
        history_add(part, &op);
    }
    part->key_count = 1;
    history_make_dense(part);
    return part;
}

/* ---- what has to stay ---- */

static bool holds_bytes(struct values *values, uint32_t value, uint32_t part) {
    size_t length, part_length;
    const char *bytes = value_bytes(values, value, &length);
    const char *wanted = value_bytes(values, part, &part_length);
    for (size_t at = 0; at + part_length <= length; at++)
        if (memcmp(bytes + at, wanted, part_length) == 0)
            return true;
    return false;
}

/* The written number that is nearest to `number`: the one that was counted from. */
static uint64_t nearest(const struct shrinking *shrinking, uint64_t number) {
    uint64_t least = UINT64_MAX, found = UINT64_MAX, written;
    for (size_t i = 0; i < shrinking->whole->count; i++) {
        const struct history_op *op = &shrinking->whole->ops[i];
        if (op->written == VALUE_NONE ||
            !value_number(shrinking->whole->values, op->written, &written))
            continue;
        uint64_t distance = written > number ? written - number : number - written;
        if (distance < least) {
            least = distance;
            found = written;
        }
    }
    return found;
}

/* The wrong operation read a counter: who set it, and who counted from there. */
static bool is_source_of_number(const struct shrinking *shrinking, const struct history_op *op,
                                uint64_t set) {
    uint64_t written;
    if (op->written != VALUE_NONE)
        return value_number(shrinking->whole->values, op->written, &written) && written == set;
    return op->reply == HISTORY_NUMBER && nearest(shrinking, op->result) == set;
}

/* Notes the operations whose writing the wrong one read. */
static void find_sources(struct shrinking *shrinking) {
    const struct history_op *wrong = shrinking->wrong;
    struct values *values = shrinking->whole->values;
    uint64_t read = wrong->result;
    bool is_value = wrong->reply == HISTORY_VALUE;
    bool counts =
        wrong->reply == HISTORY_NUMBER || (is_value && value_number(values, wrong->seen, &read));
    uint64_t set = counts ? nearest(shrinking, read) : 0;
    for (size_t i = 0; i < shrinking->whole->count; i++) {
        const struct history_op *op = &shrinking->whole->ops[i];
        shrinking->source[i] =
            op != wrong && (counts ? is_source_of_number(shrinking, op, set)
                                   : is_value && op->written != VALUE_NONE &&
                                         holds_bytes(values, wrong->seen, op->written));
    }
}

/* The cas `op` sends a unique that some operation before showed: one of those is tried. */
static bool is_explained(const struct shrinking *shrinking, const struct history_op *op) {
    bool shown = false;
    if (op->kind != HISTORY_CAS)
        return true;
    for (size_t i = 0; i < shrinking->whole->count; i++) {
        const struct history_op *earlier = &shrinking->whole->ops[i];
        if (earlier->key != op->key || earlier->call >= op->call || earlier->unique != op->unique ||
            earlier->kind != HISTORY_GETS)
            continue;
        shown = true;
        if (shrinking->tried[i])
            return true;
    }
    return !shown; /* it was never shown in the whole history, either */
}

/* The wrong operation says that the key held something. */
static bool claims_presence(const struct history_op *op) {
    return op->reply == HISTORY_VALUE || op->reply == HISTORY_DELETED ||
           op->reply == HISTORY_TOUCHED || op->reply == HISTORY_NUMBER ||
           op->reply == HISTORY_EXISTS ||
           (op->reply == HISTORY_NOT_STORED && op->kind == HISTORY_ADD) ||
           (op->reply == HISTORY_STORED && op->kind != HISTORY_SET && op->kind != HISTORY_ADD);
}

/* What it says depends on a value, not only on whether there is one. */
static bool shows_value(const struct history_op *op) {
    return op->reply == HISTORY_VALUE || op->reply == HISTORY_NUMBER || op->kind == HISTORY_CAS;
}

static bool some_have(const struct shrinking *shrinking, const bool *kept,
                      enum history_reply reply) {
    for (size_t i = 0; i < shrinking->whole->count; i++) {
        const struct history_op *op = &shrinking->whole->ops[i];
        if (kept[i] && op != shrinking->wrong && op->reply == reply)
            return true;
    }
    return false;
}

/* What was stored and what was deleted before tell why there is something, or nothing. */
static bool tells_why(const struct shrinking *shrinking) {
    static const enum history_reply replies[] = {HISTORY_STORED, HISTORY_DELETED};
    for (size_t i = 0; claims_presence(shrinking->wrong) && i < 2; i++)
        if (some_have(shrinking, shrinking->kept, replies[i]) &&
            !some_have(shrinking, shrinking->tried, replies[i]) &&
            (replies[i] == HISTORY_STORED || !shows_value(shrinking->wrong)))
            return false;
    return true;
}

static bool makes_sense(const struct shrinking *shrinking) {
    for (size_t i = 0; i < shrinking->whole->count; i++) {
        const struct history_op *op = &shrinking->whole->ops[i];
        if (shrinking->tried[i] ? !is_explained(shrinking, op)
                                : shrinking->kept[i] && shrinking->source[i])
            return false;
    }
    return tells_why(shrinking);
}

/* ---- trying ---- */

/* `tried` is still wrong, and where it was: at the operation that returns last. */
static bool still_wrong(const struct shrinking *shrinking) {
    if (!makes_sense(shrinking))
        return false;
    struct history *part = part_of(shrinking->whole, shrinking->tried, shrinking->wrong->back);
    struct search_verdict verdict = search_history(part, SEARCH_CONFIGS_MAX);
    bool wrong = verdict.result == SEARCH_WRONG &&
                 part->ops[verdict.op].session == shrinking->wrong->session &&
                 part->ops[verdict.op].kind == shrinking->wrong->kind;
    for (size_t i = 0; wrong && i < part->count; i++)
        wrong =
            part->ops[i].back == HISTORY_OPEN || part->ops[i].back <= part->ops[verdict.op].back;
    history_free(part);
    return wrong;
}

/* Which operations a try is about. */
typedef bool choice(const struct shrinking *shrinking, const struct history_op *op);

static bool goes_any(const struct shrinking *shrinking, const struct history_op *op) {
    (void)shrinking;
    (void)op;
    return true;
}

/* It changed nothing. */
static bool goes_refused(const struct shrinking *shrinking, const struct history_op *op) {
    (void)shrinking;
    return op->reply == HISTORY_NOT_STORED || op->reply == HISTORY_EXISTS ||
           op->reply == HISTORY_NOT_FOUND || op->reply == HISTORY_TOUCHED;
}

/* A read that tells no unique to a cas that is left. */
static bool goes_read(const struct shrinking *shrinking, const struct history_op *op) {
    if ((history_kind_groups(op->kind) & HISTORY_READS) == 0)
        return false;
    for (size_t i = 0; i < shrinking->whole->count && op->kind == HISTORY_GETS; i++) {
        const struct history_op *cas = &shrinking->whole->ops[i];
        if (shrinking->kept[i] && cas->kind == HISTORY_CAS && cas->unique == op->unique)
            return false;
    }
    return true;
}

/* Takes away the operations from `first` to before `end` that `goes` names if the rest is still
 * wrong; true if something went. */
static bool try_without(struct shrinking *shrinking, size_t first, size_t end, choice *goes) {
    size_t gone = 0;
    memcpy(shrinking->tried, shrinking->kept, shrinking->whole->count * sizeof *shrinking->tried);
    for (size_t i = first; i < end; i++) {
        const struct history_op *op = &shrinking->whole->ops[i];
        if (!shrinking->kept[i] || op == shrinking->wrong || !goes(shrinking, op))
            continue;
        shrinking->tried[i] = false;
        gone++;
    }
    if (gone == 0 || !still_wrong(shrinking))
        return false;
    memcpy(shrinking->kept, shrinking->tried, shrinking->whole->count * sizeof *shrinking->kept);
    return true;
}

/* What matters least goes first; then halves, quarters, … and single operations, until no single
 * one can go. */
static void shrink(struct shrinking *shrinking) {
    size_t count = shrinking->whole->count;
    try_without(shrinking, 0, count, goes_refused);
    try_without(shrinking, 0, count, goes_read);
    for (size_t size = count / 2 + 1;;) {
        bool went = false;
        for (size_t at = 0; at < count; at += size)
            went =
                try_without(shrinking, at, at + size < count ? at + size : count, goes_any) || went;
        if (size == 1 && !went)
            return;
        size = size > 1 ? size / 2 : 1;
    }
}

/* The operations of the key that were called before the wrong one returned. */
static struct history *part_of_key(const struct history *whole,
                                   const struct search_verdict *verdict, size_t *wrong) {
    const struct history_op *op = &whole->ops[verdict->op];
    bool *kept = must(calloc(whole->count, sizeof *kept), "a smaller history");
    *wrong = 0;
    for (size_t i = 0; i < whole->count; i++) {
        kept[i] = whole->ops[i].key == op->key && whole->ops[i].call < op->back;
        *wrong += kept[i] && i < verdict->op;
    }
    struct history *part = part_of(whole, kept, op->back);
    free(kept);
    return part;
}

struct history *shrink_history(const struct history *whole, const struct search_verdict *verdict,
                               size_t *wrong) {
    size_t index;
    struct history *part = part_of_key(whole, verdict, &index);
    struct shrinking shrinking = {.whole = part, .wrong = &part->ops[index]};
    shrinking.kept = must(malloc((part->count + 1) * sizeof *shrinking.kept), "a smaller history");
    shrinking.tried =
        must(malloc((part->count + 1) * sizeof *shrinking.tried), "a smaller history");
    shrinking.source =
        must(malloc((part->count + 1) * sizeof *shrinking.source), "a smaller history");
    for (size_t i = 0; i < part->count; i++)
        shrinking.kept[i] = true;
    find_sources(&shrinking);
    shrink(&shrinking);
    *wrong = 0;
    for (size_t i = 0; i < index; i++)
        *wrong += shrinking.kept[i];
    struct history *small = part_of(part, shrinking.kept, shrinking.wrong->back);
    free(shrinking.kept);
    free(shrinking.tried);
    free(shrinking.source);
    history_free(part);
    return small;
}
