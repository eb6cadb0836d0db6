/* SPDX-License-Identifier: MIT */
/* test_order.c - orders of turns: how many, each once, and a sample that favours none. */
#include "language/order.h"

#include "reports/check.h"

#include <string.h>

enum { TURNS = 6 };

/* As a number in base 3, to tell orders apart. */
static size_t number_of(const size_t *turns, size_t count) {
    size_t number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 3 + turns[i];
    return number;
}

static void test_count(void) {
    CHECK_INT(order_count((size_t[]){2, 2}, 2), 6, "two buyers");
    CHECK_INT(order_count((size_t[]){2, 2, 2}, 3), 90, "three buyers");
    CHECK_INT(order_count((size_t[]){2, 2, 2, 2}, 4), 2520, "four buyers");
    CHECK_INT(order_count((size_t[]){3, 1}, 2), 4, "one turn among three");
    CHECK_INT(order_count((size_t[]){5}, 1), 1, "alone");
    CHECK_INT(order_count((size_t[]){0, 0}, 2), 1, "nothing to do");
    CHECK_INT(order_count((size_t[]){31, 31}, 2), 465428353255261088U, "62 over 31");
    CHECK(order_count((size_t[]){40, 40}, 2) == UINT64_MAX, "more than can be counted");
}

static void test_each_once(void) {
    static const size_t steps[] = {2, 2, 2};
    bool seen[729] = {false};
    size_t turns[TURNS], count = order_first(turns, steps, 3), orders = 0;
    CHECK_INT(count, TURNS, "six turns");
    do {
        size_t number = number_of(turns, count);
        CHECK(!seen[number], "an order comes once");
        seen[number] = true;
        orders++;
    } while (order_next(turns, count));
    CHECK_INT(orders, 90, "all of them");
    CHECK(!order_next((size_t[]){0}, 1), "one turn has one order");
    CHECK(!order_next(NULL, 0), "no turn has one order");
}

static void test_shuffle(void) {
    static const size_t steps[] = {2, 2};
    size_t times[81] = {0}, turns[4], count = order_first(turns, steps, 2);
    struct dice dice = dice_of(7);
    for (int i = 0; i < 60000; i++) {
        order_shuffle(turns, count, &dice);
        times[number_of(turns, count)]++;
    }
    size_t kinds = 0;
    for (size_t i = 0; i < 81; i++) {
        kinds += times[i] > 0;
        CHECK(times[i] == 0 || (times[i] > 9500 && times[i] < 10500), "as likely as any other");
    }
    CHECK_INT(kinds, 6, "each of the six orders");
}

static void test_seed(void) {
    static const size_t steps[] = {2, 2, 2};
    size_t a[TURNS], b[TURNS];
    struct dice first = dice_of(42), second = dice_of(42);
    order_first(a, steps, 3);
    order_first(b, steps, 3);
    for (int i = 0; i < 100; i++) {
        order_shuffle(a, TURNS, &first);
        order_shuffle(b, TURNS, &second);
        CHECK(memcmp(a, b, sizeof a) == 0, "the same seed gives the same sample");
    }
}

int main(void) {
    test_count();
    test_each_once();
    test_shuffle();
    test_seed();
    return check_finish();
}
