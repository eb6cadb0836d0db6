/* SPDX-License-Identifier: MIT */
/* vars.c - keys, captures and the filling of holes. See vars.h. */
#include "play/vars.h"

#include "arena.h"
#include "play/packet_bytes.h"

#include <assert.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct capture {
    const char *session, *name;
    const char *bytes;
    size_t length;
    unsigned serial; /* a later capture has a larger one */
};

struct counter {
    const char *session, *name;
    uint64_t times;
};

struct vars {
    struct arena *arena;
    const char *stem;
    struct capture *captures;
    size_t count;
    unsigned serial;
    struct counter *counters;
    size_t counter_count;
};

/* Room for `length` bytes more and a NUL. */
static void reserve(struct bytes *bytes, size_t length) {
    if (bytes->length + length + 1 > bytes->capacity) {
        size_t capacity = bytes->capacity ? bytes->capacity : 64;
        while (capacity < bytes->length + length + 1)
            capacity *= 2;
        char *larger = realloc(bytes->data, capacity);
        if (!larger) {
            fprintf(stderr, "mctap: out of memory (%zu bytes)\n", capacity);
            abort();
        }
        bytes->data = larger;
        bytes->capacity = capacity;
    }
}

void bytes_append(struct bytes *bytes, const void *data, size_t length) {
    reserve(bytes, length);
    if (length > 0)
        memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
    bytes->data[bytes->length] = '\0';
}

void bytes_print(struct bytes *bytes, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    reserve(bytes, (size_t)length);
    va_start(arguments, format);
    vsnprintf(bytes->data + bytes->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    bytes->length += (size_t)length;
}

void bytes_free(struct bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}

struct vars *vars_new(struct arena *arena, const char *stem) {
    struct vars *vars = arena_alloc(arena, sizeof *vars);
    vars->arena = arena;
    vars->stem = arena_string(arena, stem);
    return vars;
}

void vars_capture(struct vars *vars, const char *session, const char *name, const char *bytes,
                  size_t length) {
    struct capture *capture = NULL;
    for (size_t i = 0; i < vars->count && !capture; i++)
        if (strcmp(vars->captures[i].session, session) == 0 &&
            strcmp(vars->captures[i].name, name) == 0)
            capture = &vars->captures[i];
    if (!capture) {
        vars->captures =
            arena_grow(vars->arena, vars->captures, vars->count, sizeof *vars->captures);
        capture = &vars->captures[vars->count++];
        capture->session = arena_string(vars->arena, session);
        capture->name = name;
    }
    capture->bytes = arena_copy(vars->arena, bytes, length);
    capture->length = length;
    capture->serial = ++vars->serial;
}

void vars_count(struct vars *vars, const char *session, const char *name) {
    for (size_t i = 0; i < vars->counter_count; i++) {
        struct counter *counter = &vars->counters[i];
        if (strcmp(counter->session, session) == 0 && strcmp(counter->name, name) == 0) {
            counter->times++;
            return;
        }
    }
    vars->counters =
        arena_grow(vars->arena, vars->counters, vars->counter_count, sizeof *vars->counters);
    vars->counters[vars->counter_count++] = (struct counter){session, name, 1};
}

/* How often an alternative came: to `session`, or with NULL to all together. */
static uint64_t counted(const struct vars *vars, const char *session, const char *name) {
    uint64_t times = 0;
    for (size_t i = 0; i < vars->counter_count; i++) {
        const struct counter *counter = &vars->counters[i];
        if ((session == NULL || strcmp(counter->session, session) == 0) &&
            strcmp(counter->name, name) == 0)
            times += counter->times;
    }
    return times;
}

/* The capture `name` as `session` sees it; with `own` set only the session's own counts. */
static const struct capture *capture_find(const struct vars *vars, const char *session,
                                          const char *name, bool own) {
    const struct capture *last = NULL;
    for (size_t i = 0; i < vars->count; i++) {
        const struct capture *capture = &vars->captures[i];
        if (strcmp(capture->name, name) != 0)
            continue;
        if (strcmp(capture->session, session) == 0)
            return capture;
        if (!own && (!last || capture->serial > last->serial))
            last = capture;
    }
    return last;
}

/* 64-bit unsigned decimal without a sign; false if the bytes are anything else. */
static bool number_read(const char *bytes, size_t length, uint64_t *number) {
    if (length == 0 || length > 20)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(bytes[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static void append_number(struct bytes *out, uint64_t number) {
    char digits[24];
    int written = snprintf(digits, sizeof digits, "%" PRIu64, number);
    bytes_append(out, digits, (size_t)written);
}

static bool render_value(const struct scope *scope, const char *session, const char *name,
                         bool has_offset, int64_t offset, struct bytes *out, const char **problem) {
    const struct vars *vars = scope->vars;
    const struct capture *capture = capture_find(vars,
                                                 session     ? session
                                                 : scope->as ? scope->as
                                                             : "client",
                                                 name, session != NULL);
    if (!capture) {
        *problem = arena_format(vars->arena, "{%s%s%s} was never captured", session ? session : "",
                                session ? "." : "", name);
        return false;
    }
    uint64_t number;
    if (!has_offset) {
        bytes_append(out, capture->bytes, capture->length);
    } else if (number_read(capture->bytes, capture->length, &number)) {
        append_number(out, number + (uint64_t)offset);
    } else {
        *problem = arena_format(vars->arena, "{%s} is \"%s\", not a number", name, capture->bytes);
        return false;
    }
    return true;
}

/* What is there is doubled, so that many copies are few calls. `data` lies elsewhere. */
static void append_copies(struct bytes *out, const char *data, size_t length, size_t times) {
    size_t begin = out->length, whole = length * times;
    if (whole == 0)
        return;
    reserve(out, whole);
    bytes_append(out, data, length);
    for (size_t done = length; done < whole; done = out->length - begin)
        bytes_append(out, out->data + begin, done < whole - done ? done : whole - done);
}

static void render_key(const struct vars *vars, const struct atom *atom, struct bytes *out) {
    size_t begin = out->length;
    bytes_append(out, vars->stem, strlen(vars->stem));
    if (atom->name[0] == '\0') {
        bytes_append(out, "-key", 4);
    } else {
        bytes_append(out, ":", 1);
        bytes_append(out, atom->name, strlen(atom->name));
    }
    size_t length = out->length - begin;
    if (length < atom->length)
        append_copies(out, "x", 1, atom->length - length);
}

/* The body is the same each time: it is filled once. */
static bool render_repeat(const struct scope *scope, const struct atom *atom, struct bytes *out,
                          const char **problem) {
    struct bytes once = {0};
    bool good = vars_render(scope, &atom->body, &once, problem);
    if (good)
        append_copies(out, once.data, once.length, atom->times);
    bytes_free(&once);
    return good;
}

static bool render_base64(const struct scope *scope, const struct text *body, struct bytes *out,
                          const char **problem) {
    struct bytes plain = {0};
    bool good = vars_render(scope, body, &plain, problem);
    if (good) {
        unsigned char *coded = arena_alloc(scope->vars->arena, (plain.length + 2) / 3 * 4 + 1);
        const unsigned char *bytes = (const unsigned char *)plain.data;
        bytes_append(out, coded, (size_t)EVP_EncodeBlock(coded, bytes, (int)plain.length));
    }
    bytes_free(&plain);
    return good;
}

const char *vars_problem(const struct scope *scope, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *problem = arena_vformat(scope->vars->arena, format, arguments);
    va_end(arguments);
    return problem;
}

bool vars_render_atom(const struct scope *scope, const struct atom *atom, struct bytes *out,
                      const char **problem) {
    switch (atom->kind) {
    case ATOM_LITERAL:
        bytes_append(out, atom->bytes, atom->length);
        return true;
    case ATOM_KEY:
        render_key(scope->vars, atom, out);
        return true;
    case ATOM_VALUE:
        return render_value(scope, atom->session, atom->name, atom->has_offset, atom->offset, out,
                            problem);
    case ATOM_NOW:
        append_number(out, (uint64_t)((int64_t)time(NULL) + atom->offset));
        return true;
    case ATOM_ROUND:
        append_number(out, scope->round);
        return true;
    case ATOM_AS:
        bytes_append(out, scope->as, strlen(scope->as));
        return true;
    case ATOM_REPEAT:
        return render_repeat(scope, atom, out, problem);
    case ATOM_BASE64:
        return render_base64(scope, &atom->body, out, problem);
    case ATOM_PACKET:
        return packet_render(scope, atom->packet, out, problem);
    case ATOM_FRAME:
        return frame_render(scope, atom->numbers, out, problem);
    case ATOM_U64:
    case ATOM_WORD:
    case ATOM_TEXT:
    case ATOM_LINES:
    case ATOM_BYTES:
    case ATOM_PACKETS:
        break;
    }
    assert(false); /* the loader lets wildcards stand in patterns only */
    return false;
}

bool vars_render(const struct scope *scope, const struct text *text, struct bytes *out,
                 const char **problem) {
    for (size_t i = 0; i < text->count; i++)
        if (!vars_render_atom(scope, &text->atoms[i], out, problem))
            return false;
    return true;
}

bool vars_operand(const struct scope *scope, const struct operand *operand, struct bytes *out,
                  bool *is_number, uint64_t *number, const char **problem) {
    if (!operand->name) {
        append_number(out, operand->number + (uint64_t)operand->offset);
    } else if (operand->counts) {
        const char *session = operand->session ? operand->session : scope->as;
        append_number(out,
                      counted(scope->vars, session, operand->name) + (uint64_t)operand->offset);
    } else if (!render_value(scope, operand->session, operand->name, operand->offset != 0,
                             operand->offset, out, problem)) {
        return false;
    }
    *is_number = number_read(out->data, out->length, number);
    return true;
}
