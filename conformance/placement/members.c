/* SPDX-License-Identifier: MIT */
/* members.c - members written as text. See members.h. */
#include "placement/members.h"

#include "arena.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* A decimal number up to `max`, or -1. */
static long number(const char *text, long max) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    return !isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || value > max ? -1
                                                                                         : value;
}

/* The last colon that does not stand inside of brackets or a path, or NULL. */
static char *last_colon(char *text) {
    char *colon = strrchr(text, ':');
    return colon && !strchr(colon, ']') && !strchr(colon, '/') ? colon : NULL;
}

/* What stands where a host must. */
static bool host_is_fine(const char *host, size_t length) {
    if (host[0] == '/')
        return length > 1;
    if (host[0] == '[')
        return length > 3 && host[length - 1] == ']' && !memchr(host + 1, '[', length - 1);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)host[i]) && !strchr(".-_", host[i]))
            return false;
    return length > 0;
}

bool members_name_is_fine(struct arena *arena, const char *name, const char **problem) {
    char *copy = arena_string(arena, name), *colon = last_colon(copy);
    if (colon)
        *colon = '\0';
    long port = colon ? number(colon + 1, PORT_MAX) : 1;
    if (port >= 1 && host_is_fine(copy, strlen(copy)))
        return true;
    *problem = arena_format(arena,
                            "\"%s\" does not name a server; expected host, host:port (port 1 to "
                            "%d), [ipv6], [ipv6]:port or /path",
                            name, PORT_MAX);
    return false;
}

/* Cuts the weight off. False if what stands in its place is none. */
static bool weight_take(char *text, unsigned *weight) {
    char *equals = strrchr(text, '='), *colon = last_colon(text);
    long value = 1;
    if (equals) {
        *equals = '\0';
        value = number(equals + 1, PLACEMENT_WEIGHT_MAX);
    } else if (colon) {
        *colon = '\0';
        bool has_port = last_colon(text) != NULL;
        value = number(colon + 1, has_port ? PLACEMENT_WEIGHT_MAX : PORT_MAX);
        if (value > PLACEMENT_WEIGHT_MAX) {
            *colon = ':'; /* too much for a weight: a port */
            value = 1;
        }
    }
    *weight = value < 0 ? 0 : (unsigned)value;
    return value >= 0;
}

static bool member_parse(struct arena *arena, const char *text, struct placement_member *member,
                         const char **problem) {
    char *name = arena_string(arena, text);
    if (!weight_take(name, &member->weight)) {
        *problem = arena_format(arena,
                                "\"%s\" ends with no weight; expected NAME:WEIGHT or NAME=WEIGHT "
                                "with a weight of 0 to %d",
                                text, PLACEMENT_WEIGHT_MAX);
        return false;
    }
    member->name = name;
    return members_name_is_fine(arena, name, problem);
}

struct placement_member *members_parse(struct arena *arena, const char *text, size_t *count,
                                       const char **problem) {
    struct placement_member *members = NULL;
    *count = 0;
    for (const char *next = text; next;) {
        size_t length = strcspn(next, ",");
        members = arena_grow(arena, members, *count, sizeof *members);
        if (!member_parse(arena, arena_copy(arena, next, length), &members[*count], problem))
            return NULL;
        for (size_t i = 0; i < *count; i++) {
            if (strcmp(members[i].name, members[*count].name) == 0) {
                *problem = arena_format(arena, "the server %s is named twice", members[i].name);
                return NULL;
            }
        }
        if (++*count > PLACEMENT_MEMBERS_MAX) {
            *problem = arena_format(arena, "there are more than %d servers", PLACEMENT_MEMBERS_MAX);
            return NULL;
        }
        next = next[length] == ',' ? next + length + 1 : NULL;
    }
    return members;
}
