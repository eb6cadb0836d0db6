/* SPDX-License-Identifier: MIT */
/* json_path.c - reads a document up to a place and keeps what is open there. See json_path.h. */
#include "language/json_path.h"

#include "arena.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { DEEP_MAX = 128 }; /* deeper ones are refused by json_scan.c */

/* A list or an object that is open: which item, or which key, is read. */
struct level {
    bool is_list, wants_key;
    size_t index;
    const char *key; /* behind its quote; NULL: before the first */
    size_t key_length;
};

struct way {
    struct level levels[DEEP_MAX];
    size_t depth;
};

/* Behind the string that begins at the quote, or at the end of the document. */
static const char *behind_string(const char *quote) {
    const char *at = quote + 1;
    while (*at != '\0' && *at != '"')
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    return *at == '"' ? at + 1 : at;
}

static const char *read_string(struct way *way, const char *quote) {
    const char *end = behind_string(quote);
    struct level *level = way->depth > 0 ? &way->levels[way->depth - 1] : NULL;
    if (level && level->wants_key) {
        level->key = quote + 1;
        level->key_length = (size_t)(end - quote) - (end[-1] == '"' && end - quote > 1 ? 2 : 1);
    }
    return end;
}

static void read_mark(struct way *way, char mark) {
    struct level *level = way->depth > 0 ? &way->levels[way->depth - 1] : NULL;
    if ((mark == '{' || mark == '[') && way->depth < DEEP_MAX) {
        way->levels[way->depth++] =
            (struct level){.is_list = mark == '[', .wants_key = mark == '{'};
    } else if ((mark == '}' || mark == ']') && level) {
        way->depth--;
    } else if (mark == ':' && level) {
        level->wants_key = false;
    } else if (mark == ',' && level) {
        level->index++;
        level->wants_key = !level->is_list;
    }
}

/* .name, or ["any name"] as it is written. */
static const char *show_key(struct arena *arena, const char *path, const struct level *level) {
    bool plain = level->key_length > 0;
    for (size_t i = 0; i < level->key_length; i++)
        plain = plain && (isalnum((unsigned char)level->key[i]) || strchr("_$", level->key[i]));
    return arena_format(arena, plain ? "%s.%.*s" : "%s[\"%.*s\"]", path, (int)level->key_length,
                        level->key);
}

const char *json_path(struct arena *arena, const char *document, const char *place) {
    struct way way = {.depth = 0};
    const char *at = document;
    while (*at != '\0' && at < place)
        if (*at == '"')
            at = read_string(&way, at);
        else
            read_mark(&way, *at++);
    if (at == place && *at == '"')
        read_string(&way, at);
    const char *path = "$";
    for (size_t i = 0; i < way.depth; i++) {
        const struct level *level = &way.levels[i];
        if (level->is_list)
            path = arena_format(arena, "%s[%zu]", path, level->index);
        else if (level->key)
            path = show_key(arena, path, level);
    }
    return path;
}
