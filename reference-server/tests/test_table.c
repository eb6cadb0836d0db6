/* SPDX-License-Identifier: MIT */
/* test_table.c - the hash table finds every item while it grows, bucket by bucket. */
#include <stdlib.h>

#include "reports/check.h"
#include "store/table.h"

enum { MANY = 10000 };

static struct item *item_new(unsigned number) {
    char key[16];
    int length = snprintf(key, sizeof(key), "key%u", number);
    struct item *item = calloc(1, item_bytes((size_t)length, 0));
    if (item == NULL)
        abort();
    memcpy(item->data, key, (size_t)length);
    item->key_bytes = (uint8_t)length;
    return item;
}

static struct item *find(struct table *table, const struct item *item) {
    return table_find(table, item_key(item), table_hash(table, item_key(item)));
}

static void check_growth(struct table *table, struct item **items) {
    bool found_all = true;
    bool few_buckets_at_a_time = true;
    size_t first_buckets = table->bucket_count;
    for (unsigned i = 0; i < MANY; i++) {
        size_t before = table->bucket_count;
        table_insert(table, items[i], table_hash(table, item_key(items[i])));
        few_buckets_at_a_time = few_buckets_at_a_time && table->bucket_count <= before + 2;
        if (i % 97 == 0)
            for (unsigned j = 0; j <= i; j++)
                found_all = found_all && find(table, items[j]) == items[j];
    }
    CHECK(found_all, "every item is found at every size");
    CHECK(few_buckets_at_a_time, "an insertion adds two buckets at most");
    CHECK(table->bucket_count > first_buckets, "the table has grown");
    CHECK_INT(table->bucket_count, MANY / 2 * 3, "to three buckets for two items");
    CHECK_INT(table->item_count, MANY, "and counts the items");
}

static void check_replace_and_remove(struct table *table, struct item **items) {
    bool replaced_all = true;
    bool removed_all = true;
    for (unsigned i = 0; i < MANY; i++) {
        struct item *twin = item_new(i);
        table_replace(table, items[i], twin, table_hash(table, item_key(twin)));
        replaced_all = replaced_all && find(table, items[i]) == twin;
        free(items[i]);
        items[i] = twin;
    }
    CHECK(replaced_all, "a replaced item is found in the place of the old one");
    for (unsigned i = 0; i < MANY; i += 2) {
        table_remove(table, items[i], table_hash(table, item_key(items[i])));
        removed_all = removed_all && find(table, items[i]) == NULL;
    }
    CHECK(removed_all, "a removed item is not found");
    for (unsigned i = 1; i < MANY; i += 2)
        removed_all = removed_all && find(table, items[i]) == items[i];
    CHECK(removed_all, "and all the others are");
    CHECK_INT(table->item_count, MANY / 2, "half of them are left");
}

static void check_table(uint64_t seed) {
    static struct item *items[MANY];
    struct table table;

    if (!table_init(&table, seed))
        abort();
    for (unsigned i = 0; i < MANY; i++)
        items[i] = item_new(i);
    CHECK(find(&table, items[0]) == NULL, "an empty table finds nothing");
    check_growth(&table, items);
    check_replace_and_remove(&table, items);
    for (unsigned i = 0; i < MANY; i++)
        free(items[i]);
    table_free(&table);
}

/* A mistake at the moment the table doubles loses one item in some tables only. */
int main(void) {
    for (uint64_t seed = 1; seed <= 8; seed++)
        check_table(seed);
    return check_finish();
}
