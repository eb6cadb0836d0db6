/* SPDX-License-Identifier: MIT */
/* order.h - the orders in which actors can take their turns.
 *
 * An order is a row of turns: turns[i] is the index of the actor whose next step is played in
 * place i. Two actors with two steps each have 6 orders, three have 90. Pure. */
#pragma once

#include "dice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many orders there are; steps[a] is the number of steps of actor a. UINT64_MAX when there are
 * more than can be counted. */
uint64_t order_count(const size_t *steps, size_t actors);

/* The first order: all steps of actor 0, then those of actor 1, … Returns how many turns. */
size_t order_first(size_t *turns, const size_t *steps, size_t actors);

/* The order behind this one; false after the last. */
bool order_next(size_t *turns, size_t count);

/* One order by chance, each as likely as any other. */
void order_shuffle(size_t *turns, size_t count, struct dice *dice);
