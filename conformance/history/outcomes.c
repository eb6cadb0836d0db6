/* SPDX-License-Identifier: MIT */
/* outcomes.c - every path through a group. See outcomes.h. */
#include "history/outcomes.h"

#include "must.h"

#include <stdlib.h>
#include <string.h>

/* A group while its operations take effect one after the other. */
struct way {
    struct outcomes *outcomes;
    size_t first, end;
    uint64_t done;              /* operations of the group, as bits */
    struct history_op *answers; /* of the group, by operation */
    struct path *found;
    size_t found_count;
    bool has_totals;
};

void outcomes_begin(struct outcomes *outcomes, struct history *history) {
    memset(outcomes, 0, sizeof *outcomes);
    outcomes->history = history;
    outcomes->path_count = 1;
    outcomes->too_many = history->count > OUTCOMES_OPS_MAX;
}

static uint64_t latest(const struct history_op *op) {
    return op->maybe ? op->call : op->back;
}

size_t outcomes_group(const struct history *history, size_t first) {
    uint64_t last = latest(&history->ops[first]);
    size_t end = first + 1;
    while (end < history->count && history->ops[end].call < last) {
        uint64_t until = latest(&history->ops[end++]);
        last = until > last ? until : last;
    }
    return end - first > OUTCOMES_GROUP_MAX ? first + 1 : end;
}

size_t outcomes_source(const struct history *history, size_t op) {
    for (size_t i = op; i-- > 0;)
        if (history->ops[i].kind == HISTORY_GETS && history->ops[i].reply == HISTORY_VALUE &&
            history->ops[i].unique == history->ops[op].unique)
            return i;
    return SIZE_MAX;
}

/* Lets an operation take effect on the path; its answer. */
static struct history_op effect(const struct outcomes *outcomes, struct path *path, size_t index) {
    const struct history_op *op = &outcomes->history->ops[index];
    size_t source = op->kind == HISTORY_CAS ? outcomes_source(outcomes->history, index) : SIZE_MAX;
    bool matches = source != SIZE_MAX && path->captured[source] == path->version;
    struct state state = {.value = path->value, .unique_is_known = true};
    state.unique = matches ? op->unique : op->unique + 1;
    struct history_op answer = model_answer(outcomes->history->values, &state, *op);
    if (!state.unique_is_known)
        path->version++; /* a change */
    path->value = state.value;
    if (op->kind == HISTORY_GETS && answer.reply == HISTORY_VALUE)
        path->captured[index] = path->version;
    return answer;
}

static bool same_reply(const struct history_op *a, const struct history_op *b) {
    return a->reply == b->reply && (a->reply != HISTORY_NUMBER || a->result == b->result) &&
           (a->reply != HISTORY_VALUE || a->seen == b->seen);
}

static void add_reply(struct outcomes *outcomes, size_t index, const struct history_op *answer) {
    for (size_t i = 0; i < outcomes->reply_count[index]; i++)
        if (same_reply(&outcomes->replies[index][i], answer))
            return;
    if (outcomes->reply_count[index] == OUTCOMES_REPLIES_MAX)
        outcomes->too_many = true;
    else
        outcomes->replies[index][outcomes->reply_count[index]++] = *answer;
}

/* All of the group took effect: notes the replies and where the path leads. */
static void arrive(struct way *way, const struct path *path) {
    struct outcomes *outcomes = way->outcomes;
    unsigned totals[HISTORY_MISS + 1] = {0};
    for (size_t i = way->first; i < way->end; i++) {
        add_reply(outcomes, i, &way->answers[i]);
        totals[way->answers[i].reply]++;
    }
    if (way->has_totals && memcmp(totals, outcomes->totals, sizeof totals) != 0)
        outcomes->same_replies = false;
    memcpy(outcomes->totals, totals, sizeof totals);
    way->has_totals = true;
    for (size_t i = 0; i < way->found_count; i++)
        if (memcmp(&way->found[i], path, sizeof *path) == 0)
            return;
    if (way->found_count == OUTCOMES_PATHS_MAX)
        outcomes->too_many = true;
    else
        way->found[way->found_count++] = *path;
}

static void go_on(struct way *way, const struct path *path) {
    bool arrived = true;
    if (way->outcomes->too_many)
        return;
    for (size_t i = way->first; i < way->end; i++) {
        uint64_t bit = UINT64_C(1) << (i - way->first);
        if ((way->done & bit) != 0)
            continue;
        arrived = false;
        struct path next = *path;
        if (way->outcomes->history->ops[i].maybe) {
            way->answers[i] = way->outcomes->history->ops[i];
            next.waiting |= UINT64_C(1) << i;
        } else {
            way->answers[i] = effect(way->outcomes, &next, i);
        }
        way->done |= bit;
        go_on(way, &next);
        way->done &= ~bit;
    }
    if (arrived)
        arrive(way, path);
    for (size_t i = 0; i < way->end; i++) {
        if ((path->waiting >> i & 1) == 0)
            continue;
        struct path next = *path;
        next.waiting &= ~(UINT64_C(1) << i);
        effect(way->outcomes, &next, i);
        go_on(way, &next);
    }
}

void outcomes_play(struct outcomes *outcomes, size_t first, size_t end) {
    struct way way = {.outcomes = outcomes, .first = first, .end = end};
    way.answers = must(calloc(OUTCOMES_OPS_MAX, sizeof *way.answers), "a scenario");
    way.found = must(calloc(OUTCOMES_PATHS_MAX, sizeof *way.found), "a scenario");
    outcomes->same_replies = true;
    for (size_t i = 0; i < outcomes->path_count; i++)
        go_on(&way, &outcomes->paths[i]);
    memcpy(outcomes->paths, way.found, way.found_count * sizeof *way.found);
    outcomes->path_count = way.found_count;
    free(way.answers);
    free(way.found);
}
