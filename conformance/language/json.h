/* SPDX-License-Identifier: MIT */
/* json.h - a JSON file as a tree whose every value and key knows its line and column.
 *
 * cJSON does the decoding; json_scan.c goes over the bytes first and finds the positions, and
 * refuses what cJSON lets pass (NUL, control bytes, bad UTF-8, 007, a byte order mark, …). Which
 * fields an object may have is the business of fields.h. */
#pragma once

#include "language/problems.h"

#include <stdbool.h>
#include <stddef.h>

/* Bits, so that several kinds may be allowed at one place. */
enum json_kind {
    JSON_NULL = 1,
    JSON_BOOL = 2,
    JSON_NUMBER = 4,
    JSON_STRING = 8,
    JSON_LIST = 16,
    JSON_OBJECT = 32,
};

struct json {
    enum json_kind kind;
    struct place at;
    const char *key; /* in an object, else NULL */
    struct place key_at;
    const char *string;       /* STRING: UTF-8, without NUL inside, NUL behind */
    double number;            /* NUMBER */
    bool truth;               /* BOOL */
    const struct json *first; /* LIST, OBJECT: children, linked by next */
    const struct json *next;
    size_t count; /* of children */
};

/* Reads a file of at most 64 MiB, or `length` bytes that stand for problems->file. NULL when they
 * are not strict JSON; problems then says what and where. The tree and a copy of the bytes belong
 * to problems->arena. */
const struct json *json_read(struct problems *problems);
const struct json *json_parse(struct problems *problems, const char *bytes, size_t length);

/* "a string", or for several bits "a string or a list". */
const char *json_kind_name(struct arena *arena, unsigned kinds);

/* The member of an object by its key, or NULL. */
const struct json *json_member(const struct json *object, const char *key);

/* The place of byte `offset` of the decoded string that is written at `string`. */
struct place json_place_inside(struct place string, size_t offset);
