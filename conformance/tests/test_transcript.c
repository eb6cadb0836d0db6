/* SPDX-License-Identifier: MIT */
/* test_transcript.c - what is kept of what travelled, and what can be typed by hand. */
#include "play/transcript.h"

#include "arena.h"

#include "reports/check.h"

static struct arena *arena;

static void sent(struct transcript *transcript, const char *session, const char *bytes) {
    transcript_add(transcript, session, VERDICT_SENT, bytes, strlen(bytes));
}

static void received(struct transcript *transcript, const char *session, const char *bytes) {
    transcript_add(transcript, session, VERDICT_RECEIVED, bytes, strlen(bytes));
}

static void order_and_pieces(void) {
    struct transcript *transcript = transcript_new(arena);
    size_t count = 7;
    transcript_events(transcript, &count);
    CHECK_INT(count, 0, "nothing at first");
    sent(transcript, "A", "get k\r\n");
    sent(transcript, "A", "get k\r\n");
    received(transcript, "B", "EN");
    received(transcript, "B", "D\r\n"); /* within 2 ms, so on one line */
    transcript_note(transcript, "A", "closed");
    const struct verdict_event *events = transcript_events(transcript, &count);
    CHECK_INT(events[0].direction, VERDICT_SENT, "the first was sent");
    CHECK_TEXT(events[0].session, "A", "by A");
    CHECK(count == 4 || count == 5, "requests stay apart, pieces of a reply may join");
    if (count == 4)
        CHECK_BYTES(events[2].bytes.data, events[2].bytes.length, "END\r\n", 5, "and are whole");
    CHECK_INT(events[count - 1].direction, VERDICT_NOTE, "a note is the last");
    received(transcript, "A", "x");
    received(transcript, "B", "y");
    transcript_events(transcript, &count);
    CHECK(count >= 6, "replies of two sessions stay apart");
}

static void long_values(void) {
    struct transcript *transcript = transcript_new(arena);
    size_t size = 1 << 20, count, length;
    char *value = arena_alloc(arena, size);
    memset(value, 'x', size);
    transcript_add(transcript, "A", VERDICT_SENT, value, size);
    const struct verdict_event *events = transcript_events(transcript, &count);
    CHECK_INT(events[0].total, size, "the whole length is told");
    CHECK(events[0].bytes.length < 1000, "and only the beginning kept");
    CHECK(transcript_requests(transcript, "A", &length) == NULL, "nobody types a megabyte");
    transcript_add(transcript, "D", VERDICT_SENT, value, 500);
    CHECK(transcript_requests(transcript, "D", &length) == NULL, "nor what is not kept whole");
    sent(transcript, "B", "get k\r\n");
    const char *typed = transcript_requests(transcript, "B", &length);
    if (CHECK(typed != NULL, "another session can be typed"))
        CHECK_BYTES(typed, length, "get k\r\n", 7, "its own bytes");
    sent(transcript, "B", "get l\r\n");
    typed = transcript_requests(transcript, "B", &length);
    if (CHECK(typed != NULL, "and goes on"))
        CHECK_BYTES(typed, length, "get k\r\nget l\r\n", 14, "all its requests");
    CHECK(transcript_requests(transcript, "C", &length) == NULL, "who sent nothing types nothing");
}

static void many_events(void) {
    struct transcript *transcript = transcript_new(arena);
    size_t count, length;
    for (int i = 0; i < 10000; i++)
        sent(transcript, "A", arena_format(arena, "get %d\r\n", i));
    const struct verdict_event *events = transcript_events(transcript, &count);
    CHECK(count > 0 && count <= 100, "the last ones are shown");
    CHECK_BYTES(events[count - 1].bytes.data, events[count - 1].bytes.length, "get 9999\r\n", 10,
                "up to the very last");
    CHECK(transcript_requests(transcript, "A", &length) == NULL, "nobody types 10000 lines");
}

int main(void) {
    arena = arena_new();
    order_and_pieces();
    long_values();
    many_events();
    arena_free(arena);
    return check_finish();
}
