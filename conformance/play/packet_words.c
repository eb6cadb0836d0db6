/* SPDX-License-Identifier: MIT */
/* packet_words.c - reading and describing packets. See packet_words.h. */
#include "play/packet_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 400 /* of a key or a value */ };

uint64_t packet_number(const char *bytes, size_t size) {
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

bool packet_begins(const char *bytes, size_t length) {
    unsigned char magic = length > 0 ? (unsigned char)bytes[0] : 0;
    return magic == PACKET_MAGIC_REQUEST || magic == PACKET_MAGIC_REPLY;
}

bool packet_view_read(const char *bytes, size_t length, struct packet_view *view) {
    *view = (struct packet_view){0};
    if (length < PACKET_HEADER_SIZE)
        return false;
    for (int i = 0; i < PACKET_FIELD_COUNT; i++) {
        const struct packet_field_row *row = packet_field_row((enum packet_field)i);
        if (row->offset >= 0)
            view->numbers[i] = packet_number(bytes + row->offset, row->size);
    }
    size_t body = (size_t)view->numbers[PACKET_BODY_LENGTH];
    view->extras_length = (size_t)view->numbers[PACKET_EXTRAS_LENGTH];
    view->key_length = (size_t)view->numbers[PACKET_KEY_LENGTH];
    if (view->extras_length + view->key_length > body || body > PACKET_BODY_MAX)
        return true;
    view->value_length = body - view->extras_length - view->key_length;
    view->length = PACKET_HEADER_SIZE + body;
    const char *extras = bytes + PACKET_HEADER_SIZE;
    if (length < view->length)
        return true;
    view->extras = extras;
    view->key = extras + view->extras_length;
    view->value = view->key + view->key_length;
    return true;
}

static void append(struct bytes *out, const char *string) {
    bytes_append(out, string, strlen(string));
}

void packet_words_number(struct bytes *out, enum packet_field field, uint64_t number) {
    char shown[64];
    const struct packet_opcode *opcode = packet_opcode_numbered((unsigned)number);
    const char *status = packet_status_name((unsigned)number);
    switch (field) {
    case PACKET_OPCODE:
        snprintf(shown, sizeof shown, "%s%s0x%02x", opcode ? opcode->name : "", opcode ? " " : "",
                 (unsigned)number);
        break;
    case PACKET_STATUS:
        snprintf(shown, sizeof shown, "0x%04x%s%s", (unsigned)number, status ? " " : "",
                 status ? status : "");
        break;
    case PACKET_MAGIC:
    case PACKET_DATATYPE:
        snprintf(shown, sizeof shown, "0x%02x", (unsigned)number);
        break;
    case PACKET_OPAQUE:
        snprintf(shown, sizeof shown, "0x%08x", (unsigned)number);
        break;
    default:
        snprintf(shown, sizeof shown, "%" PRIu64, number);
    }
    append(out, shown);
}

static void append_quoted(struct bytes *out, const char *bytes, size_t length) {
    append(out, "\"");
    bytes_append(out, bytes, length < SHOWN_BYTES ? length : SHOWN_BYTES);
    append(out, length > SHOWN_BYTES ? "...\"" : "\"");
}

/* A description while it grows. */
struct wording {
    struct bytes *out;
    size_t places[PACKET_FIELD_COUNT];
};

static void word(struct wording *wording, enum packet_field field, const char *before) {
    append(wording->out, before);
    wording->places[field] = wording->out->length;
}

static void word_number(struct wording *wording, enum packet_field field, const char *before,
                        const struct packet_view *view) {
    word(wording, field, before);
    packet_words_number(wording->out, field, view->numbers[field]);
}

/* The extras by their names, when they have the length that the opcode gives them. */
static void word_extras(struct wording *wording, const struct packet_view *view, bool reply) {
    const struct packet_opcode *opcode =
        packet_opcode_numbered((unsigned)view->numbers[PACKET_OPCODE]);
    const char *list = opcode ? (reply ? opcode->reply : opcode->request) : "", *name;
    size_t at = 0, sum = 0, count;
    for (const char *rest = list; (count = packet_extra_next(&rest, &name)) > 0;) {
        char copy[16] = "";
        memcpy(copy, name, count < sizeof copy ? count : sizeof copy - 1);
        sum += packet_extra_size(copy);
    }
    word(wording, PACKET_EXTRAS, view->extras_length > 0 ? ", " : "");
    for (const char *rest = list; sum == view->extras_length && sum > 0;) {
        char shown[64], copy[16] = "";
        if ((count = packet_extra_next(&rest, &name)) == 0)
            return;
        memcpy(copy, name, count < sizeof copy ? count : sizeof copy - 1);
        unsigned size = packet_extra_size(copy);
        snprintf(shown, sizeof shown, "%s%s %" PRIu64, at > 0 ? ", " : "", copy,
                 packet_number(view->extras + at, size));
        append(wording->out, shown);
        at += size;
    }
    if (view->extras_length > 0) {
        append(wording->out, "extras ");
        append_quoted(wording->out, view->extras, view->extras_length);
    }
}

static void word_body(struct wording *wording, const struct packet_view *view, bool reply) {
    const struct packet_opcode *opcode =
        packet_opcode_numbered((unsigned)view->numbers[PACKET_OPCODE]);
    word_extras(wording, view, reply);
    word(wording, PACKET_KEY, view->key_length > 0 ? ", key " : "");
    if (view->key_length > 0)
        append_quoted(wording->out, view->key, view->key_length);
    bool counter = reply && opcode && opcode->counter && view->value_length == 8 &&
                   view->numbers[PACKET_STATUS] == 0;
    word(wording, PACKET_VALUE, counter ? ", counter " : view->value_length > 0 ? ", value " : "");
    wording->places[PACKET_COUNTER] = wording->places[PACKET_VALUE];
    if (counter)
        packet_words_number(wording->out, PACKET_CAS, packet_number(view->value, 8));
    else if (view->value_length > 0)
        append_quoted(wording->out, view->value, view->value_length);
}

/* Lengths that contradict each other, or a body of which a part is missing. */
static void word_lengths(struct wording *wording, const struct packet_view *view) {
    word_number(wording, PACKET_EXTRAS_LENGTH, ", extras length ", view);
    word_number(wording, PACKET_KEY_LENGTH, ", key length ", view);
    word_number(wording, PACKET_BODY_LENGTH, ", body length ", view);
    wording->places[PACKET_EXTRAS] = wording->places[PACKET_EXTRAS_LENGTH];
    wording->places[PACKET_KEY] = wording->places[PACKET_KEY_LENGTH];
    wording->places[PACKET_VALUE] = wording->places[PACKET_COUNTER] =
        wording->places[PACKET_BODY_LENGTH];
}

static void word_packet(struct wording *wording, const struct packet_view *view) {
    bool reply = view->numbers[PACKET_MAGIC] != PACKET_MAGIC_REQUEST;
    word(wording, PACKET_MAGIC, "");
    if (reply && view->numbers[PACKET_MAGIC] != PACKET_MAGIC_REPLY)
        packet_words_number(wording->out, PACKET_MAGIC, view->numbers[PACKET_MAGIC]);
    else
        append(wording->out, reply ? "reply" : "request");
    word_number(wording, PACKET_OPCODE, " ", view);
    if (reply)
        word_number(wording, PACKET_STATUS, ", ", view);
    else if (view->numbers[PACKET_VBUCKET] != 0)
        word_number(wording, PACKET_VBUCKET, ", vbucket ", view);
    word_number(wording, PACKET_OPAQUE, ", opaque ", view);
    wording->places[PACKET_DATATYPE] = wording->places[PACKET_OPAQUE];
    if (view->numbers[PACKET_DATATYPE] != 0)
        word_number(wording, PACKET_DATATYPE, ", datatype ", view);
    word_number(wording, PACKET_CAS, ", cas ", view);
    if (view->length > 0 && view->value)
        word_body(wording, view, reply);
    else
        word_lengths(wording, view);
}

void packet_words(const char *bytes, size_t length, size_t begin, enum packet_field field,
                  struct bytes *out, size_t *at) {
    struct packet_view view;
    *at = out->length;
    for (size_t offset = 0; offset < length;) {
        struct wording wording = {.out = out};
        if (offset > 0)
            append(out, "; ");
        if (offset == begin)
            *at = out->length;
        if (!packet_begins(bytes + offset, length - offset) ||
            !packet_view_read(bytes + offset, length - offset, &view)) {
            append_quoted(out, bytes + offset, length - offset);
            return;
        }
        word_packet(&wording, &view);
        if (offset == begin)
            *at = wording.places[field];
        if (!view.value) /* nothing is known of what stands behind it */
            return;
        offset += view.length;
    }
}
