/* SPDX-License-Identifier: MIT */
/* fields.h - the strict reading of objects: which fields one may have, and of what kind. */
#pragma once

#include "language/json.h"

#include <stdbool.h>
#include <stddef.h>

struct field {
    const char *name;
    unsigned kinds; /* enum json_kind, several as bits */
    bool required;
};

/* Tells every unknown, missing or mistyped field of `value`, which may also be no object at all.
 * `what` names the object in messages: "a step". True when all is well. */
bool fields_check(struct problems *problems, const struct json *value, const char *what,
                  const struct field *fields, size_t count);

/* The getters give nothing (NULL, 0, false) for a field that is absent or of another kind: the
 * latter was told by fields_check(). */
const struct json *field_of(const struct json *object, const char *name, unsigned kinds);
bool field_truth(const struct json *object, const char *name);

/* A string that is not empty; an empty one is told, and NULL. */
const char *field_string(struct problems *problems, const struct json *object, const char *name);

/* A whole number from `min` to `max`; another is told, and 0. */
unsigned field_number(struct problems *problems, const struct json *object, const char *name,
                      unsigned min, unsigned max);

/* The same for a value that is no field; `what` names it. */
unsigned number_of(struct problems *problems, const struct json *value, const char *what,
                   unsigned min, unsigned max);

/* Numbers with dots: "1.6.0". */
bool field_is_version(const char *string);

/* A version of memcached, "1.6.0": numbers with dots. Else told, and NULL. */
const char *field_version(struct problems *problems, const struct json *object, const char *name);

/* `since` and `until` together: told when until is not above since. */
void field_versions(struct problems *problems, const struct json *object, const char **since,
                    const char **until);
