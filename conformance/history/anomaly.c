/* SPDX-License-Identifier: MIT */
/* anomaly.c - names for what is wrong. See anomaly.h. */
#include "history/anomaly.h"

#include "arena.h"
#include "history/search.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN_BYTES = 24 }; /* of a value */

/* ---- operations in words ---- */

static const char *value_shown(struct arena *arena, const struct history *history, uint32_t value) {
    size_t length;
    const char *bytes = value_bytes(history->values, value, &length);
    uint64_t number;
    if (value == VALUE_NONE)
        return "nothing";
    const char *flags =
        value_has_twin(history->values, value)
            ? arena_format(arena, " flags %" PRIu32, value_flags(history->values, value))
            : "";
    if (value_number(history->values, value, &number))
        return arena_format(arena, "%" PRIu64 "%s", number, flags);
    for (size_t i = 0; i < length && i < SHOWN_BYTES; i++)
        if (bytes[i] < ' ' || bytes[i] > '~')
            return arena_format(arena, "%zu bytes that are no text", length);
    if (length > SHOWN_BYTES)
        return arena_format(arena, "\"%.*s...\" (%zu bytes)%s", SHOWN_BYTES, bytes, length, flags);
    return arena_format(arena, "\"%.*s\"%s", (int)length, bytes, flags);
}

const char *anomaly_request(struct arena *arena, const struct history *history,
                            const struct history_op *op) {
    const char *word = history_kind_word(op->kind);
    unsigned groups = history_kind_groups(op->kind);
    if (op->kind == HISTORY_CAS)
        return arena_format(arena, "cas %s unique %" PRIu64,
                            value_shown(arena, history, op->written), op->unique);
    if ((groups & HISTORY_WRITES) != 0)
        return arena_format(arena, "%s %s", word, value_shown(arena, history, op->written));
    if ((groups & HISTORY_COUNTS) != 0)
        return arena_format(arena, "%s %" PRIu64, word, op->number);
    return word;
}

const char *anomaly_reply(struct arena *arena, const struct history *history,
                          const struct history_op *op) {
    if (op->maybe)
        return "(connection cut)";
    if (op->reply == HISTORY_UNTOLD)
        return "(noreply)";
    if (op->reply == HISTORY_NUMBER)
        return arena_format(arena, "%" PRIu64, op->result);
    if (op->reply != HISTORY_VALUE)
        return history_reply_word(op->reply);
    const char *seen = value_shown(arena, history, op->seen);
    return op->kind == HISTORY_GETS ? arena_format(arena, "%s unique %" PRIu64, seen, op->unique)
                                    : seen;
}

/* ---- what would have been right ---- */

/* The history is right with this in the place of the wrong operation. */
static bool is_right_with(const struct history *history, size_t wrong, struct history_op other) {
    struct history_op *op = &history->ops[wrong], kept = *op;
    *op = other;
    bool right = search_history(history, SEARCH_CONFIGS_MAX).result == SEARCH_RIGHT;
    *op = kept;
    return right;
}

static const char *add_right(struct arena *arena, const char *right, const char *reply) {
    return *right ? arena_format(arena, "%s or %s", right, reply) : reply;
}

static const char *right_values(struct arena *arena, const struct history *history, size_t wrong,
                                const char *right) {
    struct history_op other = history->ops[wrong];
    other.reply = HISTORY_VALUE;
    other.kind = HISTORY_GET; /* whatever the unique */
    for (uint32_t value = VALUE_UNSHOWN + 1; value <= values_count(history->values); value++) {
        other.seen = value;
        if (is_right_with(history, wrong, other))
            right = add_right(arena, right, value_shown(arena, history, value));
    }
    return right;
}

/* Numbers that some operation could have left, give or take its amount. */
static const char *right_numbers(struct arena *arena, const struct history *history, size_t wrong,
                                 const char *right) {
    struct history_op other = history->ops[wrong];
    other.reply = HISTORY_NUMBER;
    for (uint32_t value = VALUE_UNSHOWN + 1; value <= values_count(history->values); value++)
        if (value_number(history->values, value, &other.result) &&
            is_right_with(history, wrong, other))
            right = add_right(arena, right, arena_format(arena, "%" PRIu64, other.result));
    return right;
}

static const char *right_replies(struct arena *arena, const struct history *history, size_t wrong) {
    const struct history_op *op = &history->ops[wrong];
    const char *right = "";
    for (int reply = HISTORY_STORED; reply <= HISTORY_MISS; reply++) {
        struct history_op other = *op;
        other.reply = (uint8_t)reply;
        if (reply == HISTORY_NUMBER && (history_kind_groups(op->kind) & HISTORY_COUNTS) != 0)
            right = right_numbers(arena, history, wrong, right);
        else if (reply == HISTORY_VALUE && (history_kind_groups(op->kind) & HISTORY_READS) != 0)
            right = right_values(arena, history, wrong, right);
        else if (reply != HISTORY_NUMBER && reply != HISTORY_VALUE &&
                 is_right_with(history, wrong, other))
            right = add_right(arena, right, history_reply_word((enum history_reply)reply));
    }
    return *right ? right : NULL;
}

/* ---- kinds of mistakes ---- */

/* The operation that left `value`: stored it, or counted to it. NULL if none did. */
static const struct history_op *writer_of(const struct history *history, size_t wrong,
                                          uint32_t value) {
    uint64_t number;
    bool counts = value_number(history->values, value, &number);
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        if (i != wrong && (op->written == value ||
                           (counts && op->reply == HISTORY_NUMBER && op->result == number)))
            return op;
    }
    return NULL;
}

static bool changes(const struct history_op *op) {
    return op->reply == HISTORY_STORED || op->reply == HISTORY_DELETED ||
           op->reply == HISTORY_NUMBER;
}

/* A change behind `writer` that had returned before `reader` was called; deletes win. */
static const struct history_op *change_behind(const struct history *history,
                                              const struct history_op *writer,
                                              const struct history_op *reader) {
    const struct history_op *found = NULL;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        if (op != writer && changes(op) && op->back < reader->call && op->back > writer->call &&
            (!found || found->kind != HISTORY_DELETE))
            found = op;
    }
    return found;
}

/* A part of the value that was written: some, but not all of it fits together. */
static bool is_made_of_parts(const struct history *history, uint32_t seen) {
    size_t length, part_length;
    const char *bytes = value_bytes(history->values, seen, &length);
    bool joined = false;
    size_t at = 0;
    while (at < length) {
        size_t longest = 0;
        for (size_t i = 0; i < history->count; i++) {
            const char *part = value_bytes(history->values, history->ops[i].written, &part_length);
            if (part_length > longest && part_length <= length - at &&
                memcmp(part, bytes + at, part_length) == 0)
                longest = part_length;
        }
        if (longest == 0)
            return false;
        joined = joined || longest < length;
        at += longest;
    }
    return joined;
}

static struct anomaly named(const char *name, const char *sentence) {
    return (struct anomaly){.name = name, .sentence = sentence};
}

static struct anomaly of_unread_value(const struct history *history, const struct history_op *op) {
    uint64_t number;
    if (value_has_twin(history->values, op->seen))
        return named("torn value", "these bytes were stored with other flags");
    if (value_number(history->values, op->seen, &number))
        return named("lost update", "the counter shows a number to which its changes do not lead");
    if (is_made_of_parts(history, op->seen))
        return named("lost append", "parts that were stored one after the other do not stand so");
    return named("torn value", "nobody wrote these bytes as one value");
}

/* It stores what it made of what it read. */
static bool reads_first(const struct history_op *op) {
    return op->kind == HISTORY_CAS || op->kind == HISTORY_ADD ||
           (history_kind_groups(op->kind) & (HISTORY_COUNTS | HISTORY_JOINS)) != 0;
}

/* A change beside `writer` was acknowledged and is gone, as if `writer` had looked before it and
 * stored behind it. */
static struct anomaly of_overlap(const struct history_op *writer) {
    switch ((enum history_kind)writer->kind) {
    case HISTORY_CAS:
        return named("lost update", "the cas and another change were under way at once; the cas "
                                    "stored over the change that it had to see");
    case HISTORY_ADD:
        return named("non-atomic add", "the add and another change were under way at once; the "
                                       "add stored over a value");
    case HISTORY_INCR:
        return named("non-atomic incr", "another change, made while incr was at work, is lost");
    case HISTORY_DECR:
        return named("non-atomic decr", "another change, made while decr was at work, is lost");
    default:
        return named("lost append", "another change, made while the append or prepend was at "
                                    "work, is lost");
    }
}

/* Another gets shows the same unique with another value. */
static bool shows_another_value(const struct history *history, const struct history_op *op) {
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *other = &history->ops[i];
        if (other->kind == HISTORY_GETS && other->reply == HISTORY_VALUE &&
            other->unique == op->unique && other->seen != op->seen)
            return true;
    }
    return false;
}

static struct anomaly of_value(const struct history *history, size_t wrong) {
    const struct history_op *op = &history->ops[wrong];
    const struct history_op *writer = writer_of(history, wrong, op->seen);
    struct history_op without_unique = *op;
    without_unique.kind = HISTORY_GET;
    if (op->kind == HISTORY_GETS && is_right_with(history, wrong, without_unique)) {
        for (size_t i = 0; i < history->count; i++)
            if (i != wrong && history_shows_unique(&history->ops[i]) &&
                history->ops[i].unique == op->unique)
                return named("cas unique reused",
                             "an earlier version of the key had the same unique: a cas with it "
                             "would store over a change");
        return named("cas unique changed by itself",
                     "nothing changed the key, and its unique is another one");
    }
    if (op->kind == HISTORY_GETS && shows_another_value(history, op))
        return named("cas unique of another version",
                     "the value is an old one and its unique that of a newer: a cas with it stores "
                     "over the change in between");
    if (!writer)
        return of_unread_value(history, op);
    const struct history_op *change = change_behind(history, writer, op);
    if (change && reads_first(writer) && writer->back > change->call)
        return of_overlap(writer);
    if (change && change->kind == HISTORY_DELETE)
        return named("resurrected value", "the value had been deleted, and is back");
    if (change)
        return named("stale read",
                     "the value had been replaced before the read began: the new one was "
                     "acknowledged, the old one is shown");
    return named("value out of order", "the value is shown at a time when it cannot be there");
}

static struct anomaly of_refusal(const struct history_op *op) {
    switch ((enum history_reply)op->reply) {
    case HISTORY_EXISTS:
        return named("cas refused without cause", "nothing changed the key since the gets");
    case HISTORY_NOT_STORED:
        if (op->kind == HISTORY_ADD)
            return named("resurrected value", "add is refused, and the key holds nothing");
        return named("vanished value", "the key holds a value, and is said to hold none");
    default:
        return named("vanished value",
                     "the value is there: nobody deleted it, and it has no expiration time");
    }
}

static struct anomaly of_success(const struct history_op *op) {
    switch ((enum history_kind)op->kind) {
    case HISTORY_CAS:
        return named("lost update",
                     "the cas stored although the key had changed since the gets: the change in "
                     "between is overwritten unseen");
    case HISTORY_ADD:
        return named("non-atomic add", "add stored although the key held a value");
    case HISTORY_DELETE:
        return named("deleted twice", "two deletes were told that they deleted one value");
    case HISTORY_INCR:
    case HISTORY_DECR:
        return named(op->kind == HISTORY_INCR ? "non-atomic incr" : "non-atomic decr",
                     "a change of the counter is lost: two changes started from the same number");
    default:
        return named("resurrected value", "the key holds nothing, and the command found a value");
    }
}

struct anomaly anomaly_find(struct arena *arena, const struct history *history, size_t wrong) {
    const struct history_op *op = &history->ops[wrong];
    struct anomaly anomaly;
    if (op->reply == HISTORY_VALUE)
        anomaly = of_value(history, wrong);
    else if (changes(op) || op->reply == HISTORY_TOUCHED)
        anomaly = of_success(op);
    else
        anomaly = of_refusal(op);
    anomaly.right = right_replies(arena, history, wrong);
    return anomaly;
}
