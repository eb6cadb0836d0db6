/* SPDX-License-Identifier: MIT */
/* value.c - values by number. See value.h. */
#include "history/value.h"

#include "arena.h"
#include "must.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of the polynomial whose value is the hash; any large odd number. */
static const uint64_t base = UINT64_C(0x9e3779b97f4a7c15);

struct value {
    uint64_t hash;  /* sum of (byte + 1) * base^(places behind it), modulo 2^64 */
    uint64_t scale; /* base^length: what a hash is multiplied by when this value follows */
    uint64_t number;
    const char *bytes;                   /* NULL until they are asked for */
    uint32_t length, flags, first, last; /* first, last: of a value that was joined */
    bool is_number;
};

struct values {
    struct arena *arena;
    struct value *list; /* by id; 0 is no value */
    size_t count, capacity;
    uint32_t *places; /* ids by hash; a power of two of them */
    size_t place_count;
};

struct values *values_new(void) {
    struct values *values = must(calloc(1, sizeof *values), "the values of a history");
    values->arena = arena_new();
    values->capacity = 1024;
    values->list = must(calloc(values->capacity, sizeof *values->list), "the values of a history");
    values->count = VALUE_UNSHOWN + 1;
    values->place_count = 4096;
    values->places =
        must(calloc(values->place_count, sizeof *values->places), "the values of a history");
    return values;
}

void values_free(struct values *values) {
    if (!values)
        return;
    arena_free(values->arena);
    free(values->list);
    free(values->places);
    free(values);
}

static size_t place_of(const struct values *values, const struct value *value) {
    uint64_t mixed = (value->hash ^ value->flags) * UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(mixed >> 20) & (values->place_count - 1);
}

static bool equal(const struct value *a, const struct value *b) {
    return a->hash == b->hash && a->length == b->length && a->flags == b->flags &&
           a->is_number == b->is_number;
}

static void put(struct values *values, uint32_t id) {
    size_t place = place_of(values, &values->list[id]);
    while (values->places[place] != VALUE_NONE)
        place = (place + 1) & (values->place_count - 1);
    values->places[place] = id;
}

static void make_room(struct values *values) {
    if (values->count == values->capacity) {
        values->capacity *= 2;
        values->list = must(realloc(values->list, values->capacity * sizeof *values->list),
                            "the values of a history");
    }
    if (values->count * 2 < values->place_count)
        return;
    values->place_count *= 2;
    free(values->places);
    values->places =
        must(calloc(values->place_count, sizeof *values->places), "the values of a history");
    for (uint32_t id = VALUE_UNSHOWN + 1; id < values->count; id++)
        put(values, id);
}

/* The id of a value that is equal, or VALUE_NONE. */
static uint32_t find(const struct values *values, const struct value *value) {
    size_t place = place_of(values, value);
    while (values->places[place] != VALUE_NONE) {
        if (equal(&values->list[values->places[place]], value))
            return values->places[place];
        place = (place + 1) & (values->place_count - 1);
    }
    return VALUE_NONE;
}

static uint32_t add(struct values *values, const struct value *value) {
    make_room(values);
    uint32_t id = (uint32_t)values->count++;
    values->list[id] = *value;
    put(values, id);
    return id;
}

uint32_t value_of_bytes(struct values *values, const char *bytes, size_t length, uint32_t flags) {
    struct value value = {.scale = 1, .length = (uint32_t)length, .flags = flags};
    for (size_t i = 0; i < length; i++) {
        value.hash = value.hash * base + (unsigned char)bytes[i] + 1;
        value.scale *= base;
    }
    uint32_t id = find(values, &value);
    if (id == VALUE_NONE) {
        value.bytes = arena_copy(values->arena, bytes, length);
        id = add(values, &value);
    }
    return id;
}

uint32_t value_of_number(struct values *values, uint64_t number, uint32_t flags) {
    struct value value = {
        .hash = number * base, .number = number, .flags = flags, .is_number = true};
    uint32_t id = find(values, &value);
    return id != VALUE_NONE ? id : add(values, &value);
}

uint32_t value_join(struct values *values, uint32_t first, uint32_t last, uint32_t kept) {
    const struct value *a = &values->list[first], *b = &values->list[last];
    if (first == VALUE_UNSHOWN || last == VALUE_UNSHOWN)
        return VALUE_UNSHOWN;
    struct value value = {.hash = a->hash * b->scale + b->hash,
                          .scale = a->scale * b->scale,
                          .length = a->length + b->length,
                          .flags = values->list[kept].flags,
                          .first = first,
                          .last = last};
    uint32_t id = find(values, &value);
    return id != VALUE_NONE ? id : add(values, &value);
}

bool value_number(const struct values *values, uint32_t id, uint64_t *number) {
    *number = values->list[id].number;
    return values->list[id].is_number;
}

uint32_t value_flags(const struct values *values, uint32_t id) {
    return values->list[id].flags;
}

bool value_has_twin(const struct values *values, uint32_t id) {
    const struct value *value = &values->list[id];
    for (size_t i = 1; i < values->count; i++) {
        const struct value *other = &values->list[i];
        if (other->hash == value->hash && other->length == value->length &&
            other->is_number == value->is_number && other->flags != value->flags)
            return true;
    }
    return false;
}

/* Joins the parts, whose bytes may have to be joined before. */
static char *join(struct values *values, uint32_t id) {
    size_t first_length, last_length;
    const char *first = value_bytes(values, values->list[id].first, &first_length);
    const char *last = value_bytes(values, values->list[id].last, &last_length);
    char *bytes = arena_alloc(values->arena, first_length + last_length + 1);
    memcpy(bytes, first, first_length);
    memcpy(bytes + first_length, last, last_length);
    return bytes;
}

const char *value_bytes(struct values *values, uint32_t id, size_t *length) {
    struct value *value = &values->list[id];
    if (id == VALUE_NONE || id == VALUE_UNSHOWN) {
        *length = 0;
        return "";
    }
    if (!value->bytes && value->is_number)
        value->bytes = arena_format(values->arena, "%" PRIu64, value->number);
    else if (!value->bytes)
        value->bytes = join(values, id);
    *length = value->is_number ? strlen(value->bytes) : value->length;
    return value->bytes;
}

size_t values_count(const struct values *values) {
    return values->count - 1;
}
