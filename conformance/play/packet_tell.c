/* SPDX-License-Identifier: MIT */
/* packet_tell.c - an expected packet in words, and what is wrong with one that came. The words are
 * those of packet_words.c, so that both stand one above the other. See packet_match.h. */
#include "arena.h"
#include "play/packet_match.h"
#include "play/packet_words.h"

#include <stdlib.h>
#include <string.h>

static void append(struct bytes *out, const char *string) {
    bytes_append(out, string, strlen(string));
}

/* A number with its name; a wildcard as it is written. */
static void show_number(struct bytes *out, enum packet_field field, const struct pieces *pieces) {
    const struct piece *piece = pieces->list;
    if (pieces->count == 1 && piece->kind == ATOM_LITERAL)
        packet_words_number(out, field, strtoull(piece->literal.data, NULL, 10));
    else
        pieces_show(pieces, pieces->count, out);
}

static void show_quoted(struct bytes *out, const struct pieces *pieces) {
    append(out, "\"");
    pieces_show(pieces, pieces->count, out);
    append(out, "\"");
}

static bool is_number(const struct packet_want *want, enum packet_field field, uint64_t number) {
    const struct pieces *pieces = &want->fields[field];
    return pieces->count == 1 && pieces->list->kind == ATOM_LITERAL &&
           strtoull(pieces->list->literal.data, NULL, 10) == number;
}

/* A packet in words while it grows. */
struct wording {
    const struct packet_want *want;
    struct bytes *out;
    size_t *places;
};

static void word(struct wording *wording, enum packet_field field, const char *before) {
    append(wording->out, before);
    wording->places[field] = wording->out->length;
}

static void word_number(struct wording *wording, enum packet_field field, const char *before) {
    word(wording, field, before);
    show_number(wording->out, field, &wording->want->fields[field]);
}

static void word_header(struct wording *wording) {
    const struct packet_want *want = wording->want;
    word(wording, PACKET_MAGIC, "");
    if (is_number(want, PACKET_MAGIC, PACKET_MAGIC_REPLY))
        append(wording->out, "reply");
    else
        word_number(wording, PACKET_MAGIC, "");
    word_number(wording, PACKET_OPCODE, " ");
    word_number(wording, PACKET_STATUS, ", ");
    word_number(wording, PACKET_OPAQUE, ", opaque ");
    wording->places[PACKET_DATATYPE] = wording->places[PACKET_OPAQUE];
    if (!is_number(want, PACKET_DATATYPE, 0))
        word_number(wording, PACKET_DATATYPE, ", datatype ");
    word_number(wording, PACKET_CAS, ", cas ");
}

static void word_extras(struct wording *wording) {
    const struct packet_want *want = wording->want;
    bool raw = want->packet->extra_count == 1 && want->extras[0].name == NULL;
    word(wording, PACKET_EXTRAS, want->packet->extra_count > 0 ? ", " : "");
    if (raw && want->extras[0].pieces.count > 0) {
        append(wording->out, "extras ");
        show_quoted(wording->out, &want->extras[0].pieces);
    }
    for (size_t i = 0; !raw && i < want->packet->extra_count; i++) {
        append(wording->out, i > 0 ? ", " : "");
        append(wording->out, want->extras[i].name);
        append(wording->out, " ");
        show_number(wording->out, PACKET_CAS, &want->extras[i].pieces);
    }
}

static void word_body(struct wording *wording) {
    const struct packet_want *want = wording->want;
    word_extras(wording);
    word(wording, PACKET_KEY, want->fields[PACKET_KEY].count > 0 ? ", key " : "");
    if (want->fields[PACKET_KEY].count > 0)
        show_quoted(wording->out, &want->fields[PACKET_KEY]);
    bool counter = want->packet->written[PACKET_COUNTER];
    bool value = want->any_value || want->fields[PACKET_VALUE].count > 0;
    word(wording, PACKET_VALUE, counter ? ", counter " : value ? ", value " : "");
    wording->places[PACKET_COUNTER] = wording->places[PACKET_VALUE];
    if (counter)
        show_number(wording->out, PACKET_CAS, &want->fields[PACKET_COUNTER]);
    else if (want->any_value)
        append(wording->out, "\"{bytes}\"");
    else if (value)
        show_quoted(wording->out, &want->fields[PACKET_VALUE]);
}

void packet_want_show(const struct packet_want *want, bool several, struct bytes *out,
                      size_t *places) {
    size_t nobody[PACKET_FIELD_COUNT] = {0};
    struct wording wording = {want, out, places ? places : nobody};
    if (several) {
        append(out, "any number of replies ");
        show_number(out, PACKET_OPCODE, &want->fields[PACKET_OPCODE]);
        return;
    }
    word_header(&wording);
    word_body(&wording);
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) /* lengths: where what they count stands */
        if (packet_field_row((enum packet_field)i)->in_reply == false)
            wording.places[i] = wording.places[PACKET_EXTRAS];
}

/* ---- what is wrong ---- */

/* How a field is called in a sentence. */
static const char *name_of(enum packet_field field) {
    return field == PACKET_BODY_LENGTH ? "body length" : packet_field_row(field)->word;
}

/* The part of a description that one field has: from its place to the next ", ". */
static const char *slice(struct arena *arena, const struct bytes *words, size_t at) {
    size_t length = at < words->length ? words->length - at : 0;
    const char *begin = length > 0 ? words->data + at : "";
    return arena_copy(arena, begin, length);
}

static const char *number_told(struct arena *arena, enum packet_field field, uint64_t number) {
    struct bytes words = {0};
    packet_words_number(&words, field, number);
    const char *told = arena_string(arena, words.data);
    bytes_free(&words);
    return told;
}

static const char *wanted_told(struct arena *arena, const struct packet_want *want,
                               enum packet_field field) {
    struct bytes words = {0};
    if (packet_field_row(field)->size > 0)
        show_number(&words, field == PACKET_COUNTER ? PACKET_CAS : field, &want->fields[field]);
    else
        show_quoted(&words, &want->fields[field]);
    const char *told = slice(arena, &words, 0);
    bytes_free(&words);
    return told;
}

/* The extras of both sides, by name where they have the right length. */
static const char *explain_extras(const struct packet_want *want, const struct packet_view *view,
                                  struct arena *arena, const char **name) {
    size_t at = 0;
    for (size_t i = 0; i < want->packet->extra_count && want->extras[i].name; i++) {
        const struct extra_want *extra = &want->extras[i];
        if (at + extra->size > view->extras_length)
            break;
        uint64_t number = packet_number(view->extras + at, extra->size);
        struct bytes words = {0};
        show_number(&words, PACKET_CAS, &extra->pieces);
        const char *wanted = slice(arena, &words, 0);
        bytes_free(&words);
        const char *came = number_told(arena, PACKET_CAS, number);
        if (strcmp(wanted, came) != 0 && extra->pieces.list->kind == ATOM_LITERAL) {
            *name = extra->name;
            return arena_format(arena, "%s: expected %s, received %s", extra->name, wanted, came);
        }
        at += extra->size;
    }
    return arena_format(arena, "extras: expected %zu bytes, received %zu", at, view->extras_length);
}

static const char *explain_body(const struct packet_want *want, enum packet_field field,
                                const struct packet_view *view, struct arena *arena,
                                const char **name) {
    if (field == PACKET_EXTRAS)
        return explain_extras(want, view, arena, name);
    const char *wanted = wanted_told(arena, want, field);
    if (field == PACKET_COUNTER && view->value_length == 8)
        return arena_format(arena, "counter: expected %s, received %s", wanted,
                            number_told(arena, PACKET_CAS, packet_number(view->value, 8)));
    const char *came = field == PACKET_KEY ? view->key : view->value;
    size_t length = field == PACKET_KEY ? view->key_length : view->value_length;
    enum { TOLD = 60 };
    if (length > TOLD || strlen(wanted) > TOLD + 2)
        return arena_format(arena, "%s: wrong, %zu bytes came", name_of(field), length);
    return arena_format(arena, "%s: expected %s, received \"%s\"", name_of(field), wanted,
                        arena_copy(arena, came, length));
}

/* A body of which a part is missing: how long it should have been. */
static const char *explain_missing(const struct packet_view *view, size_t length,
                                   struct arena *arena) {
    size_t announced = (size_t)view->numbers[PACKET_BODY_LENGTH];
    if (view->length == 0)
        return arena_format(arena,
                            "body length: %zu contradicts key length %zu and extras length %zu",
                            announced, view->key_length, view->extras_length);
    return arena_format(arena, "the header announces a body of %zu bytes, %zu came", announced,
                        length - PACKET_HEADER_SIZE);
}

const char *packet_want_explain(const struct packet_want *want, enum packet_field field,
                                const char *bytes, size_t length, struct arena *arena,
                                const char **name) {
    const struct packet_field_row *row = packet_field_row(field);
    struct packet_view view;
    bool whole = packet_view_read(bytes, length, &view);
    *name = name_of(field);
    if (whole && field == PACKET_BODY_LENGTH)
        return explain_missing(&view, length, arena);
    if (row->offset >= 0 && (size_t)row->offset + row->size <= length)
        return arena_format(
            arena, "%s: expected %s, received %s", *name, wanted_told(arena, want, field),
            number_told(arena, field, packet_number(bytes + row->offset, row->size)));
    return whole && view.value ? explain_body(want, field, &view, arena, name) : NULL;
}
