/* SPDX-License-Identifier: MIT */
/* condition.c - whether a relation holds. See condition.h. */
#include "play/condition.h"

#include "arena.h"
#include "play/flow.h"
#include "play/inside.h"

#include <string.h>

static bool relation_holds(enum relation_kind kind, int order) {
    switch (kind) {
    case RELATION_EQUAL:
        return order == 0;
    case RELATION_NOT_EQUAL:
        return order != 0;
    case RELATION_LESS:
        return order < 0;
    case RELATION_LESS_EQUAL:
        return order <= 0;
    case RELATION_GREATER:
        return order > 0;
    case RELATION_GREATER_EQUAL:
        return order >= 0;
    }
    return false;
}

/* Numbers compare as numbers, anything else byte by byte. */
struct judged condition_judge(struct play *play, const struct relation *relation, const char *as) {
    struct scope scope = play_scope(play, as);
    struct judged judged = {0};
    struct bytes left = {0}, right = {0};
    bool left_is_number, right_is_number;
    uint64_t left_number, right_number;
    if (vars_operand(&scope, &relation->left, &left, &left_is_number, &left_number,
                     &judged.problem) &&
        vars_operand(&scope, &relation->right, &right, &right_is_number, &right_number,
                     &judged.problem)) {
        int order = left_is_number && right_is_number
                        ? (left_number > right_number) - (left_number < right_number)
                        : strcmp(left.data, right.data);
        judged.holds = relation_holds(relation->kind, order);
        judged.left = arena_copy(play->arena, left.data, left.length);
        judged.right = arena_copy(play->arena, right.data, right.length);
    }
    bytes_free(&left);
    bytes_free(&right);
    return judged;
}

bool conditions_hold(struct play *play, const struct step *step, const char *as) {
    for (size_t i = 0; i < step->condition_count; i++) {
        struct judged judged = condition_judge(play, &step->conditions[i], as);
        if (judged.problem)
            play_error(play, step, judged.problem);
        if (!judged.holds)
            return false;
    }
    return true;
}
