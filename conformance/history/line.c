/* SPDX-License-Identifier: MIT */
/* line.c - what is possible for a key. See line.h. */
#include "history/line.h"

void line_begin(struct line *line) {
    configs_add(&line->now, &(struct config){0}, &line->maybe);
}

void line_free(struct line *line) {
    configs_free(&line->now);
    uniques_free(&line->shown);
}

static const struct history_op *op_in(const struct line_room *room, const struct line *line,
                                      unsigned slot) {
    return &room->history->ops[line->ops[slot]];
}

/* No operation that took effect before showed the unique of `op`. */
static bool is_unused(const struct line_room *room, const struct line *line,
                      const struct config *config, const struct history_op *op) {
    if (uniques_have(&line->shown, op->unique))
        return false;
    for (unsigned slot = slots_next(&config->done, 0); slot < SLOTS;
         slot = slots_next(&config->done, slot + 1)) {
        const struct history_op *done = op_in(room, line, slot);
        if (done->unique == op->unique && history_shows_unique(done))
            return false;
    }
    return true;
}

/* Those before it in its session took effect, or may have. */
static bool may_go(const struct line *line, const struct config *config, unsigned slot) {
    struct slots gone = slots_both(&config->done, &config->free);
    return !slots_have(&config->done, slot) && slots_cover(&gone, &line->before[slot]);
}

/* It takes effect now: so those before it in its session did, and those behind it did not. */
static void take(const struct line *line, struct config *config, unsigned slot) {
    slots_add(&config->done, slot);
    config->done = slots_both(&config->done, &line->before[slot]);
    for (unsigned other = slots_next(&config->free, 0); other < SLOTS;
         other = slots_next(&config->free, other + 1))
        if (slots_have(&config->done, other) || slots_have(&line->before[other], slot))
            slots_drop(&config->free, other);
}

/* What nobody will show is all alike. */
static void forget(const struct line_room *room, struct state *state, unsigned key) {
    if (state->value > VALUE_UNSHOWN &&
        !readers_expect(&room->readers, key, state->value, room->now))
        state->value = VALUE_UNSHOWN;
}

static unsigned outcomes_of(const struct line_room *room, const struct line *line,
                            const struct config *config, const struct history_op *op,
                            struct state after[MODEL_OUTCOMES_MAX]) {
    bool unused = (history_kind_groups(op->kind) & HISTORY_UNIQUE) != 0 &&
                  !config->state.unique_is_known && is_unused(room, line, config, op);
    return model_apply(room->history->values, &config->state, op, unused, after);
}

/* ---- what changes nothing ---- */

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

/* It shows a value that is there once, so that it takes effect while it is there. */
static bool fits_once(const struct line_room *room, const struct history_op *op) {
    return room->readers.words.plain[op->key] && readers_is_one(&room->readers, op);
}

/* The operation in `slot` leaves the key as it is: it takes effect at once if later would allow
 * nothing more, else it is free to. False if it is no such operation. */
static bool settle_one(const struct line_room *room, const struct line *line, struct config *config,
                       unsigned slot) {
    const struct history_op *op = op_in(room, line, slot);
    struct state after[MODEL_OUTCOMES_MAX];
    bool once = fits_once(room, op);
    if (!may_go(line, config, slot) || slots_have(&line->maybe, slot) ||
        (slots_have(&config->free, slot) && !once) ||
        outcomes_of(room, line, config, op, after) == 0)
        return false;
    forget(room, &after[0], op->key);
    if (!state_equal(&after[0], &config->state) && !once)
        return false;
    config->state = after[0];
    if (once || (changed_nothing(op) && slots_cover(&config->done, &line->before[slot])))
        take(line, config, slot);
    else
        slots_add(&config->free, slot);
    return true;
}

static void settle(const struct line_room *room, const struct line *line, struct config *config) {
    bool went = true;
    while (went) {
        went = false;
        for (unsigned slot = slots_next(&line->used, 0); slot < SLOTS;
             slot = slots_next(&line->used, slot + 1))
            went = settle_one(room, line, config, slot) || went;
    }
}

/* ---- what changes something ---- */

/* Somebody who has not looked yet shows the value that is there. */
static bool is_awaited(const struct line_room *room, const struct line *line,
                       const struct config *config, unsigned key) {
    uint32_t left = readers_left(&room->readers, key, config->state.value);
    if (left == 0)
        return false;
    for (unsigned slot = slots_next(&config->done, 0); slot < SLOTS;
         slot = slots_next(&config->done, slot + 1)) {
        const struct history_op *op = op_in(room, line, slot);
        left -= readers_is_one(&room->readers, op) && op->seen == config->state.value;
    }
    return left > 0;
}

/* Behind the operation in `last`, which returns; or still on the way there; or both. */
static void put(struct line_room *room, const struct line *line, struct config config,
                unsigned last) {
    forget(room, &config.state, op_in(room, line, last)->key);
    settle(room, line, &config);
    bool is_done = slots_have(&config.done, last);
    if (!is_done)
        configs_add(&room->within, &config, &line->maybe);
    if (!is_done && !slots_have(&config.free, last))
        return;
    slots_drop(&config.done, last);
    slots_drop(&config.free, last);
    configs_add(&room->next, &config, &line->maybe);
}

/* Lets the operation in `slot` take effect on the way to the return of that in `last`. */
static void apply(struct line_room *room, const struct line *line, const struct config *config,
                  unsigned slot, unsigned last) {
    const struct history_op *op = op_in(room, line, slot);
    struct state after[MODEL_OUTCOMES_MAX];
    unsigned outcomes = outcomes_of(room, line, config, op, after);
    for (unsigned i = 0; i < outcomes; i++) {
        struct config made = {config->done, config->free, after[i], false};
        forget(room, &made.state, op->key);
        if (state_equal(&made.state, &config->state) &&
            (slots_have(&line->maybe, slot) || slots_have(&config->free, slot)))
            continue; /* it may as well be left out, and happen later */
        if (after[i].value != config->state.value && is_awaited(room, line, config, op->key))
            continue;
        take(line, &made, slot);
        put(room, line, made, last);
    }
}

/* All that is possible when the operation in `last` returns. False when it is too much. */
static bool expand(struct line_room *room, struct line *line, unsigned last) {
    configs_clear(&room->next);
    configs_clear(&room->within);
    for (size_t i = 0; i < line->now.count; i++)
        put(room, line, line->now.list[i], last);
    for (size_t i = 0; i < room->within.count; i++) {
        struct config config = room->within.list[i];
        if (config.gone)
            continue;
        for (unsigned slot = slots_next(&line->used, 0); slot < SLOTS;
             slot = slots_next(&line->used, slot + 1))
            if (may_go(line, &config, slot))
                apply(room, line, &config, slot, last);
        if (room->within.count + room->next.count > room->configs_max)
            return false;
    }
    return true;
}

static void keep(struct line_room *room, struct line *line) {
    configs_clear(&line->now);
    for (size_t i = 0; i < room->next.count; i++)
        if (!room->next.list[i].gone)
            configs_add(&line->now, &room->next.list[i], &line->maybe);
    if (line->now.count > room->widest)
        room->widest = line->now.count;
}

/* ---- calls and returns ---- */

static unsigned free_slot(const struct line *line) {
    unsigned slot = 0;
    while (slot < SLOTS && slots_have(&line->used, slot))
        slot++;
    return slot;
}

enum line_end line_call(struct line_room *room, struct line *line, uint32_t index) {
    const struct history_op *op = &room->history->ops[index];
    if (op->maybe && (history_kind_groups(op->kind) & HISTORY_READS) != 0)
        return LINE_RIGHT; /* nobody knows what it saw */
    unsigned slot = free_slot(line);
    if (slot == SLOTS)
        return LINE_WIDE;
    line->before[slot] = (struct slots){{0}};
    for (unsigned other = slots_next(&line->used, 0); other < SLOTS;
         other = slots_next(&line->used, other + 1)) {
        const struct history_op *earlier = op_in(room, line, other);
        if (earlier->session == op->session && !earlier->maybe)
            slots_add(&line->before[slot], other);
    }
    line->ops[slot] = index;
    slots_add(&line->used, slot);
    if (op->maybe)
        slots_add(&line->maybe, slot);
    room->slot_of[index] = (uint8_t)slot;
    return LINE_RIGHT;
}

enum line_end line_return(struct line_room *room, struct line *line, uint32_t index) {
    const struct history_op *op = &room->history->ops[index];
    unsigned slot = room->slot_of[index];
    room->now = op->back;
    if (!expand(room, line, slot))
        return LINE_WIDE;
    if (room->next.count == 0)
        return LINE_WRONG;
    slots_drop(&line->used, slot);
    for (unsigned other = slots_next(&line->used, 0); other < SLOTS;
         other = slots_next(&line->used, other + 1))
        slots_drop(&line->before[other], slot);
    if (history_shows_unique(op))
        uniques_add(&line->shown, op->unique);
    readers_returned(&room->readers, op);
    keep(room, line);
    return LINE_RIGHT;
}
