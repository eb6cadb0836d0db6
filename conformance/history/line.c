/* SPDX-License-Identifier: MIT */
/* line.c - the calls and returns of a key. See line.h.
 *
 * Nothing is decided at a call: the operation gets a slot, and is under way. At its return it must
 * have taken effect. So each configuration that is believed (`now`) is led on to where it has, by
 * every row of operations under way that ends with it; `within` holds those still on the way,
 * `next` those that have arrived and are believed from then on. An example; the key holds 1:
 *
 *     stamp   A: set to 2   B: get     believed then
 *       0     is called                1
 *       1                   is called  1
 *       2                   returns 1  1, since the set has not happened yet: behind it, B sees 2
 *       3     returns                  2
 *
 * Had B shown 2, the row "set, get" would have arrived, with A done: 2. Had it shown 3, no row
 * would have, and nothing would be left to believe: there is no order. */
#include "history/line.h"

#include "history/effect.h"

void line_begin(struct line *line, struct line_room *room, unsigned key) {
    line->room = room;
    line->key = key;
    configs_add(&line->now, &(struct config){0}, &line->maybe);
}

void line_free(struct line *line) {
    configs_free(&line->now);
    uniques_free(&line->shown);
}

/* ---- from one return to the next ---- */

/* A configuration on the way to the return of the operation in `last`: it has arrived when that is
 * done, may have when that is free, and is on the way unless it is done. */
static void put(const struct line *line, struct config config, unsigned last) {
    struct line_room *room = line->room;
    effect_forget_unshown(line, &config.state);
    effect_settle(line, &config);
    bool is_done = slots_have(&config.done, last), is_free = slots_have(&config.free, last);
    if (!is_done)
        configs_add(&room->within, &config, &line->maybe);
    if (!is_done && !is_free)
        return;
    slots_drop(&config.done, last);
    slots_drop(&config.free, last);
    configs_add(&room->next, &config, &line->maybe);
}

/* It happened or not: nobody could tell, so the configuration without it stands for both. */
static bool is_idle(const struct line *line, const struct config *before, const struct state *after,
                    unsigned slot) {
    bool may_be_left_out = slots_have(&line->maybe, slot) || slots_have(&before->free, slot);
    return may_be_left_out && state_equal(after, &before->state);
}

/* Lets the operation in `slot` take effect on the way to the return of that in `last`. */
static void apply(const struct line *line, const struct config *config, unsigned slot,
                  unsigned last) {
    struct state after[MODEL_OUTCOMES_MAX];
    unsigned outcomes = effect_outcomes(line, config, slot, after);
    for (unsigned i = 0; i < outcomes; i++) {
        bool is_another = after[i].value != config->state.value;
        struct config made = {config->done, config->free, after[i], false};
        effect_forget_unshown(line, &made.state);
        if (is_idle(line, config, &made.state, slot) ||
            (is_another && effect_is_awaited(line, config)))
            continue;
        effect_take(line, &made, slot);
        put(line, made, last);
    }
}

/* All that is possible when the operation in `last` returns. False when it is too much. `within`
 * grows while it is gone through. */
static bool expand(const struct line *line, unsigned last) {
    struct line_room *room = line->room;
    configs_clear(&room->next);
    configs_clear(&room->within);
    for (size_t i = 0; i < line->now.count; i++)
        put(line, line->now.list[i], last);
    for (size_t i = 0; i < room->within.count; i++) {
        struct config config = room->within.list[i];
        if (config.gone)
            continue;
        SLOTS_EACH (slot, &line->used) {
            if (effect_may_be_next(line, &config, slot))
                apply(line, &config, slot, last);
        }
        if (room->within.count + room->next.count > room->configs_max)
            return false;
    }
    return true;
}

/* What has arrived is what is believed now. */
static void believe_next(struct line *line) {
    struct line_room *room = line->room;
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

/* Those of its session that are under way and will have a reply: they take effect before it. */
static struct slots asked_before(const struct line *line, const struct history_op *op) {
    struct slots before = {{0}};
    SLOTS_EACH (slot, &line->used) {
        const struct history_op *earlier = &line->room->history->ops[line->ops[slot]];
        if (earlier->session == op->session && !earlier->maybe)
            slots_add(&before, slot);
    }
    return before;
}

enum line_end line_call(struct line *line, uint32_t index) {
    const struct history_op *op = &line->room->history->ops[index];
    if (op->maybe && (history_kind_groups(op->kind) & HISTORY_READS) != 0)
        return LINE_RIGHT; /* nobody knows what it saw */
    unsigned slot = free_slot(line);
    if (slot == SLOTS)
        return LINE_WIDE;
    line->before[slot] = asked_before(line, op);
    line->ops[slot] = index;
    slots_add(&line->used, slot);
    if (op->maybe)
        slots_add(&line->maybe, slot);
    line->room->slot_of[index] = (uint8_t)slot;
    return LINE_RIGHT;
}

enum line_end line_return(struct line *line, uint32_t index) {
    struct line_room *room = line->room;
    const struct history_op *op = &room->history->ops[index];
    unsigned slot = room->slot_of[index];
    room->now = op->back;
    if (!expand(line, slot))
        return LINE_WIDE;
    if (room->next.count == 0)
        return LINE_WRONG;
    slots_drop(&line->used, slot);
    SLOTS_EACH (other, &line->used)
        slots_drop(&line->before[other], slot);
    if (history_shows_unique(op))
        uniques_add(&line->shown, op->unique);
    readers_returned(&room->readers, op);
    believe_next(line);
    return LINE_RIGHT;
}
