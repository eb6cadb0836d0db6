/* SPDX-License-Identifier: MIT */
/* search.c - the search for an order. See search.h. */
#include "history/search.h"

#include "history/configs.h"
#include "history/uniques.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* One key, while the search goes through the stamps. */
struct line {
    struct configs now;
    struct slots used;          /* operations under way */
    struct slots open;          /* those of them that never return: they may also be left out */
    uint32_t ops[SLOTS];        /* which operation is in a slot */
    struct slots before[SLOTS]; /* what the same session asked before, and has no reply yet */
    struct uniques shown;       /* by operations that returned */
    bool over;                  /* wrong, or given up */
    bool given_up;
};

struct search {
    const struct history *history;
    size_t configs_max;
    struct line *lines;    /* a key each */
    struct configs next;   /* behind the operation that returns */
    struct configs within; /* on the way there */
    uint8_t *slot_of;      /* by operation */
    struct search_verdict verdict;
    size_t *wrong; /* an operation for each key that is; or NULL: the first one is enough */
    size_t wrong_count;
};

static void *must(void *made) {
    if (!made) {
        fprintf(stderr, "mctap: out of memory while a history is judged\n");
        abort();
    }
    return made;
}

static const struct history_op *op_in(const struct search *search, const struct line *line,
                                      unsigned slot) {
    return &search->history->ops[line->ops[slot]];
}

/* No operation that took effect before showed the unique of `op`. */
static bool is_unused(const struct search *search, const struct line *line,
                      const struct config *config, const struct history_op *op) {
    if (uniques_have(&line->shown, op->unique))
        return false;
    for (unsigned slot = slots_next(&config->done, 0); slot < SLOTS;
         slot = slots_next(&config->done, slot + 1)) {
        const struct history_op *done = op_in(search, line, slot);
        if (done->unique == op->unique && history_shows_unique(done))
            return false;
    }
    return true;
}

/* Lets the operation in `slot` take effect; what comes of it is added to `next` if it is the one
 * that returns, else to `within`. */
static void apply(struct search *search, struct line *line, const struct config *config,
                  unsigned slot, bool returns) {
    const struct history_op *op = op_in(search, line, slot);
    struct state after[MODEL_OUTCOMES_MAX];
    bool unused = (history_kind_groups(op->kind) & HISTORY_UNIQUE) != 0 &&
                  !config->state.unique_is_known && is_unused(search, line, config, op);
    unsigned outcomes = model_apply(search->history->values, &config->state, op, unused, after);
    for (unsigned i = 0; i < outcomes; i++) {
        struct config made = {config->done, after[i]};
        if (slots_have(&line->open, slot) && state_equal(&after[i], &config->state))
            continue; /* it may as well be left out, and happen later */
        if (!returns)
            slots_add(&made.done, slot);
        configs_add(returns ? &search->next : &search->within, &made);
    }
}

/* All that is possible when the operation in `slot` returns. False when it is too much. */
static bool expand(struct search *search, struct line *line, unsigned slot) {
    configs_clear(&search->next);
    configs_clear(&search->within);
    for (size_t i = 0; i < line->now.count; i++) {
        struct config config = line->now.list[i];
        if (!slots_have(&config.done, slot)) {
            configs_add(&search->within, &config);
            continue;
        }
        slots_drop(&config.done, slot);
        configs_add(&search->next, &config);
    }
    for (size_t i = 0; i < search->within.count; i++) {
        struct config config = search->within.list[i];
        for (unsigned other = slots_next(&line->used, 0); other < SLOTS;
             other = slots_next(&line->used, other + 1))
            if (!slots_have(&config.done, other) && slots_cover(&config.done, &line->before[other]))
                apply(search, line, &config, other, other == slot);
        if (search->within.count + search->next.count > search->configs_max)
            return false;
    }
    return true;
}

/* An operation that may be left out may still happen later: where it has not, more is possible
 * than where it has and left the same state. */
static bool is_dominated(const struct search *search, const struct line *line,
                         const struct config *config) {
    for (unsigned slot = slots_next(&line->open, 0); slot < SLOTS;
         slot = slots_next(&line->open, slot + 1)) {
        struct config without = *config;
        slots_drop(&without.done, slot);
        if (slots_have(&config->done, slot) && configs_have(&search->next, &without))
            return true;
    }
    return false;
}

static void keep(struct search *search, struct line *line) {
    bool has_open = slots_next(&line->open, 0) < SLOTS;
    configs_clear(&line->now);
    for (size_t i = 0; i < search->next.count; i++)
        if (!has_open || !is_dominated(search, line, &search->next.list[i]))
            configs_add(&line->now, &search->next.list[i]);
    if (line->now.count > search->verdict.widest)
        search->verdict.widest = line->now.count;
}

static unsigned free_slot(const struct line *line) {
    unsigned slot = 0;
    while (slot < SLOTS && slots_have(&line->used, slot))
        slot++;
    return slot;
}

static void on_call(struct search *search, struct line *line, uint32_t index) {
    const struct history_op *op = &search->history->ops[index];
    if (op->maybe && (history_kind_groups(op->kind) & HISTORY_READS) != 0)
        return; /* nobody knows what it saw */
    unsigned slot = free_slot(line);
    if (slot == SLOTS) {
        line->over = line->given_up = true;
        return;
    }
    line->before[slot] = (struct slots){{0}};
    for (unsigned other = slots_next(&line->used, 0); other < SLOTS;
         other = slots_next(&line->used, other + 1)) {
        const struct history_op *earlier = op_in(search, line, other);
        if (earlier->session == op->session && !earlier->maybe)
            slots_add(&line->before[slot], other);
    }
    line->ops[slot] = index;
    slots_add(&line->used, slot);
    if (op->back == HISTORY_OPEN)
        slots_add(&line->open, slot);
    search->slot_of[index] = (uint8_t)slot;
}

/* The operation cannot have returned so. */
static void on_wrong(struct search *search, struct line *line, uint32_t index) {
    line->over = true;
    if (search->wrong)
        search->wrong[search->wrong_count] = index;
    if (search->wrong_count++ > 0)
        return;
    search->verdict.result = SEARCH_WRONG;
    search->verdict.op = index;
    search->verdict.key = search->history->ops[index].key;
}

static void on_return(struct search *search, struct line *line, uint32_t index) {
    const struct history_op *op = &search->history->ops[index];
    unsigned slot = search->slot_of[index];
    if (!expand(search, line, slot)) {
        line->over = line->given_up = true;
        return;
    }
    if (search->next.count == 0) {
        on_wrong(search, line, index);
        return;
    }
    slots_drop(&line->used, slot);
    for (unsigned other = slots_next(&line->used, 0); other < SLOTS;
         other = slots_next(&line->used, other + 1))
        slots_drop(&line->before[other], slot);
    if (history_shows_unique(op))
        uniques_add(&line->shown, op->unique);
    keep(search, line);
}

/* By stamp, the operation that is called or returns then, in two halves: index * 2 (+ 1). */
static uint32_t *stamps_of(const struct history *history, size_t *count) {
    uint64_t last = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        uint64_t latest = op->back == HISTORY_OPEN ? op->call : op->back;
        last = latest > last ? latest : last;
    }
    *count = (size_t)last + 1;
    uint32_t *stamps = must(malloc(*count * sizeof *stamps));
    for (size_t i = 0; i < *count; i++)
        stamps[i] = UINT32_MAX;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        stamps[op->call] = (uint32_t)i * 2;
        if (op->back != HISTORY_OPEN)
            stamps[op->back] = (uint32_t)i * 2 + 1;
    }
    return stamps;
}

static void go_through(struct search *search) {
    size_t count;
    uint32_t *stamps = stamps_of(search->history, &count);
    for (size_t i = 0; i < count; i++) {
        if (stamps[i] == UINT32_MAX)
            continue;
        uint32_t index = stamps[i] / 2;
        struct line *line = &search->lines[search->history->ops[index].key];
        if (line->over)
            continue;
        if (stamps[i] % 2 == 0)
            on_call(search, line, index);
        else
            on_return(search, line, index);
        if (search->wrong_count > 0 && !search->wrong)
            break;
    }
    free(stamps);
}

struct search_verdict search_history(const struct history *history, size_t configs_max) {
    return search_all(history, configs_max, NULL, NULL);
}

struct search_verdict search_all(const struct history *history, size_t configs_max, size_t *wrong,
                                 size_t *count) {
    struct search search = {.history = history, .configs_max = configs_max, .wrong = wrong};
    search.lines = must(calloc(history->key_count + 1U, sizeof *search.lines));
    search.slot_of = must(calloc(history->count + 1, 1));
    assert(history->count < UINT32_MAX / 2);
    for (unsigned key = 0; key < history->key_count; key++)
        configs_add(&search.lines[key].now, &(struct config){0});
    go_through(&search);
    for (unsigned key = 0; key < history->key_count; key++) {
        struct line *line = &search.lines[key];
        if (line->given_up && search.verdict.result == SEARCH_RIGHT) {
            search.verdict.result = SEARCH_UNKNOWN;
            search.verdict.key = key;
        }
        configs_free(&line->now);
        uniques_free(&line->shown);
    }
    configs_free(&search.next);
    configs_free(&search.within);
    free(search.slot_of);
    free(search.lines);
    if (count)
        *count = search.wrong_count;
    return search.verdict;
}
