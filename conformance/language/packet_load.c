/* SPDX-License-Identifier: MIT */
/* packet_load.c - reads packets from JSON, strictly. What the fields are called, and which packet
 * may have them, is in packet_fields.def; what the language says of them in scenarios/README.md,
 * section Packets. */
#include "language/packet_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/packet.h"
#include "language/suggest.h"

#include <string.h>

enum { ANY_KINDS = JSON_NUMBER | TEXT_KINDS };

static bool is_pattern(enum text_use use) {
    return use == TEXT_PATTERN || use == TEXT_COUNTED;
}

/* How a text inside a field is read: there a wildcard may be the last thing. */
static enum text_use inside(enum text_use use) {
    return is_pattern(use) ? TEXT_FIELD_PATTERN : TEXT_FIELD;
}

static bool refuse_name(struct problems *problems, const struct json *value, const char *what,
                        const char *const *names, size_t count) {
    problem_add(problems, value->at, "unknown %s \"%s\"%s", what, value->string,
                suggest_hint(problems->arena, value->string, names, count));
    return false;
}

/* An opcode by its name or number, at `value`. */
static bool load_opcode(struct problems *problems, const struct json *value, uint8_t *opcode) {
    if (value->kind == JSON_STRING && value->string[0] != '0') {
        const struct packet_opcode *row = packet_opcode_named(value->string);
        size_t count;
        const char *const *names = packet_opcode_names(&count);
        if (row == NULL)
            return refuse_name(problems, value, "opcode", names, count);
        *opcode = row->number;
        return true;
    }
    struct text number;
    if (!packet_number_load(problems, value, "\"opcode\"", 0xff, TEXT_SENT, &number) ||
        number.atoms[0].kind != ATOM_LITERAL)
        return false;
    unsigned sum = 0;
    for (size_t i = 0; i < number.atoms[0].length; i++)
        sum = sum * 10 + (unsigned)(number.atoms[0].bytes[i] - '0');
    *opcode = (uint8_t)sum;
    return true;
}

/* A status by its name; numbers and wildcards are read as every other number. */
static bool load_status(struct problems *problems, const struct json *value, enum text_use use,
                        struct text *text) {
    if (value->kind != JSON_STRING || strpbrk(value->string, "{0123456789") == value->string)
        return packet_number_load(problems, value, "\"status\"", 0xffff, inside(use), text);
    int number = packet_status_number(value->string);
    size_t count;
    const char *const *names = packet_status_names(&count);
    if (number < 0)
        return refuse_name(problems, value, "status", names, count);
    const char *digits = arena_format(problems->arena, "%d", number);
    text_add_bytes(problems->arena, text, digits, strlen(digits));
    return true;
}

/* ---- extras ---- */

static const struct packet_opcode *opcode_of(const struct packet *packet) {
    return packet_opcode_numbered(packet->opcode);
}

/* The extra called `name` of this opcode, all of which are 0 if not written. */
static struct packet_extra *extra_find(struct packet *packet, const char *name) {
    for (size_t i = 0; i < packet->extra_count; i++)
        if (strcmp(packet->extras[i].name, name) == 0)
            return &packet->extras[i];
    return NULL;
}

static bool status_is_ok(const struct packet *packet) {
    const struct text *status = &packet->fields[PACKET_STATUS];
    return !packet->written[PACKET_STATUS] ||
           (status->count == 1 && status->atoms[0].kind == ATOM_LITERAL &&
            status->atoms[0].length == 1 && status->atoms[0].bytes[0] == '0');
}

/* The extras that the opcode has, each 0. */
static void add_default_extras(struct problems *problems, struct packet *packet) {
    const struct packet_opcode *opcode = opcode_of(packet);
    const char *list = opcode == NULL          ? ""
                       : !packet->reply        ? opcode->request
                       : !status_is_ok(packet) ? ""
                                               : opcode->reply;
    const char *name;
    for (size_t length; (length = packet_extra_next(&list, &name)) > 0;) {
        struct packet_extra *extra = &packet->extras[packet->extra_count++];
        extra->name = arena_copy(problems->arena, name, length);
        extra->size = packet_extra_size(extra->name);
        text_add_bytes(problems->arena, &extra->text, "0", 1);
    }
}

static bool refuse_extra(struct problems *problems, const struct json *member,
                         const struct packet *packet) {
    const char *names[PACKET_EXTRAS_MAX];
    for (size_t i = 0; i < packet->extra_count; i++)
        names[i] = packet->extras[i].name;
    const struct packet_opcode *opcode = opcode_of(packet);
    problem_add(problems, member->key_at, "%s of \"%s\"%s has no extra \"%s\"%s",
                packet->reply ? "a reply" : "a request", opcode ? opcode->name : "this opcode",
                packet->reply && !status_is_ok(packet) ? " with an error status" : "", member->key,
                suggest_hint(problems->arena, member->key, names, packet->extra_count));
    return false;
}

/* { "flags": 7, "exptime": 0 }, or bytes as they are. */
static bool load_extras(struct problems *problems, const struct json *value, enum text_use use,
                        struct packet *packet) {
    if (value->kind != JSON_OBJECT || text_is_part(value)) {
        packet->extra_count = 1;
        packet->extras[0] = (struct packet_extra){0};
        return text_load(problems, value, inside(use), &packet->extras[0].text);
    }
    bool good = true;
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        struct packet_extra *extra = extra_find(packet, member->key);
        const char *what = arena_format(problems->arena, "\"%s\"", member->key);
        if (extra == NULL)
            good = refuse_extra(problems, member, packet);
        else
            good = packet_number_load(problems, member, what,
                                      extra->size == 8 ? UINT64_MAX : UINT32_MAX, inside(use),
                                      &extra->text) &&
                   good;
    }
    return good;
}

/* ---- the packet ---- */

static uint64_t field_max(enum packet_field field) {
    unsigned size = packet_field_row(field)->size;
    return size >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
}

/* Any field but opcode, status and extras. */
static bool load_plain(struct problems *problems, const struct json *value, enum packet_field field,
                       enum text_use use, struct text *text) {
    const struct packet_field_row *row = packet_field_row(field);
    if (row->size == 0)
        return text_load(problems, value, inside(use), text);
    return packet_number_load(problems, value, arena_format(problems->arena, "\"%s\"", row->word),
                              field_max(field), inside(use), text);
}

static bool load_field(struct problems *problems, const struct json *part, enum packet_field field,
                       enum text_use use, struct packet *packet) {
    const struct json *value = json_member(part, packet_field_row(field)->word);
    if (field == PACKET_EXTRAS)
        add_default_extras(problems, packet);
    if (value == NULL)
        return true;
    packet->written[field] = true;
    if (field == PACKET_OPCODE)
        return load_opcode(problems, value, &packet->opcode);
    if (field == PACKET_STATUS)
        return load_status(problems, value, use, &packet->fields[field]);
    if (field == PACKET_EXTRAS)
        return load_extras(problems, value, use, packet);
    return load_plain(problems, value, field, use, &packet->fields[field]);
}

/* Fields that exclude or need each other. */
static bool check_packet(struct problems *problems, const struct json *part,
                         const struct packet *packet) {
    const struct packet_opcode *opcode = opcode_of(packet);
    if (packet->written[PACKET_VALUE] && packet->written[PACKET_COUNTER]) {
        problem_add(problems, json_member(part, "counter")->key_at,
                    "a packet has a \"value\" or a \"counter\", not both");
        return false;
    }
    if (!packet->reply || opcode == NULL || !opcode->counter || !status_is_ok(packet) ||
        packet->written[PACKET_COUNTER] || packet->written[PACKET_VALUE])
        return true;
    problem_add(problems, part->at, "the reply of \"%s\" needs the field \"counter\": the number",
                opcode->name);
    return false;
}

/* The fields that this kind of packet may have. */
static size_t known_fields(bool reply, struct field known[PACKET_FIELD_COUNT]) {
    size_t count = 0;
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) {
        const struct packet_field_row *row = packet_field_row((enum packet_field)i);
        if (reply ? row->in_reply : row->in_request)
            known[count++] = (struct field){row->word, ANY_KINDS, i == PACKET_OPCODE};
    }
    return count;
}

bool packet_load(struct problems *problems, const struct json *part, enum text_use use,
                 struct text *text) {
    struct field known[PACKET_FIELD_COUNT];
    bool reply = is_pattern(use);
    size_t count = known_fields(reply, known);
    if (!fields_check(problems, part, reply ? "a reply packet" : "a request packet", known, count))
        return false;
    struct packet *packet = arena_alloc(problems->arena, sizeof *packet);
    packet->reply = reply;
    bool good = true;
    for (int i = 0; i < PACKET_FIELD_COUNT; i++)
        if (good || i != PACKET_EXTRAS) /* which extras there are depends on what stands before */
            good = load_field(problems, part, (enum packet_field)i, use, packet) && good;
    if (!good || !check_packet(problems, part, packet))
        return false;
    text_add(problems->arena, text, ATOM_PACKET)->packet = packet;
    return true;
}

bool packets_load(struct problems *problems, const struct json *part, enum text_use use,
                  struct text *text) {
    struct packet *packet = arena_alloc(problems->arena, sizeof *packet);
    packet->reply = true;
    if (!is_pattern(use)) {
        problem_add(problems, part->at,
                    "\"packets\" stands for any number of replies; it can be expected, not sent");
        return false;
    }
    if (!load_opcode(problems, json_member(part, "packets"), &packet->opcode))
        return false;
    packet->written[PACKET_OPAQUE] = true; /* any */
    *text_add(problems->arena, &packet->fields[PACKET_OPAQUE], ATOM_U64) =
        (struct atom){.kind = ATOM_U64, .max = UINT64_MAX};
    text_add(problems->arena, text, ATOM_PACKETS)->packet = packet;
    return true;
}

bool frame_load(struct problems *problems, const struct json *part, enum text_use use,
                struct text *text) {
    static const char *const names[] = {"frame", "sequence", "total", "reserved"};
    struct text *numbers = arena_alloc(problems->arena, FRAME_NUMBERS * sizeof *numbers);
    bool good = true;
    for (size_t i = 0; i < FRAME_NUMBERS; i++) {
        const struct json *value = json_member(part, names[i]);
        const char *what = arena_format(problems->arena, "\"%s\"", names[i]);
        if (value != NULL)
            good =
                packet_number_load(problems, value, what, 0xffff, inside(use), &numbers[i]) && good;
        else
            text_add_bytes(problems->arena, &numbers[i], i == 2 ? "1" : "0", 1);
    }
    if (good)
        text_add(problems->arena, text, ATOM_FRAME)->numbers = numbers;
    return good;
}
