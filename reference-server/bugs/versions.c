/* SPDX-License-Identifier: MIT */
/* versions.c - what items were before their last change; see bugs/versions.h. */
#include "bugs/versions.h"

#include <time.h>

#include "bugs/copy.h"

static uint64_t versions_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The client at hand; 0 for none. */
static int versions_client(const struct bugs *bugs) {
    const struct connection *turn = bugs->server->turn;
    return turn != NULL ? turn->fd : 0;
}

static struct version *versions_slot(struct store *store, struct slice key) {
    return &bugs_of_store(store)->versions[table_hash(&store->table, key) % BUGS_VERSIONS];
}

static void version_clear(struct store *store, struct version *version) {
    copy_free(version->copy);
    if (version->item != NULL)
        store_release(store, version->item);
    *version = (struct version){0};
}

void versions_note(struct store *store, struct slice key, unsigned milliseconds, uint32_t now_s) {
    struct version *version = versions_slot(store, key);
    struct bugs *bugs = bugs_of_store(store);
    version_clear(store, version);
    version->copy = copy_new(store_real_ops.peek(store, key, now_s));
    version->until_us = versions_now_us() + (uint64_t)milliseconds * 1000;
    version->writer = versions_client(bugs);
    version->key_bytes = key.length;
    memcpy(version->key, key.bytes, key.length);
}

struct version *versions_find(struct store *store, struct slice key) {
    struct version *version = versions_slot(store, key);
    if (version->until_us < versions_now_us() || version->key_bytes != key.length ||
        memcmp(version->key, key.bytes, key.length) != 0 ||
        version->writer == versions_client(bugs_of_store(store)))
        return NULL;
    return version;
}

struct item *versions_item(struct store *store, struct version *version, uint32_t now_s) {
    if (version->copy != NULL && version->item == NULL)
        version->item = copy_item(store, version->copy, now_s);
    return version->item;
}

void versions_free(struct bugs *bugs) {
    for (size_t i = 0; i < BUGS_VERSIONS; i++)
        version_clear(&bugs->server->store, &bugs->versions[i]);
}
