/* SPDX-License-Identifier: MIT */
/* simulation.h - histories of a server that is right, made without one: sessions call, take effect
 * and return by chance. Whatever comes of it has an order, that of the effects. */
#pragma once

#include "dice.h"
#include "history/model.h"
#include "must.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIMULATED_SESSIONS_MAX = 100, SIMULATED_KEYS_MAX = 64, SIMULATED_LATE_MAX = 6 };

struct simulation {
    struct history *history;
    struct dice dice;
    unsigned sessions, keys;
    uint64_t stamp, unique, serial;
    unsigned cut_percent; /* of the operations: the connection is cut, half of them take effect */
    struct state states[SIMULATED_KEYS_MAX];
    uint64_t seen[SIMULATED_KEYS_MAX]; /* a unique that was shown */
    struct simulated_session {
        size_t op;
        bool called, took_effect;
    } actors[SIMULATED_SESSIONS_MAX];
    size_t late[SIMULATED_LATE_MAX]; /* cut operations that will still take effect */
    unsigned late_count, cut_count[SIMULATED_KEYS_MAX];
};

/* Odd keys hold counters, even ones text. */
static struct history_op simulated_request(struct simulation *simulation, unsigned session) {
    struct dice *dice = &simulation->dice;
    struct history *history = simulation->history;
    struct history_op op = {.call = simulation->stamp++, .back = HISTORY_OPEN};
    op.session = (uint16_t)session;
    op.key = (uint16_t)dice_roll(dice, simulation->keys);
    bool counter = op.key % 2 == 1;
    unsigned groups;
    do {
        op.kind = (uint8_t)dice_roll(dice, HISTORY_KIND_COUNT);
        groups = history_kind_groups(op.kind);
    } while ((groups & (counter ? HISTORY_JOINS : HISTORY_COUNTS)) != 0);
    op.number = 1 + dice_roll(dice, 9);
    if (op.kind == HISTORY_CAS)
        op.unique = simulation->seen[op.key];
    if ((groups & HISTORY_WRITES) == 0)
        return op;
    uint64_t serial = ++simulation->serial;
    char token[32];
    int length = snprintf(token, sizeof token, "%llu;", (unsigned long long)serial);
    op.written = counter ? value_of_number(history->values, serial * 1000, (uint32_t)serial % 3)
                         : value_of_bytes(history->values, token, (size_t)length, 0);
    return op;
}

static void simulated_effect(struct simulation *simulation, size_t index) {
    struct history_op *op = &simulation->history->ops[index];
    struct state *state = &simulation->states[op->key];
    struct history_op answer = model_answer(simulation->history->values, state, *op);
    if (state->value != VALUE_NONE && !state->unique_is_known)
        *state = (struct state){
            .value = state->value, .unique = ++simulation->unique, .unique_is_known = true};
    if (op->maybe)
        return;
    *op = answer;
    if (op->kind == HISTORY_GETS && op->reply == HISTORY_VALUE)
        op->unique = state->unique;
    if ((history_kind_groups(op->kind) & HISTORY_NO_NOREPLY) == 0 &&
        dice_roll(&simulation->dice, 5) == 0)
        op->reply = HISTORY_UNTOLD;
}

static void simulated_step(struct simulation *simulation) {
    struct dice *dice = &simulation->dice;
    unsigned session = (unsigned)dice_roll(dice, simulation->sessions);
    struct simulated_session *actor = &simulation->actors[session];
    if (simulation->late_count > 0 && dice_roll(dice, 50) == 0)
        simulated_effect(simulation, simulation->late[--simulation->late_count]);
    if (!actor->called) {
        struct history_op op = simulated_request(simulation, session);
        op.maybe = dice_roll(dice, 100) < simulation->cut_percent &&
                   (history_kind_groups(op.kind) & HISTORY_READS) == 0 &&
                   simulation->cut_count[op.key] < 4;
        actor->op = history_add(simulation->history, &op);
        actor->called = !op.maybe;
        simulation->cut_count[op.key] += op.maybe;
        if (op.maybe && dice_roll(dice, 2) == 0 && simulation->late_count < SIMULATED_LATE_MAX)
            simulation->late[simulation->late_count++] = actor->op;
    } else if (!actor->took_effect) {
        simulated_effect(simulation, actor->op);
        actor->took_effect = true;
    } else {
        struct history_op *op = &simulation->history->ops[actor->op];
        op->back = simulation->stamp++;
        if (history_shows_unique(op) && op->kind == HISTORY_GETS)
            simulation->seen[op->key] = op->unique;
        actor->called = actor->took_effect = false;
    }
}

/* To be freed with history_free(). */
static struct history *simulated_history(uint64_t seed, unsigned sessions, unsigned keys,
                                         size_t operations, unsigned cut_percent) {
    struct simulation *simulation = must(calloc(1, sizeof *simulation), "a simulation");
    simulation->history = history_new();
    simulation->dice = dice_of(seed);
    simulation->sessions = sessions;
    simulation->keys = keys;
    simulation->cut_percent = cut_percent;
    while (simulation->history->count < operations)
        simulated_step(simulation);
    /* What is under way stays open: it may have taken effect or not. */
    struct history *history = simulation->history;
    for (unsigned i = 0; i < sessions; i++)
        if (simulation->actors[i].called)
            history->ops[simulation->actors[i].op].maybe = true;
    free(simulation);
    return history;
}
