/* SPDX-License-Identifier: MIT */
/* text_load.c - reads texts from JSON: a string, a part, or a list of both. What stands between
 * braces inside the strings is read by text_parse.c. */
#include "language/text_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/packet_load.h"

#include <ctype.h>
#include <string.h>

static bool load_value(struct problems *problems, const struct json *value, enum text_use use,
                       struct text *text);

struct atom *text_add(struct arena *arena, struct text *text, enum atom_kind kind) {
    text->atoms = arena_grow(arena, text->atoms, text->count, sizeof *text->atoms);
    struct atom *atom = &text->atoms[text->count++];
    atom->kind = kind;
    return atom;
}

void text_add_bytes(struct arena *arena, struct text *text, const char *bytes, size_t length) {
    if (length == 0)
        return;
    struct atom *atom = text_add(arena, text, ATOM_LITERAL);
    atom->bytes = bytes;
    atom->length = length;
}

bool text_is_key_name(const char *name) {
    size_t length = 0;
    while (isalnum((unsigned char)name[length]) || name[length] == '_' || name[length] == '-')
        length++;
    return length > 0 && length <= TEXT_KEY_NAME_MAX && name[length] == '\0';
}

/* { "hex": "00ff" } */
static bool load_hex(struct problems *problems, const struct json *part, enum text_use use,
                     struct text *text) {
    (void)use;
    const struct json *hex = json_member(part, "hex");
    size_t length = strlen(hex->string);
    size_t good = strspn(hex->string, "0123456789abcdefABCDEF");
    if (length == 0 || length % 2 != 0 || good != length) {
        problem_add(problems, json_place_inside(hex->at, good == length ? 0 : good),
                    "\"hex\" is two hex digits a byte, \"00ff\"; %s",
                    good != length ? "this is none"
                    : length == 0  ? "it is empty"
                                   : "one is left");
        return false;
    }
    char *bytes = arena_alloc(problems->arena, length / 2);
    for (size_t i = 0; i < length; i++) {
        int digit = (unsigned char)hex->string[i];
        int value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
        bytes[i / 2] = (char)(i % 2 == 0 ? value << 4 : bytes[i / 2] | value);
    }
    text_add_bytes(problems->arena, text, bytes, length / 2);
    return true;
}

/* { "repeat": "x", "count": 3 } */
static bool load_repeat(struct problems *problems, const struct json *part, enum text_use use,
                        struct text *text) {
    (void)use; /* wildcards cannot be repeated */
    struct text body = {0};
    unsigned times = field_number(problems, part, "count", 1, TEXT_MAX);
    if (!load_value(problems, json_member(part, "repeat"), TEXT_FIELD, &body) || times == 0)
        return false;
    if (body.count == 0) {
        problem_add(problems, json_member(part, "repeat")->at, "\"repeat\" is empty");
        return false;
    }
    struct atom *atom = text_add(problems->arena, text, ATOM_REPEAT);
    atom->body = body;
    atom->times = times;
    return true;
}

/* { "base64": "{key}" } */
static bool load_base64(struct problems *problems, const struct json *part, enum text_use use,
                        struct text *text) {
    (void)use; /* nothing inside can be told from the outside */
    struct text body = {0};
    if (!load_value(problems, json_member(part, "base64"), TEXT_FIELD, &body))
        return false;
    if (body.count == 0) {
        problem_add(problems, json_member(part, "base64")->at, "\"base64\" is empty");
        return false;
    }
    text_add(problems->arena, text, ATOM_BASE64)->body = body;
    return true;
}

/* { "key": "long", "length": 250 } */
static bool load_key(struct problems *problems, const struct json *part, enum text_use use,
                     struct text *text) {
    (void)use;
    const struct json *name = json_member(part, "key");
    unsigned length = field_number(problems, part, "length", TEXT_KEY_MAX, TEXT_PADDED_KEY_MAX);
    if (!text_is_key_name(name->string)) {
        problem_add(problems, name->at,
                    "\"%s\" cannot name a key; a name has at most %d letters, digits, _ and -",
                    name->string, TEXT_KEY_NAME_MAX);
        return false;
    }
    struct atom *atom = text_add(problems->arena, text, ATOM_KEY);
    atom->name = name->string;
    atom->length = length;
    return length > 0;
}

enum { NUMBER_KINDS = JSON_NUMBER | JSON_STRING };

static const struct part {
    const char *what; /* for messages */
    bool (*load)(struct problems *, const struct json *, enum text_use, struct text *);
    struct field fields[4]; /* the first one tells the part */
    size_t count;           /* 0: the part itself checks its fields */
    bool is_packet;         /* it has fields of its own and stands in no other */
} parts[] = {
    {"a hex part", load_hex, {{"hex", JSON_STRING, true}}, 1, false},
    {"a repeat part",
     load_repeat,
     {{"repeat", TEXT_KINDS, true}, {"count", JSON_NUMBER, true}},
     2,
     false},
    {"a base64 part", load_base64, {{"base64", TEXT_KINDS, true}}, 1, false},
    {"a key part", load_key, {{"key", JSON_STRING, true}, {"length", JSON_NUMBER, true}}, 2, false},
    {"a packet", packet_load, {{"opcode", NUMBER_KINDS, true}}, 0, true},
    {"packets", packets_load, {{"packets", NUMBER_KINDS, true}}, 1, true},
    {"a frame",
     frame_load,
     {{"frame", NUMBER_KINDS, true},
      {"sequence", NUMBER_KINDS, false},
      {"total", NUMBER_KINDS, false},
      {"reserved", NUMBER_KINDS, false}},
     4,
     true},
};

/* A packet has a field "key", too, so its own field is looked for first. */
static const struct part *part_find(const struct json *object) {
    for (size_t i = sizeof parts / sizeof *parts; i-- > 0;)
        if (json_member(object, parts[i].fields[0].name) != NULL)
            return &parts[i];
    return NULL;
}

bool text_is_part(const struct json *object) {
    return part_find(object) != NULL;
}

static bool load_part(struct problems *problems, const struct json *value, enum text_use use,
                      struct text *text) {
    const struct part *part = part_find(value);
    if (part == NULL) {
        problem_add(problems, value->at,
                    "expected a part: { \"hex\": \"00ff\" }, { \"repeat\": \"x\", \"count\": 3 }, "
                    "{ \"base64\": \"{key}\" }, { \"key\": \"NAME\", \"length\": 250 } or a packet "
                    "{ \"opcode\": \"get\", … }");
        return false;
    }
    if (part->is_packet && (use == TEXT_FIELD || use == TEXT_FIELD_PATTERN)) {
        problem_add(problems, value->at, "%s cannot stand inside another part", part->what);
        return false;
    }
    if (part->count > 0 && !fields_check(problems, value, part->what, part->fields, part->count))
        return false;
    return part->load(problems, value, use, text);
}

static bool load_value(struct problems *problems, const struct json *value, enum text_use use,
                       struct text *text) {
    if (value->kind == JSON_STRING)
        return text_parse(problems, value->string, value->at, use, text);
    if (value->kind == JSON_OBJECT)
        return load_part(problems, value, use, text);
    if (value->kind != JSON_LIST || value->count == 0) {
        problem_add(problems, value->at,
                    value->kind == JSON_LIST
                        ? "the list of parts is empty"
                        : "expected bytes: a string, a part or a list of them, but %s came",
                    json_kind_name(problems->arena, value->kind));
        return false;
    }
    bool good = true;
    for (const struct json *part = value->first; part != NULL; part = part->next) {
        if (part->kind == JSON_LIST) {
            problem_add(problems, part->at, "a list of parts holds no other list");
            good = false;
        } else {
            good = load_value(problems, part, use, text) && good;
        }
    }
    return good;
}

/* A wildcard ends where what follows it begins, so something that is none must follow. */
static bool check_wildcards(struct problems *problems, struct place at, bool may_end,
                            const struct text *text) {
    for (size_t i = 0; i < text->count; i++) {
        const struct atom *atom = &text->atoms[i];
        if (!atom_is_wildcard(atom))
            continue;
        if (i + 1 == text->count && may_end && atom->kind != ATOM_LINES)
            continue;
        if (i + 1 == text->count) {
            problem_add(problems, at,
                        "the bytes end with a wildcard, which then has no end; write what "
                        "follows it, such as \\r\\n");
            return false;
        }
        if (atom->kind != ATOM_LINES && atom->kind != ATOM_PACKETS && atom_is_wildcard(atom + 1)) {
            problem_add(problems, at,
                        "two wildcards stand side by side; only {lines} may stand before another");
            return false;
        }
    }
    return true;
}

static bool check_text(struct problems *problems, struct place at, enum text_use use,
                       const struct text *text) {
    if (use != TEXT_SENT && use != TEXT_FIELD)
        return check_wildcards(problems, at, use == TEXT_FIELD_PATTERN, text);
    size_t size = text_size_max(text);
    if (size == SIZE_MAX || size <= TEXT_MAX)
        return true;
    problem_add(problems, at, "the text has %zu bytes; at most %d (64 MiB) can be sent", size,
                TEXT_MAX);
    return false;
}

bool text_load(struct problems *problems, const struct json *value, enum text_use use,
               struct text *text) {
    *text = (struct text){0};
    return load_value(problems, value, use, text) && check_text(problems, value->at, use, text);
}

bool text_load_string(struct problems *problems, const char *string, struct place at,
                      enum text_use use, struct text *text) {
    *text = (struct text){0};
    return text_parse(problems, string, at, use, text) && check_text(problems, at, use, text);
}
