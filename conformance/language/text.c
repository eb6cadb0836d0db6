/* SPDX-License-Identifier: MIT */
/* text.c - what can be told of a text without playing it: its size, and how it is written.
 * Texts are made by text_load.c and text_parse.c, filled by vars.c, matched by match.c. */
#include "language/text.h"

#include "arena.h"
#include "language/packet_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool atom_is_wildcard(const struct atom *atom) {
    return atom->kind >= ATOM_U64;
}

/* The texts inside an atom, one after the other: NULL behind the last. */
static const struct text *inner_text(const struct atom *atom, size_t index) {
    const struct packet *packet = atom->packet;
    if (atom->kind == ATOM_REPEAT || atom->kind == ATOM_BASE64)
        return index == 0 ? &atom->body : NULL;
    if (atom->kind == ATOM_FRAME)
        return index < FRAME_NUMBERS ? &atom->numbers[index] : NULL;
    if (atom->kind != ATOM_PACKET)
        return NULL;
    if (index < PACKET_FIELD_COUNT)
        return &packet->fields[index];
    index -= PACKET_FIELD_COUNT;
    return index < packet->extra_count ? &packet->extras[index].text : NULL;
}

void text_visit(const struct text *text, void (*visit)(const struct atom *atom, void *owner),
                void *owner) {
    const struct text *inner;
    for (size_t i = 0; i < text->count; i++) {
        visit(&text->atoms[i], owner);
        for (size_t k = 0; (inner = inner_text(&text->atoms[i], k)) != NULL; k++)
            text_visit(inner, visit, owner);
    }
}

static size_t packet_size_max(const struct packet *packet) {
    size_t sum = PACKET_HEADER_SIZE;
    const size_t extras = packet->extra_count * 8;
    for (int i = PACKET_EXTRAS; i < PACKET_FIELD_COUNT; i++) {
        size_t size = i == PACKET_COUNTER ? 8 : text_size_max(&packet->fields[i]);
        if (size > SIZE_MAX - sum - extras)
            return SIZE_MAX;
        sum += size;
    }
    bool raw = packet->extra_count == 1 && packet->extras[0].name == NULL;
    size_t bytes = raw ? text_size_max(&packet->extras[0].text) : extras;
    return bytes > SIZE_MAX - sum ? SIZE_MAX : sum + bytes;
}

static size_t atom_size_max(const struct atom *atom) {
    size_t body;
    switch (atom->kind) {
    case ATOM_LITERAL:
        return atom->length;
    case ATOM_KEY:
        return atom->length > 0 ? atom->length : TEXT_KEY_MAX;
    case ATOM_NOW:
    case ATOM_ROUND:
        return 20; /* digits of a number below 2^64 */
    case ATOM_REPEAT:
        body = text_size_max(&atom->body);
        return body > SIZE_MAX / atom->times ? SIZE_MAX : body * atom->times;
    case ATOM_BASE64:
        body = text_size_max(&atom->body);
        return body > TEXT_MAX ? SIZE_MAX : (body + 2) / 3 * 4;
    case ATOM_PACKET:
        return packet_size_max(atom->packet);
    case ATOM_FRAME:
        return FRAME_SIZE;
    default:
        return SIZE_MAX;
    }
}

size_t text_size_max(const struct text *text) {
    size_t sum = 0;
    for (size_t i = 0; i < text->count; i++) {
        size_t size = atom_size_max(&text->atoms[i]);
        if (size > SIZE_MAX - sum)
            return SIZE_MAX;
        sum += size;
    }
    return sum;
}

/* A string that grows. */
struct output {
    char *bytes;
    size_t length, capacity;
    struct arena *arena;
};

static void put_bytes(struct output *output, const char *bytes, size_t length) {
    if (output->length + length > output->capacity) {
        output->capacity = 2 * (output->length + length) + 64;
        char *larger = arena_alloc(output->arena, output->capacity);
        if (output->length > 0)
            memcpy(larger, output->bytes, output->length);
        output->bytes = larger;
    }
    if (length > 0)
        memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
}

static void put(struct output *output, const char *string) {
    put_bytes(output, string, strlen(string));
}

/* Bytes inside a JSON string. */
static void put_escaped(struct output *output, const char *bytes, size_t length) {
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    for (size_t i = 0; i < length; i++) {
        const char *special = bytes[i] == '\0' ? NULL : strchr(plain, bytes[i]);
        if (special != NULL)
            put_bytes(output, (char[]){'\\', letters[special - plain]}, 2);
        else if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f)
            put(output, arena_format(output->arena, "\\u%04x", (unsigned char)bytes[i]));
        else
            put_bytes(output, bytes + i, 1);
    }
}

/* Literal bytes in the notation: braces are doubled. */
static void put_literal(struct output *output, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '{' || bytes[i] == '}')
            put_bytes(output, bytes + i, 1);
        put_bytes(output, bytes + i, 1);
    }
}

static const char *offset_show(struct arena *arena, const struct atom *atom) {
    return atom->has_offset ? arena_format(arena, "%+" PRId64, atom->offset) : "";
}

static const char *wildcard_show(struct arena *arena, const struct atom *atom) {
    const char *capture = atom->name != NULL ? arena_format(arena, "%s=", atom->name) : "";
    if (atom->kind == ATOM_U64 && atom->min != 0 && atom->max == UINT64_MAX)
        return arena_format(arena, "{%su64:%" PRIu64 "..}", capture, atom->min);
    if (atom->kind == ATOM_U64 && (atom->min != 0 || atom->max != UINT64_MAX))
        return arena_format(arena, "{%su64:%" PRIu64 "..%" PRIu64 "}", capture, atom->min,
                            atom->max);
    const char *word = atom->kind == ATOM_U64     ? "u64"
                       : atom->kind == ATOM_WORD  ? "word"
                       : atom->kind == ATOM_TEXT  ? "text"
                       : atom->kind == ATOM_BYTES ? "bytes"
                                                  : "lines";
    return arena_format(arena, "{%s%s}", capture, word);
}

/* A hole as it is written between braces. */
static const char *hole_show(struct arena *arena, const struct atom *atom) {
    switch (atom->kind) {
    case ATOM_KEY:
        return arena_format(arena, *atom->name == '\0' ? "{key%s}" : "{key:%s}", atom->name);
    case ATOM_VALUE:
        return arena_format(arena, "{%s%s%s%s}", atom->session ? atom->session : "",
                            atom->session ? "." : "", atom->name, offset_show(arena, atom));
    case ATOM_NOW:
        return arena_format(arena, "{now%s}", offset_show(arena, atom));
    case ATOM_ROUND:
        return "{round}";
    case ATOM_AS:
        return "{as}";
    default:
        return wildcard_show(arena, atom);
    }
}

static bool is_ascii(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == '\0' || (unsigned char)bytes[i] > 0x7f)
            return false;
    return true;
}

/* Atoms that only a part can write. */
static bool is_part(const struct atom *atom) {
    return atom->kind == ATOM_PACKET || atom->kind == ATOM_PACKETS || atom->kind == ATOM_FRAME ||
           atom->kind == ATOM_REPEAT || atom->kind == ATOM_BASE64 ||
           (atom->kind == ATOM_KEY && atom->length > 0) ||
           (atom->kind == ATOM_LITERAL && !is_ascii(atom->bytes, atom->length));
}

static const char *hex_show(struct arena *arena, const struct atom *atom) {
    char *digits = arena_alloc(arena, 2 * atom->length + 1);
    for (size_t i = 0; i < atom->length; i++)
        snprintf(digits + 2 * i, 3, "%02x", (unsigned char)atom->bytes[i]);
    return digits;
}

static const char *part_show(struct arena *arena, const struct atom *atom) {
    if (atom->kind == ATOM_PACKET)
        return packet_show(arena, atom->packet);
    if (atom->kind == ATOM_PACKETS)
        return packets_show(arena, atom->packet);
    if (atom->kind == ATOM_FRAME)
        return frame_show(arena, atom->numbers);
    if (atom->kind == ATOM_REPEAT)
        return arena_format(arena, "{ \"repeat\": %s, \"count\": %zu }",
                            text_quote(arena, &atom->body), atom->times);
    if (atom->kind == ATOM_BASE64)
        return arena_format(arena, "{ \"base64\": %s }", text_quote(arena, &atom->body));
    if (atom->kind == ATOM_KEY)
        return arena_format(arena, "{ \"key\": \"%s\", \"length\": %zu }", atom->name,
                            atom->length);
    return arena_format(arena, "{ \"hex\": \"%s\" }", hex_show(arena, atom));
}

char *text_show(struct arena *arena, const struct text *text, size_t *length) {
    struct output output = {.arena = arena};
    for (size_t i = 0; i < text->count; i++) {
        const struct atom *atom = &text->atoms[i];
        if (atom->kind == ATOM_LITERAL)
            put_literal(&output, atom->bytes, atom->length);
        else
            put(&output, is_part(atom) ? part_show(arena, atom) : hole_show(arena, atom));
    }
    *length = output.length;
    put_bytes(&output, "", 1);
    return output.bytes;
}

/* One JSON string for the atoms from `*i` on that need no part. */
static void quote_string(struct output *output, const struct text *text, size_t *i) {
    struct output string = {.arena = output->arena};
    for (; *i < text->count && !is_part(&text->atoms[*i]); (*i)++) {
        const struct atom *atom = &text->atoms[*i];
        if (atom->kind == ATOM_LITERAL)
            put_literal(&string, atom->bytes, atom->length);
        else
            put(&string, hole_show(output->arena, atom));
    }
    put(output, "\"");
    put_escaped(output, string.bytes, string.length);
    put(output, "\"");
}

char *text_quote(struct arena *arena, const struct text *text) {
    struct output output = {.arena = arena};
    bool parts = false;
    for (size_t i = 0; i < text->count; i++)
        parts = parts || is_part(&text->atoms[i]);
    put(&output, parts ? "[" : text->count == 0 ? "\"\"" : "");
    for (size_t i = 0; i < text->count;) {
        if (i > 0)
            put(&output, ", ");
        if (is_part(&text->atoms[i]))
            put(&output, part_show(arena, &text->atoms[i++]));
        else
            quote_string(&output, text, &i);
    }
    put(&output, parts ? "]" : "");
    put_bytes(&output, "", 1);
    return output.bytes;
}
