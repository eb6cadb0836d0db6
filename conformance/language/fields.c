/* SPDX-License-Identifier: MIT */
/* fields.c - the strict reading of objects: which fields one may have, and of what kind. */
#include "language/fields.h"

#include "arena.h"
#include "language/suggest.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 48 };

static const struct field *find(const struct field *fields, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static void tell_unknown(struct problems *problems, const struct json *member, const char *what,
                         const struct field *fields, size_t count) {
    const char *names[FIELDS_MAX];
    for (size_t i = 0; i < count && i < FIELDS_MAX; i++)
        names[i] = fields[i].name;
    problem_add(
        problems, member->key_at, "unknown field \"%s\" in %s%s", member->key, what,
        suggest_hint(problems->arena, member->key, names, count < FIELDS_MAX ? count : FIELDS_MAX));
}

bool fields_check(struct problems *problems, const struct json *value, const char *what,
                  const struct field *fields, size_t count) {
    size_t before = problems->count;
    if (value->kind != JSON_OBJECT) {
        problem_add(problems, value->at, "%s is an object, but %s came", what,
                    json_kind_name(problems->arena, value->kind));
        return false;
    }
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        const struct field *field = find(fields, count, member->key);
        if (field == NULL)
            tell_unknown(problems, member, what, fields, count);
        else if ((field->kinds & member->kind) == 0)
            problem_add(problems, member->at, "\"%s\" is %s, but %s came", member->key,
                        json_kind_name(problems->arena, field->kinds),
                        json_kind_name(problems->arena, member->kind));
    }
    for (size_t i = 0; i < count; i++)
        if (fields[i].required && json_member(value, fields[i].name) == NULL)
            problem_add(problems, value->at, "%s needs the field \"%s\"", what, fields[i].name);
    return problems->count == before;
}

const struct json *field_of(const struct json *object, const char *name, unsigned kinds) {
    const struct json *member = json_member(object, name);
    return member != NULL && (member->kind & kinds) != 0 ? member : NULL;
}

bool field_truth(const struct json *object, const char *name) {
    const struct json *member = field_of(object, name, JSON_BOOL);
    return member != NULL && member->truth;
}

const char *field_string(struct problems *problems, const struct json *object, const char *name) {
    const struct json *member = field_of(object, name, JSON_STRING);
    if (member == NULL)
        return NULL;
    if (member->string[strspn(member->string, " \t")] != '\0')
        return member->string;
    problem_add(problems, member->at, "\"%s\" is empty", name);
    return NULL;
}

unsigned number_of(struct problems *problems, const struct json *value, const char *what,
                   unsigned min, unsigned max) {
    double number = value->number;
    if (value->kind == JSON_NUMBER && number >= min && number <= max &&
        (double)(unsigned)number == number)
        return (unsigned)number;
    const char *came = value->kind == JSON_NUMBER ? arena_format(problems->arena, "%.15g", number)
                                                  : json_kind_name(problems->arena, value->kind);
    problem_add(problems, value->at, "%s is a whole number from %u to %u, but %s came", what, min,
                max, came);
    return 0;
}

unsigned field_number(struct problems *problems, const struct json *object, const char *name,
                      unsigned min, unsigned max) {
    const struct json *member = field_of(object, name, JSON_NUMBER);
    if (member == NULL)
        return 0;
    return number_of(problems, member, arena_format(problems->arena, "\"%s\"", name), min, max);
}

/* One to four numbers of at most five digits with dots between them. */
bool field_is_version(const char *string) {
    for (int parts = 1; parts <= 4; parts++) {
        size_t digits = strspn(string, "0123456789");
        if (digits == 0 || digits > 5)
            return false;
        string += digits;
        if (*string == '\0')
            return true;
        if (*string++ != '.')
            return false;
    }
    return false;
}

const char *field_version(struct problems *problems, const struct json *object, const char *name) {
    const char *string = field_string(problems, object, name);
    if (string == NULL || field_is_version(string))
        return string;
    problem_add(problems, json_member(object, name)->at,
                "\"%s\" is a version like \"1.6.0\", but \"%s\" came", name, string);
    return NULL;
}

static int compare_versions(const char *left, const char *right) {
    while (*left != '\0' || *right != '\0') {
        char *left_end, *right_end;
        long a = strtol(left, &left_end, 10), b = strtol(right, &right_end, 10);
        if (a != b)
            return a < b ? -1 : 1;
        left = left_end + (*left_end == '.');
        right = right_end + (*right_end == '.');
    }
    return 0;
}

void field_versions(struct problems *problems, const struct json *object, const char **since,
                    const char **until) {
    *since = field_version(problems, object, "since");
    *until = field_version(problems, object, "until");
    if (*since != NULL && *until != NULL && compare_versions(*since, *until) >= 0)
        problem_add(problems, json_member(object, "until")->at,
                    "\"until\" (%s) is not above \"since\" (%s)", *until, *since);
}
