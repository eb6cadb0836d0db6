/* SPDX-License-Identifier: MIT */
/* transcript.c - see transcript.h. A line:
 *
 *   0.001 s  A  sent      get k\r\n
 *
 * The time stands first, so that a line always begins with a digit: in a YAML block a leading
 * blank would set the indent, and a session called "..." would end the document for tappy. */
#include "transcript.h"

#include "escape.h"

#include <string.h>

enum {
    FIRST_LINES = 16, /* kept at the beginning of a long transcript: how it was set up */
    LAST_LINES = 32,  /* kept at its end: how it went wrong */
    TEXT_SIZE = 121,
    WORDS_SIZE = 161, /* a packet in words is longer than its bytes */
    SESSION_SIZE = ESCAPE_SIZE_MIN,
};

static void session_name(char name[SESSION_SIZE], const struct verdict_event *event) {
    escape_text(name, SESSION_SIZE, event->session);
    if (name[0] == '\0')
        memcpy(name, "-", 2);
}

static bool is_left_out(size_t index, size_t count) {
    return count > FIRST_LINES + LAST_LINES && index >= FIRST_LINES && index < count - LAST_LINES;
}

/* Columns of the widest session name among the lines that are shown. */
static int session_columns(const struct verdict *verdict) {
    size_t widest = 1;
    for (size_t i = 0; i < verdict->event_count; i++) {
        char name[SESSION_SIZE];
        if (is_left_out(i, verdict->event_count))
            continue;
        session_name(name, &verdict->events[i]);
        if (strlen(name) > widest)
            widest = strlen(name);
    }
    return (int)widest;
}

static void print_event(FILE *out, const struct verdict_event *event) {
    char text[WORDS_SIZE];
    const struct verdict_bytes *bytes = &event->bytes;
    if (event->direction == VERDICT_NOTE) {
        escape_value(text, TEXT_SIZE, bytes->data, bytes->length, ESCAPE_TEXT);
        fprintf(out, "%s\n", text);
        return;
    }
    if (event->words)
        escape_value(text, WORDS_SIZE, event->words, strlen(event->words), ESCAPE_BYTES);
    else
        escape_beginning(text, TEXT_SIZE, bytes->data, bytes->length, event->total);
    fprintf(out, "%-8s  %s\n", event->direction == VERDICT_SENT ? "sent" : "received", text);
}

void transcript_print(FILE *out, const char *indent, const struct verdict *verdict) {
    int columns = session_columns(verdict);
    for (size_t i = 0; i < verdict->event_count; i++) {
        const struct verdict_event *event = &verdict->events[i];
        char name[SESSION_SIZE];
        if (is_left_out(i, verdict->event_count)) {
            if (i == FIRST_LINES)
                fprintf(out, "%s(%zu lines left out)\n", indent,
                        verdict->event_count - FIRST_LINES - LAST_LINES);
            continue;
        }
        session_name(name, event);
        fprintf(out, "%s%u.%03u s  %-*s  ", indent, event->at_ms / 1000, event->at_ms % 1000,
                columns, name);
        print_event(out, event);
    }
}
