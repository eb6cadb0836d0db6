/* SPDX-License-Identifier: MIT */
/* packet_match.c - expected packets, field by field. See packet_match.h. */
#include "play/packet_match.h"

#include "arena.h"
#include "play/packet_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Header fields that are judged in every reply; `places` of the others are those of the body. */
static bool in_header(enum packet_field field) {
    return packet_field_row(field)->offset >= 0 && packet_field_row(field)->in_reply;
}

static uint64_t default_number(const struct packet *packet, enum packet_field field) {
    switch (field) {
    case PACKET_MAGIC:
        return PACKET_MAGIC_REPLY;
    case PACKET_OPCODE:
        return packet->opcode;
    case PACKET_OPAQUE:
        return PACKET_DEFAULT_OPAQUE;
    default:
        return 0;
    }
}

static void fill_default(struct arena *arena, struct packet_want *want, enum packet_field field) {
    struct pieces *pieces = &want->fields[field];
    pieces->list = arena_alloc(arena, sizeof *pieces->list);
    pieces->count = 1;
    struct piece *piece = pieces->list;
    if (field == PACKET_CAS) {
        *piece = (struct piece){.kind = ATOM_U64, .max = UINT64_MAX};
        return;
    }
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, default_number(want->packet, field));
    piece->kind = ATOM_LITERAL;
    bytes_append(&piece->literal, digits, (size_t)length);
}

static bool status_is_ok(const struct packet_want *want) {
    const struct piece *piece = want->fields[PACKET_STATUS].list;
    return piece->kind == ATOM_LITERAL && strcmp(piece->literal.data, "0") == 0;
}

bool packet_want_fill(struct arena *arena, const struct packet *packet, const struct scope *scope,
                      struct packet_want **made, const char **problem) {
    struct packet_want *want = *made = arena_alloc(arena, sizeof *want);
    want->packet = packet;
    bool good = true;
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) {
        if (packet->written[i] && i != PACKET_OPCODE)
            good = pieces_fill(arena, &packet->fields[i], scope, &want->fields[i], problem) && good;
        else if (in_header((enum packet_field)i))
            fill_default(arena, want, (enum packet_field)i);
    }
    for (size_t i = 0; i < packet->extra_count; i++) {
        want->extras[i].name = packet->extras[i].name;
        want->extras[i].size = packet->extras[i].size;
        good =
            pieces_fill(arena, &packet->extras[i].text, scope, &want->extras[i].pieces, problem) &&
            good;
    }
    want->any_value = !packet->written[PACKET_VALUE] && good && !status_is_ok(want);
    return good;
}

void packet_want_free(struct packet_want *want) {
    for (int i = 0; i < PACKET_FIELD_COUNT; i++)
        pieces_free(&want->fields[i]);
    for (size_t i = 0; i < PACKET_EXTRAS_MAX; i++)
        pieces_free(&want->extras[i].pieces);
}

/* ---- matching ---- */

/* A number that came, in decimal: the notation in which numbers are compared and captured. */
struct digits {
    char bytes[24];
    size_t length;
};

static struct digits digits_of(const char *bytes, size_t size) {
    struct digits digits;
    digits.length =
        (size_t)snprintf(digits.bytes, sizeof digits.bytes, "%" PRIu64, packet_number(bytes, size));
    return digits;
}

static bool number_matches(const struct pieces *pieces, const char *bytes, size_t size) {
    struct digits digits = digits_of(bytes, size);
    return pieces_match(pieces, digits.bytes, 0, digits.length, true, NULL).state == MATCH_DONE;
}

static struct match differs(size_t begin, size_t at, enum packet_field field) {
    return (struct match){
        .state = MATCH_BAD, .differs_at = begin + at, .within = field, .begin = begin};
}

static struct match match_header(const struct packet_want *want, const char *bytes, size_t begin,
                                 size_t length) {
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) {
        enum packet_field field = (enum packet_field)i;
        const struct packet_field_row *row = packet_field_row(field);
        size_t at = begin + (size_t)row->offset;
        if (in_header(field) && at + row->size <= length &&
            !number_matches(&want->fields[i], bytes + at, row->size))
            return differs(begin, (size_t)row->offset, field);
    }
    return (struct match){.state = MATCH_DONE};
}

static bool extras_match(const struct packet_want *want, const struct packet_view *view) {
    size_t at = 0, count = want->packet->extra_count;
    if (count == 1 && want->extras[0].name == NULL)
        return pieces_match(&want->extras[0].pieces, view->extras, 0, view->extras_length, true,
                            NULL)
                   .state == MATCH_DONE;
    for (size_t i = 0; i < count; i++) {
        const struct extra_want *extra = &want->extras[i];
        if (at + extra->size > view->extras_length ||
            !number_matches(&extra->pieces, view->extras + at, extra->size))
            return false;
        at += extra->size;
    }
    return at == view->extras_length;
}

/* How far a field of the body is right. */
static struct match match_bytes(const struct packet_want *want, enum packet_field field,
                                const char *bytes, size_t length) {
    return pieces_match(&want->fields[field], bytes, 0, length, true, NULL);
}

static struct match match_body(const struct packet_want *want, const struct packet_view *view,
                               size_t begin) {
    size_t at = PACKET_HEADER_SIZE;
    if (!extras_match(want, view))
        return differs(begin, view->extras_length > 0 ? at : 4, PACKET_EXTRAS);
    at += view->extras_length;
    struct match match = match_bytes(want, PACKET_KEY, view->key, view->key_length);
    if (match.state != MATCH_DONE)
        return differs(begin, view->key_length > 0 ? at + match.differs_at : 2, PACKET_KEY);
    at += view->key_length;
    if (want->packet->written[PACKET_COUNTER]) {
        if (view->value_length != 8 ||
            !number_matches(&want->fields[PACKET_COUNTER], view->value, 8))
            return differs(begin, at, PACKET_COUNTER);
    } else if (!want->any_value) {
        match = match_bytes(want, PACKET_VALUE, view->value, view->value_length);
        if (match.state != MATCH_DONE)
            return differs(begin, view->value_length > 0 ? at + match.differs_at : 8, PACKET_VALUE);
    }
    return (struct match){.state = MATCH_DONE, .length = begin + view->length};
}

struct match packet_want_match(const struct packet_want *want, const char *bytes, size_t begin,
                               size_t length) {
    struct packet_view view;
    struct match match = match_header(want, bytes, begin, length);
    if (match.state != MATCH_DONE)
        return match;
    if (!packet_view_read(bytes + begin, length - begin, &view))
        return (struct match){.state = MATCH_MORE, .differs_at = length, .begin = begin};
    if (view.length == 0)
        return differs(begin, 8, PACKET_BODY_LENGTH);
    if (!view.value)
        return (struct match){.state = MATCH_MORE,
                              .differs_at = length,
                              .within = PACKET_BODY_LENGTH,
                              .begin = begin};
    return match_body(want, &view, begin);
}

size_t packet_end(const struct packet_want *want, const char *bytes, size_t begin, size_t length) {
    struct packet_view view;
    if (begin < length && (unsigned char)bytes[begin] != PACKET_MAGIC_REPLY)
        return begin;
    if (!packet_view_read(bytes + begin, length - begin, &view))
        return SIZE_MAX;
    bool ends = view.length <= PACKET_HEADER_SIZE; /* one without a body ends a list */
    if (ends || match_header(want, bytes, begin, length).state != MATCH_DONE)
        return begin;
    return view.value ? begin + view.length : SIZE_MAX;
}

static void number_capture(const struct pieces *pieces, const char *bytes, size_t size,
                           const struct scope *scope) {
    struct digits digits = digits_of(bytes, size);
    pieces_capture(pieces, digits.bytes, 0, digits.length, true, scope);
}

void packet_want_capture(const struct packet_want *want, const char *bytes, size_t length,
                         const struct scope *scope) {
    struct packet_view view;
    if (!packet_view_read(bytes, length, &view))
        return;
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) {
        const struct packet_field_row *row = packet_field_row((enum packet_field)i);
        if (in_header((enum packet_field)i))
            number_capture(&want->fields[i], bytes + row->offset, row->size, scope);
    }
    size_t at = 0;
    for (size_t i = 0; i < want->packet->extra_count; i++) {
        const struct extra_want *extra = &want->extras[i];
        if (extra->name)
            number_capture(&extra->pieces, view.extras + at, extra->size, scope);
        else
            pieces_capture(&extra->pieces, view.extras, 0, view.extras_length, true, scope);
        at += extra->size;
    }
    pieces_capture(&want->fields[PACKET_KEY], view.key, 0, view.key_length, true, scope);
    if (want->packet->written[PACKET_COUNTER])
        number_capture(&want->fields[PACKET_COUNTER], view.value, 8, scope);
    else
        pieces_capture(&want->fields[PACKET_VALUE], view.value, 0, view.value_length, true, scope);
}
