/* SPDX-License-Identifier: MIT */
/* test_store.c - what the storage commands mean, without a socket and with any clock. */
#include "reports/check.h"
#include "store_fixture.h"

static uint64_t unique_of(struct fixture *fixture, const char *key) {
    struct item *item = fixture_get(fixture, key);
    return item != NULL ? item->cas_unique : 0;
}

static void check_modes(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    const struct slice x = slice_of("x");
    CHECK_INT(fixture_put(&fixture, STORE_REPLACE, "k", x, 0, 0), STORE_NOT_STORED,
              "replace needs an item");
    CHECK_INT(fixture_put(&fixture, STORE_APPEND, "k", x, 0, 0), STORE_NOT_STORED,
              "append needs an item");
    CHECK_INT(fixture_put(&fixture, STORE_PREPEND, "k", x, 0, 0), STORE_NOT_STORED,
              "prepend needs an item");
    CHECK_INT(fixture_put(&fixture, STORE_CAS, "k", x, 0, 1), STORE_NOT_FOUND, "cas needs an item");
    CHECK(fixture_get(&fixture, "k") == NULL, "and none of them made one");
    CHECK_INT(fixture_put(&fixture, STORE_ADD, "k", slice_of("b"), 0, 0), STORE_STORED,
              "add makes one");
    CHECK_INT(fixture_put(&fixture, STORE_ADD, "k", x, 0, 0), STORE_NOT_STORED, "but only one");
    CHECK_TEXT(fixture_value(&fixture, "k"), "b", "which stays");
    CHECK_INT(fixture_put(&fixture, STORE_APPEND, "k", slice_of("cc"), 0, 0), STORE_STORED,
              "append");
    CHECK_INT(fixture_put(&fixture, STORE_PREPEND, "k", slice_of("a"), 0, 0), STORE_STORED,
              "prepend");
    CHECK_TEXT(fixture_value(&fixture, "k"), "abcc", "join at the right ends");
    CHECK_INT(fixture_put(&fixture, STORE_REPLACE, "k", slice_of("r"), 0, 0), STORE_STORED,
              "replace");
    CHECK_TEXT(fixture_value(&fixture, "k"), "r", "replaces");
    CHECK_INT(fixture_set(&fixture, "k", ""), STORE_STORED, "an empty value");
    CHECK_INT(fixture_get(&fixture, "k")->value_bytes, 0, "is a value");
    CHECK_INT(fixture.store.table.item_count, 1, "all of that was one item");
    store_free(&fixture.store);
}

static void check_join_keeps(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    fixture_put(&fixture, STORE_SET, "k", slice_of("v"), 200, 0);
    fixture_get(&fixture, "k")->flags = 99;
    fixture_put(&fixture, STORE_APPEND, "k", slice_of("w"), 0, 0);
    CHECK_INT(fixture_get(&fixture, "k")->flags, 99, "append keeps the flags");
    CHECK_INT(fixture_get(&fixture, "k")->expires_s, 200, "append keeps the expiry time");
    fixture_set_large(&fixture, "k", 1048000);
    CHECK_INT(fixture_put(&fixture, STORE_APPEND, "k", slice_of("0123456789"), 0, 0), STORE_STORED,
              "append up to the item size limit");
    struct slice long_text = {fixture_get(&fixture, "k")->data, 1000};
    CHECK_INT(fixture_put(&fixture, STORE_APPEND, "k", long_text, 0, 0), STORE_NOT_STORED,
              "but not beyond");
    CHECK_INT(fixture_get(&fixture, "k")->value_bytes, 1048010, "then the item stays");
    store_free(&fixture.store);
}

static void check_cas(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    const struct slice x = slice_of("x");
    struct item *item;
    fixture_set(&fixture, "k", "1");
    uint64_t unique = unique_of(&fixture, "k");
    CHECK_INT(unique, 1, "the first unique is 1");
    fixture_set(&fixture, "other", "1");
    CHECK_INT(unique_of(&fixture, "other"), 2, "one counter for all keys");
    store_touch(&fixture.store, slice_of("k"), 500, fixture.now_s, &item);
    CHECK_INT(unique_of(&fixture, "k"), unique, "touch keeps it");
    CHECK_INT(fixture_put(&fixture, STORE_CAS, "k", x, 0, unique + 1), STORE_EXISTS,
              "another one does not match");
    CHECK_INT(fixture_put(&fixture, STORE_CAS, "k", x, 0, 0), STORE_EXISTS, "0 never matches");
    CHECK_INT(fixture_put(&fixture, STORE_CAS, "k", x, 0, unique), STORE_STORED,
              "the right one stores");
    CHECK_INT(fixture_put(&fixture, STORE_CAS, "k", x, 0, unique), STORE_EXISTS, "once");
    CHECK_INT(unique_of(&fixture, "k"), 3, "failed commands use none up");
    CHECK_INT(fixture.counters.cas_hits, 1, "cas_hits");
    CHECK_INT(fixture.counters.cas_badval, 3, "cas_badval");
    fixture.store.limits.cas = false;
    CHECK_INT(store_shown_unique(&fixture.store, fixture_get(&fixture, "k")), 0,
              "without cas 0 is shown");
    CHECK_INT(fixture_put(&fixture, STORE_CAS, "k", x, 0, 3), STORE_EXISTS, "and nothing matches");
    store_free(&fixture.store);
}

static const char *count(struct fixture *fixture, bool decrement, const char *key, uint64_t delta) {
    static char text[32];
    struct store_delta wanted = {.decrement = decrement, .delta = delta, .now_s = fixture->now_s};
    enum store_result result = store_arithmetic(&fixture->store, slice_of(key), &wanted);
    if (result == STORE_STORED)
        snprintf(text, sizeof(text), "%llu", (unsigned long long)wanted.value);
    else
        snprintf(text, sizeof(text), "result %d", (int)result);
    return text;
}

static void check_arithmetic(void) {
    struct fixture fixture;
    char text[32];
    fixture_start_default(&fixture);
    snprintf(text, sizeof(text), "result %d", (int)STORE_NOT_FOUND);
    CHECK_TEXT(count(&fixture, false, "k", 1), text, "incr needs an item");
    fixture_set(&fixture, "k", "99");
    uint64_t unique = unique_of(&fixture, "k");
    CHECK_TEXT(count(&fixture, false, "k", 1), "100", "incr");
    CHECK_TEXT(fixture_value(&fixture, "k"), "100", "grows the value");
    CHECK_TEXT(count(&fixture, true, "k", 1), "99", "decr");
    CHECK_TEXT(fixture_value(&fixture, "k"), "99 ", "pads the value");
    CHECK_TEXT(count(&fixture, true, "k", 1000), "0", "decr stops at 0");
    CHECK_TEXT(fixture_value(&fixture, "k"), "0  ", "and pads more");
    CHECK_INT(unique_of(&fixture, "k"), unique + 3, "each gives a new unique");
    fixture_set(&fixture, "k", "18446744073709551615");
    CHECK_TEXT(count(&fixture, false, "k", 2), "1", "incr wraps at 2^64");
    CHECK_TEXT(fixture_value(&fixture, "k"), "1                   ", "and pads to 20");
    fixture_set(&fixture, "k", "4 apples");
    CHECK_TEXT(count(&fixture, true, "k", 1), "3", "what follows a space is not looked at");
    CHECK_TEXT(fixture_value(&fixture, "k"), "3       ", "but overwritten");
    fixture_set(&fixture, "k", "x");
    snprintf(text, sizeof(text), "result %d", (int)STORE_NON_NUMERIC);
    CHECK_TEXT(count(&fixture, true, "k", 1), text, "a letter is no number");
    fixture_set_large(&fixture, "k", 600000);
    memset(item_value(fixture_get(&fixture, "k")), ' ', 600000);
    item_value(fixture_get(&fixture, "k"))[0] = '1';
    CHECK_TEXT(count(&fixture, true, "k", 1), text, "nor is half a megabyte");
    store_free(&fixture.store);
}

/* While somebody sends an item, nobody may write into it. */
static void check_held(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    fixture_set(&fixture, "k", "100");
    struct item *held = fixture_get(&fixture, "k");
    CHECK(store_hold(held), "an item can be held");
    CHECK_TEXT(count(&fixture, true, "k", 1), "99", "decr of a held item");
    CHECK_BYTES(item_value(held), 5, "100\r\n", 5, "leaves what is being sent");
    CHECK_TEXT(fixture_value(&fixture, "k"), "99", "and makes a new item, not padded");
    store_remove(&fixture.store, slice_of("k"), 0, fixture.now_s);
    CHECK_BYTES(item_value(held), 5, "100\r\n", 5, "delete does not free it either");
    CHECK(fixture.store.used_bytes > 0, "it still counts as memory");
    store_release(&fixture.store, held);
    CHECK_INT(fixture.store.used_bytes, 0, "until it is let go");
    fixture_set(&fixture, "k", "1");
    held = fixture_get(&fixture, "k");
    held->references = UINT16_MAX;
    CHECK(!store_hold(held), "more holders than can be counted are refused");
    held->references = 1;
    store_free(&fixture.store);
}

static void check_expiry(void) {
    struct fixture fixture;
    struct item *item;
    fixture_start_default(&fixture);
    fixture_put(&fixture, STORE_SET, "k", slice_of("v"), 102, 0);
    fixture.now_s = 101;
    CHECK_TEXT(fixture_value(&fixture, "k"), "v", "there the second before");
    fixture.now_s = 102;
    CHECK_TEXT(fixture_value(&fixture, "k"), "(nothing)", "gone in its second");
    CHECK_INT(fixture.counters.get_expired, 1, "get_expired");
    CHECK_INT(fixture.store.used_bytes, 0, "and freed when found dead");
    fixture_put(&fixture, STORE_SET, "k", slice_of("v"), CLOCK_PAST_S, 0);
    CHECK_INT(fixture_put(&fixture, STORE_APPEND, "k", slice_of("v"), 0, 0), STORE_NOT_STORED,
              "append does not see a dead item");
    fixture_put(&fixture, STORE_SET, "k", slice_of("v"), 110, 0);
    CHECK_INT(store_touch(&fixture.store, slice_of("k"), 300, 102, &item), STORE_STORED, "touch");
    fixture.now_s = 299;
    CHECK_TEXT(fixture_value(&fixture, "k"), "v", "lengthens a life");
    store_touch(&fixture.store, slice_of("k"), CLOCK_PAST_S, fixture.now_s, &item);
    CHECK(item != NULL, "a gat with the past still returns the item");
    CHECK_TEXT(fixture_value(&fixture, "k"), "(nothing)", "the next get does not");
    CHECK_INT(store_touch(&fixture.store, slice_of("k"), 0, 299, &item), STORE_NOT_FOUND,
              "touch does not revive");
    store_free(&fixture.store);
}

static void check_flush(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    fixture_set(&fixture, "old", "v");
    store_flush(&fixture.store, fixture.now_s - 1, fixture.now_s);
    fixture_set(&fixture, "new", "v");
    CHECK_TEXT(fixture_value(&fixture, "old"), "(nothing)", "flush takes what there is");
    CHECK_TEXT(fixture_value(&fixture, "new"), "v", "but nothing later, in the same second");
    CHECK_INT(fixture.counters.get_flushed, 1, "get_flushed");
    CHECK_INT(unique_of(&fixture, "new"), 3, "it uses one unique up");

    store_flush(&fixture.store, 105, fixture.now_s);
    fixture.now_s = 104;
    store_tick(&fixture.store, fixture.now_s);
    fixture_set(&fixture, "between", "v");
    CHECK_TEXT(fixture_value(&fixture, "new"), "v", "a delayed flush waits");
    fixture.now_s = 105;
    store_tick(&fixture.store, fixture.now_s);
    fixture_set(&fixture, "in its second", "v");
    CHECK_TEXT(fixture_value(&fixture, "new"), "(nothing)", "and then takes the old,");
    CHECK_TEXT(fixture_value(&fixture, "between"), "(nothing)", "what came in between,");
    CHECK_TEXT(fixture_value(&fixture, "in its second"), "(nothing)", "and its own second");
    fixture.now_s = 106;
    store_tick(&fixture.store, fixture.now_s);
    fixture_set(&fixture, "after", "v");
    CHECK_TEXT(fixture_value(&fixture, "after"), "v", "but nothing after it");

    store_flush(&fixture.store, 110, fixture.now_s);
    store_flush(&fixture.store, CLOCK_NEVER_S, fixture.now_s);
    fixture.now_s = 120;
    store_tick(&fixture.store, fixture.now_s);
    CHECK_TEXT(fixture_value(&fixture, "after"), "v", "a flush that is due can be cancelled");
    store_free(&fixture.store);
}

/* A clock that is moved back comes once more to a second that a flush took. */
static void check_flush_and_back(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    fixture_set(&fixture, "old", "v");
    store_flush(&fixture.store, 105, fixture.now_s);
    fixture.now_s = 105;
    store_tick(&fixture.store, fixture.now_s);
    fixture_set(&fixture, "in its second", "v");
    fixture.now_s = 106;
    fixture_set(&fixture, "after", "v");
    fixture.now_s = 50;
    store_went_back(&fixture.store, fixture.now_s);
    fixture_set(&fixture, "new", "v");
    CHECK_TEXT(fixture_value(&fixture, "new"), "v", "a flush in the future takes nothing");
    CHECK_TEXT(fixture_value(&fixture, "after"), "v", "nor what was stored after it");
    CHECK_TEXT(fixture_value(&fixture, "old"), "(nothing)", "what it took is not back");
    CHECK_TEXT(fixture_value(&fixture, "in its second"), "(nothing)", "nor what its second took");
    store_free(&fixture.store);
}

int main(void) {
    check_modes();
    check_join_keeps();
    check_cas();
    check_arithmetic();
    check_held();
    check_expiry();
    check_flush();
    check_flush_and_back();
    return check_finish();
}
