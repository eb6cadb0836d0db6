/* SPDX-License-Identifier: MIT */
/* effect.c - one operation in one configuration. See effect.h. */
#include "history/effect.h"

static const struct history_op *op_in(const struct line *line, unsigned slot) {
    return &line->room->history->ops[line->ops[slot]];
}

bool effect_may_be_next(const struct line *line, const struct config *config, unsigned slot) {
    struct slots gone = slots_both(&config->done, &config->free);
    return !slots_have(&config->done, slot) && slots_cover(&gone, &line->before[slot]);
}

void effect_take(const struct line *line, struct config *config, unsigned slot) {
    slots_add(&config->done, slot);
    config->done = slots_both(&config->done, &line->before[slot]);
    SLOTS_EACH (other, &config->free) {
        bool is_behind = slots_have(&line->before[other], slot);
        if (slots_have(&config->done, other) || is_behind)
            slots_drop(&config->free, other);
    }
}

void effect_forget_unshown(const struct line *line, struct state *state) {
    const struct line_room *room = line->room;
    if (state->value > VALUE_UNSHOWN &&
        !readers_expect(&room->readers, line->key, state->value, room->now))
        state->value = VALUE_UNSHOWN;
}

/* No operation that took effect before showed the unique of `op`. */
static bool is_unused(const struct line *line, const struct config *config,
                      const struct history_op *op) {
    if (uniques_have(&line->shown, op->unique))
        return false;
    SLOTS_EACH (slot, &config->done) {
        const struct history_op *done = op_in(line, slot);
        if (done->unique == op->unique && history_shows_unique(done))
            return false;
    }
    return true;
}

unsigned effect_outcomes(const struct line *line, const struct config *config, unsigned slot,
                         struct state after[MODEL_OUTCOMES_MAX]) {
    const struct history_op *op = op_in(line, slot);
    bool has_unique = (history_kind_groups(op->kind) & HISTORY_UNIQUE) != 0;
    bool unused = has_unique && !config->state.unique_is_known && is_unused(line, config, op);
    return model_apply(line->room->history->values, &config->state, op, unused, after);
}

bool effect_is_awaited(const struct line *line, const struct config *config) {
    const struct readers *readers = &line->room->readers;
    uint32_t value = config->state.value, left = readers_left(readers, line->key, value);
    if (left == 0)
        return false;
    SLOTS_EACH (slot, &config->done) {
        const struct history_op *op = op_in(line, slot);
        left -= readers_is_one(readers, op) && op->seen == value;
    }
    return left > 0;
}

/* ---- what leaves the key as it is ---- */

/* Its reply says that it changed nothing, whenever that was. */
static bool changed_nothing(const struct history_op *op) {
    switch ((enum history_reply)op->reply) {
    case HISTORY_NOT_STORED:
    case HISTORY_EXISTS:
    case HISTORY_NOT_FOUND:
    case HISTORY_TOUCHED:
    case HISTORY_VALUE:
    case HISTORY_MISS:
        return true;
    case HISTORY_UNTOLD:
    case HISTORY_STORED:
    case HISTORY_DELETED:
    case HISTORY_NUMBER:
        break;
    }
    return false;
}

/* It shows a value that is there once in the whole history: here or never. */
static bool fits_only_here(const struct line *line, const struct history_op *op) {
    const struct readers *readers = &line->room->readers;
    return readers->words.plain[line->key] && readers_is_one(readers, op);
}

/* Settles one operation: if it fits only here, or its reply says that it changed nothing and nobody
 * of its session is before it, it takes effect; else it is free to, now or later. False when there
 * is nothing to settle: it changes the key, its reply would be wrong, or it is settled already. */
static bool settle_one(const struct line *line, struct config *config, unsigned slot) {
    const struct history_op *op = op_in(line, slot);
    struct state after[MODEL_OUTCOMES_MAX];
    bool only_here = fits_only_here(line, op);
    if (!effect_may_be_next(line, config, slot) || slots_have(&line->maybe, slot))
        return false;
    if (slots_have(&config->free, slot) && !only_here)
        return false;
    if (effect_outcomes(line, config, slot, after) == 0)
        return false;
    effect_forget_unshown(line, &after[0]);
    if (!state_equal(&after[0], &config->state) && !only_here)
        return false;
    config->state = after[0]; /* `only_here` may have told the unique, or be the last that looks */
    bool is_first = slots_cover(&config->done, &line->before[slot]);
    if (only_here || (changed_nothing(op) && is_first))
        effect_take(line, config, slot);
    else
        slots_add(&config->free, slot);
    return true;
}

void effect_settle(const struct line *line, struct config *config) {
    bool went = true;
    while (went) {
        went = false;
        SLOTS_EACH (slot, &line->used)
            went = settle_one(line, config, slot) || went;
    }
}
