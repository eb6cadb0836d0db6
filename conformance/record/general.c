/* SPDX-License-Identifier: MIT */
/* general.c - see general.h. */
#include "record/general.h"

#include "arena.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 20, /* of {key:NAME} */
    STEM_BYTES = 12,     /* of a long key, before its number */
    PLAIN_MAX = 40,      /* a hole is no longer; longer keys are filled up */
    KEY_MAX = 250,
    TIMES_BEGIN = 1000000000, /* seconds since 1970: 2001; what is less is no time of today */
};

static bool can_be_named(struct slice key) {
    for (size_t i = 0; i < key.length; i++)
        if ((unsigned char)key.data[i] <= ' ' || key.data[i] == 0x7f)
            return false;
    return key.length > 0 && key.length <= KEY_MAX;
}

static bool is_taken(const struct general *general, const char *name) {
    for (size_t i = 0; i < general->key_count; i++)
        if (strcmp(general->keys[i].name, name) == 0)
            return true;
    return false;
}

/* The key itself if it can be a name, else its beginning and a number. */
static const char *make_name(const struct general *general, struct slice key) {
    char *name = arena_copy(general->arena, key.data, key.length);
    bool changed = key.length > NAME_MAX_BYTES;
    if (changed)
        name[STEM_BYTES] = '\0';
    for (char *at = name; *at; at++) {
        if (!isalnum((unsigned char)*at) && *at != '_' && *at != '-') {
            *at = '_';
            changed = true;
        }
    }
    name[strlen(name) > NAME_MAX_BYTES ? NAME_MAX_BYTES : strlen(name)] = '\0';
    for (size_t i = strlen(name); i < key.length && !changed; i++)
        changed = true; /* the key holds a NUL */
    if (!changed && !is_taken(general, name))
        return name;
    if (strlen(name) > STEM_BYTES)
        name[STEM_BYTES] = '\0';
    for (size_t number = general->key_count + 1;; number++) {
        const char *numbered = arena_format(general->arena, "%s_%zu", name, number);
        if (!is_taken(general, numbered))
            return numbered;
    }
}

static const char *name_of(struct general *general, struct slice key) {
    for (size_t i = 0; i < general->key_count; i++)
        if (slice_equal(general->keys[i].key, key))
            return general->keys[i].name;
    const char *name = make_name(general, key);
    general->keys =
        arena_grow(general->arena, general->keys, general->key_count, sizeof *general->keys);
    general->keys[general->key_count++] = (struct named_key){key, name};
    return name;
}

void general_key(struct general *general, struct script *script, struct slice key) {
    if (!can_be_named(key)) {
        script_bytes(script, key);
        return;
    }
    const char *name = name_of(general, key);
    if (key.length > PLAIN_MAX)
        script_part(script, arena_format(general->arena, "{ \"key\": \"%s\", \"length\": %zu }",
                                         name, key.length));
    else
        script_hole(script, arena_format(general->arena, "{key:%s}", name));
}

void general_capture(struct general *general, struct script *script, struct slice key,
                     uint64_t unique) {
    const struct capture_made *before = NULL;
    for (size_t i = 0; i < general->capture_count && key.length > 0; i++)
        if (slice_equal(general->captures[i].key, key))
            before = &general->captures[i];
    const char *name = arena_format(general->arena, "cas%zu", general->capture_count + 1);
    script_hole(script, arena_format(general->arena, "{%s=u64}", name));
    if (before) {
        const char *check = arena_format(general->arena, "{ \"check\": \"%s %s %s\" }", name,
                                         before->unique == unique ? "==" : "!=", before->name);
        bytes_append(&general->checks, ",\n        ", 10);
        bytes_append(&general->checks, check, strlen(check));
    }
    general->captures = arena_grow(general->arena, general->captures, general->capture_count,
                                   sizeof *general->captures);
    general->captures[general->capture_count++] = (struct capture_made){unique, name, key};
}

const char *general_unique(const struct general *general, uint64_t unique) {
    for (size_t i = general->capture_count; i > 0; i--)
        if (general->captures[i - 1].unique == unique)
            return arena_format(general->arena, "{%s}", general->captures[i - 1].name);
    return NULL;
}

const char *general_exptime(const struct general *general, int64_t exptime) {
    if (exptime < TIMES_BEGIN)
        return NULL;
    return arena_format(general->arena, "{now%+lld}", (long long)exptime - general->began);
}
