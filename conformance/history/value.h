/* SPDX-License-Identifier: MIT */
/* value.h - the values of a history, each kept once and known by a number.
 *
 * Two values are the same if their bytes and flags are: then they have the same id. A value made
 * by append or prepend has an id before its bytes are ever joined, since its hash is computed from
 * those of its parts. Counters (value_of_number) are compared as numbers: memcached may leave
 * blanks behind a number that decr made shorter. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct values;

enum {
    VALUE_NONE = 0,   /* the id of no value */
    VALUE_UNSHOWN = 1 /* of any value that no reply shows, nor what is made of it; has no bytes */
};

struct values *values_new(void);
void values_free(struct values *values);

/* The id of `length` bytes, which are copied, with these flags. */
uint32_t value_of_bytes(struct values *values, const char *bytes, size_t length, uint32_t flags);

/* The id of a counter. */
uint32_t value_of_number(struct values *values, uint64_t number, uint32_t flags);

/* The id of `first` followed by `last`, with the flags of `kept`, which is one of them. */
uint32_t value_join(struct values *values, uint32_t first, uint32_t last, uint32_t kept);

/* True, with the number, if the value is a counter. */
bool value_number(const struct values *values, uint32_t id, uint64_t *number);

uint32_t value_flags(const struct values *values, uint32_t id);

/* True if there is a value with the same bytes and other flags. */
bool value_has_twin(const struct values *values, uint32_t id);

/* The bytes; *length receives how many. Of a counter its digits. Valid as long as the values. */
const char *value_bytes(struct values *values, uint32_t id, size_t *length);

/* How many values are kept. */
size_t values_count(const struct values *values);
