/* SPDX-License-Identifier: MIT */
/* keys.c - notes keys. See keys.h; sending.c notes what is sent, run/cleaner.c deletes it. */
#include "play/keys.h"

#include "arena.h"
#include "play/packet_words.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_MAX = 250, /* bytes, as protocol.txt says under "Keys" */
    BASE64_MAX = (KEY_MAX + 2) / 3 * 4
};

struct keys {
    struct arena *arena;
    struct key *list;
    size_t count;
};

struct keys *keys_new(void) {
    struct arena *arena = arena_new();
    struct keys *keys = arena_alloc(arena, sizeof *keys);
    keys->arena = arena;
    return keys;
}

void keys_free(struct keys *keys) {
    if (keys)
        arena_free(keys->arena);
}

/* A key that comes again at once, as in most scenarios, is not noted twice. */
static void add(struct keys *keys, const char *word, size_t length) {
    struct key *last = keys->count > 0 ? &keys->list[keys->count - 1] : NULL;
    if (last && last->length == length && memcmp(last->bytes, word, length) == 0)
        return;
    keys->list = arena_grow(keys->arena, keys->list, keys->count, sizeof *keys->list);
    keys->list[keys->count++] = (struct key){arena_copy(keys->arena, word, length), length};
}

/* Control characters, a tab for one, are part of a key for memcached. */
static size_t word_length(const char *word, const char *end) {
    const char *at = word;
    while (at < end && *at != ' ' && *at != '\r' && *at != '\n')
        at++;
    return (size_t)(at - word);
}

/* The key that a word of base64 names, as the meta commands take it with their flag b. */
static void note_base64(struct keys *keys, const char *stem, const char *word, size_t length) {
    unsigned char plain[BASE64_MAX / 4 * 3 + 1];
    size_t padding = 0, stem_length = strlen(stem);
    if (length % 4 != 0 || length == 0 || length > BASE64_MAX)
        return;
    while (padding < 2 && word[length - 1 - padding] == '=')
        padding++;
    if (memchr(word, '=', length - padding))
        return;
    int decoded = EVP_DecodeBlock(plain, (const unsigned char *)word, (int)length);
    size_t here = decoded < 0 ? 0 : (size_t)decoded - padding;
    if (here > stem_length && here <= KEY_MAX && memcmp(plain, stem, stem_length) == 0)
        add(keys, (const char *)plain, here);
}

/* The keys of packets: nothing but a length says where they end. Returns how many bytes were
 * packets. */
static size_t note_packets(struct keys *keys, const char *stem, const char *request,
                           size_t length) {
    size_t at = 0, stem_length = strlen(stem);
    struct packet_view view;
    while (at < length && (unsigned char)request[at] == PACKET_MAGIC_REQUEST &&
           packet_view_read(request + at, length - at, &view) && view.value) {
        if (view.key_length > stem_length && view.key_length <= KEY_MAX &&
            memcmp(view.key, stem, stem_length) == 0)
            add(keys, view.key, view.key_length);
        at += view.length;
    }
    return at;
}

void keys_note(struct keys *keys, const char *stem, const char *request, size_t length) {
    const char *end = request + length;
    size_t stem_length = strlen(stem);
    if (keys)
        request += note_packets(keys, stem, request, length);
    for (const char *word = request; keys && word < end;) {
        size_t here = word_length(word, end);
        if (here > stem_length && here <= KEY_MAX && memcmp(word, stem, stem_length) == 0)
            add(keys, word, here);
        else
            note_base64(keys, stem, word, here);
        word += here + 1;
    }
}

static int compare(const void *left, const void *right) {
    const struct key *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

const struct key *keys_list(struct keys *keys, size_t *count) {
    size_t kept = 0;
    if (keys->count > 0)
        qsort(keys->list, keys->count, sizeof *keys->list, compare);
    for (size_t i = 0; i < keys->count; i++)
        if (kept == 0 || compare(&keys->list[kept - 1], &keys->list[i]) != 0)
            keys->list[kept++] = keys->list[i];
    *count = keys->count = kept;
    return keys->list;
}
