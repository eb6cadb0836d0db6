/* SPDX-License-Identifier: MIT */
/* test_memory.c - the memory limit, the order of eviction, the item size limit, the sweep. */
#include "reports/check.h"
#include "store_fixture.h"

enum {
    ITEM_COST_100 = 188 /* key of 12, value of 100 bytes: what docs/limits.md promises */
};

static const char *key_of(unsigned number) {
    static char key[16];
    snprintf(key, sizeof(key), "key%09u", number);
    return key;
}

/* A store with room for `items` items of a 12-byte key and 100 bytes. */
static void fixture_start_small(struct fixture *fixture, size_t items, bool evict) {
    fixture_start(fixture, (struct store_limits){.memory_bytes = items * ITEM_COST_100,
                                                 .item_bytes = 1 << 20,
                                                 .evict = evict,
                                                 .cas = true});
}

static void check_cost(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    CHECK_INT(item_cost_bytes(12, 100), ITEM_COST_100, "an item of 12 and 100 bytes");
    fixture_set_large(&fixture, key_of(1), 100);
    CHECK_INT(fixture.store.used_bytes, ITEM_COST_100, "counts as that much");
    fixture_set_large(&fixture, key_of(1), 10);
    CHECK(fixture.store.used_bytes < ITEM_COST_100, "and as less when it is replaced");
    store_free(&fixture.store);
}

static void check_eviction(void) {
    struct fixture fixture;
    fixture_start_small(&fixture, 10, true);
    for (unsigned i = 0; i < 10; i++)
        fixture_set_large(&fixture, key_of(i), 100);
    CHECK_INT(fixture.counters.evictions, 0, "ten items have room");
    fixture_get(&fixture, key_of(0));
    fixture_set_large(&fixture, key_of(10), 100);
    CHECK_INT(fixture.counters.evictions, 1, "the eleventh evicts one");
    CHECK(fixture_get(&fixture, key_of(0)) != NULL, "not the oldest, which was read,");
    CHECK(fixture_get(&fixture, key_of(1)) == NULL, "but the next, which was not");
    CHECK_INT(fixture.counters.evicted_unfetched, 1, "which nobody ever read");
    CHECK(fixture.store.used_bytes <= fixture.store.limits.memory_bytes, "the limit holds");
    for (unsigned i = 100; i < 5000; i++)
        fixture_set_large(&fixture, key_of(i), i % 300);
    CHECK(fixture.store.used_bytes <= fixture.store.limits.memory_bytes,
          "also with items of many sizes");
    CHECK_INT(fixture_set_large(&fixture, "large", 3000), STORE_NO_MEMORY,
              "what is larger than all memory is refused");
    store_free(&fixture.store);
}

/* A use is good for one more round; and nobody waits for a whole list of used items. */
static void check_second_chance(void) {
    struct fixture fixture;
    fixture_start_small(&fixture, 100, true);
    for (unsigned i = 0; i < 100; i++)
        fixture_set_large(&fixture, key_of(i), 100);
    for (unsigned i = 0; i < 100; i++)
        fixture_get(&fixture, key_of(i));
    fixture_set_large(&fixture, key_of(100), 100);
    CHECK_INT(fixture.counters.evictions, 1, "all were used, and one goes all the same:");
    CHECK(fixture_get(&fixture, key_of(50)) == NULL, "the first after fifty chances");
    for (unsigned i = 101; i < 200; i++)
        fixture_set_large(&fixture, key_of(i), 100);
    CHECK(fixture_get(&fixture, key_of(0)) == NULL,
          "who was not used again goes in the next round");
    store_free(&fixture.store);
}

static void check_dead_get_no_chance(void) {
    struct fixture fixture;
    fixture_start_small(&fixture, 2, true);
    fixture_put(&fixture, STORE_SET, key_of(1), slice_of("x"), FIXTURE_NOW_S + 1, 0);
    fixture_get(&fixture, key_of(1));
    fixture_set_large(&fixture, key_of(2), 100);
    fixture.now_s++;
    fixture_set_large(&fixture, key_of(3), 100);
    CHECK_INT(fixture.counters.reclaimed, 1, "a dead item makes room though it was used,");
    CHECK_INT(fixture.counters.evictions, 0, "and no other has to go");
    store_free(&fixture.store);
}

/* The room for the value of an add is there, so that only the use decides who goes. */
static void check_failed_add_is_a_use(void) {
    struct fixture fixture;
    fixture_start_small(&fixture, 4, true);
    for (unsigned i = 0; i < 3; i++)
        fixture_set_large(&fixture, key_of(i), 100);
    CHECK_INT(fixture_put(&fixture, STORE_ADD, key_of(0), slice_of("x"), 0, 0), STORE_NOT_STORED,
              "an add that fails");
    fixture_set_large(&fixture, key_of(3), 100);
    fixture_set_large(&fixture, key_of(4), 100);
    CHECK(fixture_get(&fixture, key_of(0)) != NULL, "is a use of the item");
    CHECK(fixture_get(&fixture, key_of(1)) == NULL, "so the next in line goes");
    store_free(&fixture.store);
}

static void check_expired_first(void) {
    struct fixture fixture;
    fixture_start_small(&fixture, 2, false);
    fixture_put(&fixture, STORE_SET, key_of(1), slice_of("x"), FIXTURE_NOW_S + 1, 0);
    fixture.now_s++;
    fixture_set_large(&fixture, key_of(2), 100);
    CHECK_INT(fixture_set_large(&fixture, key_of(3), 100), STORE_STORED,
              "room of a dead item is used even without evictions");
    CHECK_INT(fixture.counters.reclaimed, 1, "that is not called an eviction");
    CHECK_INT(fixture.counters.evictions, 0, "so evictions stays");
    CHECK_INT(fixture_set_large(&fixture, key_of(4), 100), STORE_NO_MEMORY,
              "without evictions live items stay");
    CHECK(fixture_get(&fixture, key_of(2)) != NULL, "all of them");
    store_free(&fixture.store);
}

/* append, prepend and incr must survive that making room evicts the item they work on. */
static void check_eviction_of_the_item_at_hand(void) {
    struct fixture fixture;
    fixture_start(&fixture,
                  (struct store_limits){
                      .memory_bytes = 1000, .item_bytes = 1 << 20, .evict = true, .cas = true});
    fixture_set_large(&fixture, "k", 400);
    char text[301];
    memset(text, 'y', 300);
    text[300] = '\0';
    enum store_result result = fixture_put(&fixture, STORE_APPEND, "k", slice_of(text), 0, 0);
    CHECK_INT(result, STORE_NOT_STORED, "append without room for both is NOT_STORED");
    CHECK(fixture.store.used_bytes <= 1000, "and the limit holds");
    fixture_set(&fixture, "n", "9");
    struct store_delta delta = {.delta = 1, .now_s = fixture.now_s};
    fixture.store.limits.memory_bytes = fixture.store.used_bytes;
    CHECK_INT(store_arithmetic(&fixture.store, slice_of("n"), &delta), STORE_NO_MEMORY,
              "incr without room for one digit more");
    store_free(&fixture.store);
}

static void check_uploads_count(void) {
    struct fixture fixture;
    fixture_start_small(&fixture, 10, true);
    struct store_request request = {.value_bytes = 100};
    struct item *items[11] = {0};
    for (unsigned i = 0; i < 10; i++)
        CHECK_INT(store_reserve(&fixture.store, slice_of(key_of(0)), &request, &items[i]),
                  STORE_STORED, "an upload");
    CHECK_INT(store_reserve(&fixture.store, slice_of(key_of(0)), &request, &items[10]),
              STORE_NO_MEMORY, "uploads that fill the memory leave none");
    for (unsigned i = 0; i < 10; i++)
        store_release(&fixture.store, items[i]);
    CHECK_INT(fixture.store.used_bytes, 0, "until they end");
    store_free(&fixture.store);
}

static void check_item_size(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    CHECK_INT(fixture_set_large(&fixture, "k", 1048512), STORE_STORED,
              "the longest value memcached 1.6.18 takes for a key of 1 byte and flags");
    CHECK_INT(fixture_set_large(&fixture, "k", 1048513), STORE_TOO_LARGE, "and one byte more");
    CHECK(store_fits(&fixture.store, 1, 0, 1048516), "flags of 0 cost nothing");
    CHECK(!store_fits(&fixture.store, 1, 7, 1048516), "others do");
    store_free(&fixture.store);
}

static void check_sweep(void) {
    struct fixture fixture;
    fixture_start_default(&fixture);
    for (unsigned i = 0; i < 3000; i++)
        fixture_put(&fixture, STORE_SET, key_of(i), slice_of("v"), i % 2 == 0 ? 150 : 0, 0);
    unsigned steps = 1;
    fixture.now_s = 149;
    while (!store_sweep(&fixture.store, 100, fixture.now_s))
        steps++;
    CHECK_INT(steps, 45, "a sweep of 3000 items, in 4500 buckets, by 100 takes 45 steps");
    CHECK_INT(fixture.store.table.item_count, 3000, "it leaves the living alone");
    fixture.now_s = 150;
    while (!store_sweep(&fixture.store, 100, fixture.now_s))
        continue;
    CHECK_INT(fixture.store.table.item_count, 1500, "and frees the dead");
    CHECK_INT(fixture.counters.crawler_reclaimed, 1500, "crawler_reclaimed");
    CHECK_INT(fixture.counters.expired_unfetched, 1500, "expired_unfetched");
    store_flush(&fixture.store, fixture.now_s - 1, fixture.now_s);
    while (!store_sweep(&fixture.store, 100, fixture.now_s))
        continue;
    CHECK_INT(fixture.store.table.item_count, 0, "after a flush that is everything");
    CHECK_INT(fixture.store.used_bytes, 0, "and no memory is left in use");
    store_free(&fixture.store);
}

int main(void) {
    check_cost();
    check_eviction();
    check_second_chance();
    check_dead_get_no_chance();
    check_failed_add_is_a_use();
    check_expired_first();
    check_eviction_of_the_item_at_hand();
    check_uploads_count();
    check_item_size();
    check_sweep();
    return check_finish();
}
