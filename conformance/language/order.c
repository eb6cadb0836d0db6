/* SPDX-License-Identifier: MIT */
/* order.c - the orders of turns. See order.h. */
#include "language/order.h"

static void swap(size_t *turns, size_t i, size_t k) {
    size_t turn = turns[i];
    turns[i] = turns[k];
    turns[k] = turn;
}

/* Each step of an actor is one more place among `placed`, and those of one actor are alike:
 * the product stays whole, as it is a product of binomials. */
uint64_t order_count(const size_t *steps, size_t actors) {
    uint64_t count = 1, placed = 0;
    for (size_t actor = 0; actor < actors; actor++)
        for (uint64_t step = 1; step <= steps[actor]; step++) {
            placed++;
            if (count > UINT64_MAX / placed)
                return UINT64_MAX;
            count = count * placed / step;
        }
    return count;
}

size_t order_first(size_t *turns, const size_t *steps, size_t actors) {
    size_t count = 0;
    for (size_t actor = 0; actor < actors; actor++)
        for (size_t step = 0; step < steps[actor]; step++)
            turns[count++] = actor;
    return count;
}

/* The next permutation in the order of a dictionary. */
bool order_next(size_t *turns, size_t count) {
    size_t tail = count;
    while (tail > 1 && turns[tail - 2] >= turns[tail - 1])
        tail--;
    if (tail < 2)
        return false;
    size_t larger = count - 1;
    while (turns[larger] <= turns[tail - 2])
        larger--;
    swap(turns, tail - 2, larger);
    for (size_t i = tail - 1, k = count - 1; i < k; i++, k--)
        swap(turns, i, k);
    return true;
}

void order_shuffle(size_t *turns, size_t count, struct dice *dice) {
    for (size_t i = count; i > 1; i--)
        swap(turns, i - 1, (size_t)dice_roll(dice, i));
}
