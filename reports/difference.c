/* SPDX-License-Identifier: MIT */
/* difference.c - see difference.h. The picture that it draws:
 *
 *   sent      add k 9 0 3\r\ntwo\r\n
 *   expected  NOT_STORED\r\n
 *   received  STORED\r\n
 *             ^ first wrong byte (offset 0)
 *
 * Where the reply may be one of several, they stand above `expected`, which is the nearest. */
#include "difference.h"

#include "escape.h"

#include <string.h>

/* With the label (10 columns) and an indent of 4, a line ends at column 100. */
enum { COLUMNS = 86, ROW_SIZE = COLUMNS + 1 };

/* One value ready to print, and the column of the byte in question. */
struct row {
    char text[ROW_SIZE];
    size_t column;
};

static struct row row_of(struct verdict_bytes value, size_t at, bool cut) {
    struct row row;
    if (at > value.length)
        at = value.length;
    if (cut) {
        row.column = escape_window(row.text, sizeof row.text, value.data, value.length, at);
    } else {
        escape_value(row.text, sizeof row.text, value.data, value.length, ESCAPE_BYTES);
        row.column = escape_width(value.data, at, ESCAPE_BYTES);
    }
    return row;
}

static void print_row(FILE *out, const char *indent, const char *label, const char *text) {
    fprintf(out, "%s%-8s  %s\n", indent, label, text);
}

/* A caret under `column`, with its note on the side where there is room. */
static void print_caret(FILE *out, const char *indent, size_t column, const char *note) {
    size_t note_columns = strlen(note);
    if (column + 2 + note_columns > COLUMNS && column > note_columns)
        fprintf(out, "%s%10s%*s%s ^\n", indent, "", (int)(column - note_columns - 1), "", note);
    else
        fprintf(out, "%s%10s%*s^ %s\n", indent, "", (int)column, "", note);
}

/* The note under the received bytes: what is wrong from the caret on. */
static void print_received_caret(FILE *out, const char *indent, const struct verdict *verdict,
                                 size_t column) {
    char note[64];
    if (verdict->field != NULL && verdict->differs_at < verdict->received.length)
        snprintf(note, sizeof note, "wrong %.50s", verdict->field);
    else if (verdict->differs_at >= verdict->received.length)
        snprintf(note, sizeof note, "nothing more came");
    else if (verdict->expected_at >= verdict->expected.length)
        snprintf(note, sizeof note, "surplus from here (offset %zu)", verdict->differs_at);
    else
        snprintf(note, sizeof note, "first wrong byte (offset %zu)", verdict->differs_at);
    print_caret(out, indent, column, note);
}

static bool is_long(struct verdict_bytes value) {
    return escape_width(value.data, value.length, ESCAPE_BYTES) > COLUMNS;
}

/* Wildcards move the two columns apart; then the expected side gets a caret of its own. */
static void print_marked(FILE *out, const char *indent, const struct verdict *verdict, bool cut) {
    struct row expected = row_of(verdict->expected, verdict->expected_at, cut);
    struct row received = row_of(verdict->received, verdict->differs_at, cut);
    bool silence = verdict->expected.length == 0, nothing = verdict->received.length == 0;
    print_row(out, indent, "expected", silence ? "(silence)" : expected.text);
    if (!silence && !nothing && expected.column != received.column)
        print_caret(out, indent, expected.column, "expected here");
    print_row(out, indent, "received", nothing ? "(nothing)" : received.text);
    if (!nothing)
        print_received_caret(out, indent, verdict, received.column);
}

/* Nothing to point at: both values from their beginning, cut in the middle. */
static void print_unmarked(FILE *out, const char *indent, const struct verdict *verdict) {
    char text[ROW_SIZE];
    const struct verdict_bytes *expected = &verdict->expected, *received = &verdict->received;
    if (expected->data != NULL) {
        escape_value(text, sizeof text, expected->data, expected->length, ESCAPE_BYTES);
        print_row(out, indent, "expected", expected->length == 0 ? "(silence)" : text);
    }
    escape_value(text, sizeof text, received->data, received->length, ESCAPE_BYTES);
    print_row(out, indent, "received", received->length == 0 ? "(nothing)" : text);
}

static bool has_answer(const struct verdict *verdict) {
    return verdict->has_difference || verdict->expected.length > 0 || verdict->received.length > 0;
}

bool difference_exists(const struct verdict *verdict) {
    return verdict->request.length > 0 || verdict->choice_count > 0 || has_answer(verdict);
}

/* A name and its reply on one line, or on two when one is too short for both. */
static void print_choice(FILE *out, const char *indent, const char *label,
                         const struct verdict_choice *choice) {
    char name[ROW_SIZE], text[ROW_SIZE];
    escape_text(name, sizeof name, choice->name);
    escape_value(text, sizeof text, choice->expected.data, choice->expected.length, ESCAPE_BYTES);
    if (strlen(name) + strlen(text) + 2 > COLUMNS) {
        print_row(out, indent, label, name);
        print_row(out, indent, "", text);
    } else {
        fprintf(out, "%s%-8s  %s: %s\n", indent, label, name, text);
    }
}

/* The bytes of the wrong packet in hexadecimal, those around the first wrong one. */
static void print_wire(FILE *out, const char *indent, const struct verdict *verdict) {
    enum { SHOWN = COLUMNS / 3 };
    char text[ROW_SIZE], note[64];
    size_t at = verdict->wire_at, length = verdict->wire.length;
    size_t first = at < SHOWN || length <= SHOWN ? 0 : at - SHOWN / 2;
    size_t end = first + SHOWN < length ? first + SHOWN : length;
    for (size_t i = first; i < end; i++)
        snprintf(text + 3 * (i - first), 4, "%02x ", (unsigned char)verdict->wire.data[i]);
    print_row(out, indent, "bytes", text);
    if (!verdict->has_difference)
        return;
    if (at < length)
        snprintf(note, sizeof note, "byte %zu of the packet", at);
    else
        snprintf(note, sizeof note, "nothing more came");
    print_caret(out, indent, 3 * (at - first), note);
}

void difference_print(FILE *out, const char *indent, const struct verdict *verdict) {
    bool cut = is_long(verdict->expected) || is_long(verdict->received);
    if (verdict->request.length > 0) {
        char text[ROW_SIZE];
        escape_value(text, sizeof text, verdict->request.data, verdict->request.length,
                     ESCAPE_BYTES);
        print_row(out, indent, "sent", text);
    }
    for (size_t i = 0; i < verdict->choice_count; i++)
        print_choice(out, indent, i == 0 ? "one of" : "or", &verdict->choices[i]);
    if (verdict->has_difference)
        print_marked(out, indent, verdict, cut);
    else if (has_answer(verdict))
        print_unmarked(out, indent, verdict);
    if (verdict->wire.length > 0)
        print_wire(out, indent, verdict);
    else if (cut || is_long(verdict->request))
        fprintf(out, "%slengths   sent %zu, expected %zu, received %zu bytes\n", indent,
                verdict->request.length, verdict->expected.length, verdict->received.length);
}
