/* SPDX-License-Identifier: MIT */
/* text_load.h - from the notation of scenarios to texts: strings with holes, and parts.
 *
 * text_load.c reads the JSON, text_parse.c what stands between braces, packet_load.c what is
 * written as fields. All memory belongs to problems->arena. The functions return false after
 * telling what is wrong. */
#pragma once

#include "language/json.h"
#include "language/text.h"

#include <stdbool.h>
#include <stddef.h>

/* What a text is for decides what it may hold. */
enum text_use {
    TEXT_SENT,          /* no wildcards */
    TEXT_PATTERN,       /* wildcards that capture or not */
    TEXT_COUNTED,       /* wildcards that do not capture: the replies of a tally */
    TEXT_FIELD,         /* a field of a packet that is sent: no wildcards, no packets */
    TEXT_FIELD_PATTERN, /* a field of a packet that is expected: a wildcard may end it */
};

/* Kinds of JSON values that can be a text. */
enum { TEXT_KINDS = JSON_STRING | JSON_LIST | JSON_OBJECT };

/* A string, a part ({ "hex": … }) or a list of both. */
bool text_load(struct problems *problems, const struct json *value, enum text_use use,
               struct text *text);

/* A string alone that is written at `at`, such as a key of a tally. */
bool text_load_string(struct problems *problems, const char *string, struct place at,
                      enum text_use use, struct text *text);

/* Has the object the first field of a part? */
bool text_is_part(const struct json *object);

/* For text_load.c and text_parse.c: adds one atom; or literal bytes, if any, without a copy. */
struct atom *text_add(struct arena *arena, struct text *text, enum atom_kind kind);
void text_add_bytes(struct arena *arena, struct text *text, const char *bytes, size_t length);

/* Is it a NAME of {key:NAME}: letters, digits, _ and -, at most TEXT_KEY_NAME_MAX? */
bool text_is_key_name(const char *name);

/* text_parse.c: adds the atoms of a string with holes. */
bool text_parse(struct problems *problems, const char *string, struct place at, enum text_use use,
                struct text *text);
