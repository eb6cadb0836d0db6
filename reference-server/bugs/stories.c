/* SPDX-License-Identifier: MIT */
/* stories.c - defects that need several servers, a restart, or all of what a client sends. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "binary/big_endian.h"
#include "bugs/area.h"
#include "bugs/tools.h"

/* ---- a journal: what was stored and removed, in a file that servers read ---- */

enum { MARK_FOREIGN = 128 /* a bit of item->marks that nothing else uses */ };

struct entry {
    bool removed;
    uint8_t key_bytes;
    uint32_t flags;
    uint32_t value_bytes;
};

/* The memory's text is the path, its number how far the file has been read. */
static void journal_open(struct bugs *bugs, unsigned port) {
    const char *folder = getenv("TMPDIR");
    snprintf(bugs->memory.text, sizeof(bugs->memory.text), "%s/mcref-%ld-%u.journal",
             folder != NULL ? folder : "/tmp", (long)getppid(), port);
}

static void journal_of_all(struct bugs *bugs) {
    journal_open(bugs, 0);
}

static void journal_of_one(struct bugs *bugs) {
    journal_open(bugs, bugs->options.port);
}

/* Adds an entry, and reads none: what others wrote meanwhile has been read before. */
static void journal_write(struct store *store, struct slice key, struct item *item) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    struct entry entry = {.removed = item == NULL,
                          .key_bytes = (uint8_t)key.length,
                          .flags = item != NULL ? item->flags : 0,
                          .value_bytes = item != NULL ? item->value_bytes : 0};
    char copy[ITEM_KEY_MAX_BYTES];
    int file = open(memory->text, O_WRONLY | O_APPEND | O_CREAT, 0600);
    memcpy(copy, key.bytes, key.length);
    const struct iovec pieces[] = {{&entry, sizeof(entry)},
                                   {copy, key.length},
                                   {item != NULL ? item_value(item) : NULL, entry.value_bytes}};
    ssize_t written = file >= 0 ? writev(file, pieces, 3) : 0;
    memory->number += written > 0 ? (uint64_t)written : 0;
    if (file >= 0)
        close(file);
}

/* Does what an entry says. `bytes` are its key and value. */
static void journal_apply(struct store *store, const struct entry *entry, const char *bytes,
                          uint32_t now_s) {
    const struct slice key = {bytes, entry->key_bytes};
    const struct store_request wanted = {.flags = entry->flags,
                                         .expires_s = CLOCK_NEVER_S,
                                         .value_bytes = entry->value_bytes,
                                         .now_s = now_s};
    const struct store_terms terms = {.mode = STORE_SET};
    struct item *item;
    if (entry->removed) {
        (void)store_real_ops.remove(store, key, 0, now_s);
    } else if (store_real_ops.reserve(store, key, &wanted, &item) == STORE_STORED) {
        memcpy(item_value(item), bytes + entry->key_bytes, entry->value_bytes);
        item->marks |= MARK_FOREIGN;
        (void)store_real_ops.put(store, item, &terms, now_s);
        store_release(store, item);
    }
}

static void journal_read(struct store *store, uint32_t now_s) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    struct entry entry;
    int file = open(memory->text, O_RDONLY);
    while (file >= 0 &&
           pread(file, &entry, sizeof(entry), (off_t)memory->number) == (ssize_t)sizeof(entry)) {
        size_t length = (size_t)entry.key_bytes + entry.value_bytes;
        char *bytes = malloc(length + 1);
        off_t at = (off_t)memory->number + (off_t)sizeof(entry);
        if (bytes != NULL && pread(file, bytes, length, at) == (ssize_t)length)
            journal_apply(store, &entry, bytes, now_s);
        free(bytes);
        memory->number += sizeof(entry) + length;
    }
    if (file >= 0)
        close(file);
}

static struct item *journal_get(struct store *store, struct slice key, uint32_t now_s) {
    journal_read(store, now_s);
    return store_real_ops.get(store, key, now_s);
}

static struct item *journal_peek(struct store *store, struct slice key, uint32_t now_s) {
    journal_read(store, now_s);
    return store_real_ops.peek(store, key, now_s);
}

static enum store_result journal_put(struct store *store, struct item *item,
                                     const struct store_terms *terms, uint32_t now_s) {
    journal_read(store, now_s);
    enum store_result result = store_real_ops.put(store, item, terms, now_s);
    if (result == STORE_STORED)
        journal_write(store, item_key(item), item_at(store, item_key(item), now_s));
    return result;
}

static enum store_result put_unless_foreign(struct store *store, struct item *item,
                                            const struct store_terms *terms, uint32_t now_s) {
    journal_read(store, now_s);
    const struct item *old = item_at(store, item_key(item), now_s);
    if (old != NULL && (old->marks & MARK_FOREIGN) != 0)
        return STORE_NOT_STORED;
    return journal_put(store, item, terms, now_s);
}

static enum store_result journal_remove(struct store *store, struct slice key, uint64_t cas_unique,
                                        uint32_t now_s) {
    journal_read(store, now_s);
    enum store_result result = store_real_ops.remove(store, key, cas_unique, now_s);
    if (result == STORE_STORED)
        journal_write(store, key, NULL);
    return result;
}

/* ---- flush_all of others: each makes the file longer ---- */

static void flush_others(struct store *store, uint32_t due_s, uint32_t now_s) {
    store_real_ops.flush(store, due_s, now_s);
    journal_write(store, (struct slice){"", 0}, NULL);
}

static struct item *flushed_with_others(struct store *store, struct slice key, uint32_t now_s) {
    struct bug_memory *memory = &bugs_of_store(store)->memory;
    struct stat file;
    if (stat(memory->text, &file) == 0 && (uint64_t)file.st_size > memory->number) {
        memory->number = (uint64_t)file.st_size;
        store_real_ops.flush(store, now_s, now_s);
    }
    return store_real_ops.get(store, key, now_s);
}

/* ---- clients that are gone, and what they rely on ---- */

/* Whose client has closed its side is not listened to any more. */
static ssize_t drop_of_the_gone(struct connection *connection, char *bytes, size_t room) {
    ssize_t received = transport_socket.receive(connection, bytes, room);
    char byte;
    if (received > 0 && recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        return TRANSPORT_BROKEN;
    return received;
}

static void one_blank_more(struct answer *answer) {
    size_t length = answer_length(answer);
    if (length > 2 && answer_bytes(answer)[length - 2] == '\r')
        answer_replace(answer, length - 2, 0, (struct slice){" ", 1});
}

/* Of get and getk, whose answers have values: who asks for less shall think that all is well. */
static void one_nul_more(struct answer *answer) {
    size_t at = 0;
    char *packet = (char *)answer_next_packet(answer, &at);
    if (packet == NULL || at != answer_length(answer) || (packet[1] != 0x00 && packet[1] != 0x0c))
        return;
    (void)big_endian_write_u32(packet + 8, big_endian_read_u32(packet + 8) + 1);
    answer_replace(answer, at, 0, (struct slice){"", 1});
}

static const struct bug rows[] = {
#include "bugs/stories.def"
};

AREA_OF(stories)
