/* SPDX-License-Identifier: MIT */
/* json.c - a JSON file as a tree with positions: json_scan.c finds them, cJSON decodes, and this
 * file brings both together, as both go through the document in the order it is written. */
#include "language/json.h"

#include "arena.h"
#include "language/json_scan.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 64 << 20, CHUNK_BYTES = 65536 };

/* Hands out the places in their order while the tree is built. */
struct builder {
    struct problems *problems;
    const struct place *next_place;
};

static enum json_kind kind_of(const cJSON *item) {
    if (cJSON_IsObject(item))
        return JSON_OBJECT;
    if (cJSON_IsArray(item))
        return JSON_LIST;
    if (cJSON_IsString(item))
        return JSON_STRING;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    return cJSON_IsBool(item) ? JSON_BOOL : JSON_NULL;
}

static int compare_keys(const void *left, const void *right) {
    const struct json *a = *(const struct json *const *)left;
    const struct json *b = *(const struct json *const *)right;
    int order = strcmp(a->key, b->key);
    if (order == 0)
        order = (a->key_at.source > b->key_at.source) - (a->key_at.source < b->key_at.source);
    return order;
}

static void refuse_duplicate_keys(struct problems *problems, const struct json *object) {
    if (object->count < 2)
        return;
    const struct json **members =
        arena_alloc(problems->arena, object->count * sizeof(struct json *));
    size_t count = 0;
    for (const struct json *member = object->first; member != NULL; member = member->next)
        members[count++] = member;
    qsort(members, count, sizeof(struct json *), compare_keys);
    for (size_t i = 1; i < count; i++)
        if (strcmp(members[i - 1]->key, members[i]->key) == 0)
            problem_add(problems, members[i]->key_at,
                        "the key \"%s\" stands twice in one object, first in line %d",
                        members[i]->key, members[i - 1]->key_at.line);
}

/* Recursive, like the document; json_scan() has bounded the depth. */
static struct json *build(struct builder *builder, const cJSON *item) {
    struct arena *arena = builder->problems->arena;
    struct json *node = arena_alloc(arena, sizeof *node);
    if (item->string != NULL) {
        node->key = arena_string(arena, item->string);
        node->key_at = *builder->next_place++;
    }
    node->at = *builder->next_place++;
    node->kind = kind_of(item);
    if (node->kind == JSON_STRING)
        node->string = arena_string(arena, item->valuestring);
    node->number = item->valuedouble;
    node->truth = cJSON_IsTrue(item);
    const struct json **link = &node->first;
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        struct json *built = build(builder, child);
        *link = built;
        link = &built->next;
        node->count++;
    }
    if (node->kind == JSON_OBJECT)
        refuse_duplicate_keys(builder->problems, node);
    return node;
}

const struct json *json_parse(struct problems *problems, const char *bytes, size_t length) {
    const char *copy = arena_copy(problems->arena, bytes, length);
    struct json_places places = {0};
    problems->document = copy;
    problems->document_length = length;
    if (!json_scan(problems, copy, length, &places))
        return NULL;
    cJSON *tree = cJSON_ParseWithLength(copy, length);
    if (tree == NULL) {
        const char *error = cJSON_GetErrorPtr();
        problem_add_file(problems, "cJSON cannot read it at byte %td",
                         error == NULL ? 0 : error - copy);
        return NULL;
    }
    struct builder builder = {problems, places.list};
    size_t before = problems->count;
    const struct json *root = build(&builder, tree);
    assert(builder.next_place == places.list + places.count);
    cJSON_Delete(tree);
    return problems->count == before ? root : NULL;
}

/* Reads to the end of the file. False, with errno, when that fails. */
static bool read_all(FILE *stream, char **bytes, size_t *length) {
    size_t got;
    *bytes = NULL;
    *length = 0;
    do {
        char *larger = realloc(*bytes, *length + CHUNK_BYTES);
        if (larger == NULL)
            return false;
        *bytes = larger;
        errno = 0;
        got = fread(*bytes + *length, 1, CHUNK_BYTES, stream);
        *length += got;
        if (*length > FILE_MAX_BYTES)
            errno = EFBIG;
    } while (got > 0 && errno == 0);
    return !ferror(stream) && errno == 0;
}

const struct json *json_read(struct problems *problems) {
    FILE *stream = fopen(problems->file, "rb");
    if (stream == NULL) {
        problem_add_file(problems, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    char *bytes;
    size_t length;
    const struct json *root = NULL;
    if (read_all(stream, &bytes, &length))
        root = json_parse(problems, bytes, length);
    else
        problem_add_file(problems, "cannot be read: %s", strerror(errno));
    free(bytes);
    fclose(stream);
    return root;
}

const char *json_kind_name(struct arena *arena, unsigned kinds) {
    static const char *const names[] = {"null",     "true or false", "a number",
                                        "a string", "a list",        "an object"};
    const char *joined = "";
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if ((kinds & (1u << i)) != 0)
            joined = *joined == '\0' ? names[i] : arena_format(arena, "%s or %s", joined, names[i]);
    return joined;
}

const struct json *json_member(const struct json *object, const char *key) {
    for (const struct json *member = object->first; member != NULL; member = member->next)
        if (strcmp(member->key, key) == 0)
            return member;
    return NULL;
}

/* How many bytes of the source stand for how many of the decoded string, at `source`. */
static void one_character(const char *source, size_t *written, size_t *decoded) {
    *written = *decoded = 1;
    if (source[0] != '\\')
        return;
    *written = 2;
    if (source[1] != 'u')
        return;
    unsigned long code = 0;
    char digits[5] = {source[2], source[3], source[4], source[5], '\0'};
    code = strtoul(digits, NULL, 16);
    bool pair = code >= 0xd800 && code <= 0xdfff;
    *written = pair ? 12 : 6;
    *decoded = pair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

struct place json_place_inside(struct place string, size_t offset) {
    const char *source = string.source + 1; /* behind the quote */
    struct place place = string;
    place.column++;
    for (size_t at = 0; at < offset;) {
        size_t written, decoded;
        one_character(source, &written, &decoded);
        for (size_t i = 0; i < written; i++)
            place.column += ((unsigned char)source[i] & 0xc0) != 0x80;
        source += written;
        at += decoded;
    }
    place.source = source;
    return place;
}
