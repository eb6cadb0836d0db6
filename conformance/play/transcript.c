/* SPDX-License-Identifier: MIT */
/* transcript.c - the record of a play. See transcript.h. */
#include "play/transcript.h"

#include "arena.h"
#include "play/packet_words.h"

#include <string.h>
#include <time.h>

enum {
    KEPT_BYTES = 400,   /* of one event */
    SHOWN_EVENTS = 40,  /* in a verdict */
    TYPED_BYTES = 1500, /* a request longer than this is not typed by hand */
};

struct transcript {
    struct arena *arena;
    struct timespec begin;
    struct verdict_event *events;
    size_t count;
};

struct transcript *transcript_new(struct arena *arena) {
    struct transcript *transcript = arena_alloc(arena, sizeof *transcript);
    transcript->arena = arena;
    clock_gettime(CLOCK_MONOTONIC, &transcript->begin);
    return transcript;
}

unsigned transcript_ms(const struct transcript *transcript) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)((now.tv_sec - transcript->begin.tv_sec) * 1000 +
                      (now.tv_nsec - transcript->begin.tv_nsec) / 1000000);
}

/* More of a reply that is already being told: the pieces belong on one line. */
static bool joins_last(const struct transcript *transcript, const char *session,
                       enum verdict_direction direction) {
    if (transcript->count == 0 || direction != VERDICT_RECEIVED)
        return false;
    const struct verdict_event *last = &transcript->events[transcript->count - 1];
    return last->direction == VERDICT_RECEIVED && strcmp(last->session, session) == 0 &&
           transcript_ms(transcript) - last->at_ms < 2;
}

static void event_extend(struct arena *arena, struct verdict_event *event, const char *bytes,
                         size_t length) {
    size_t room = KEPT_BYTES - event->bytes.length;
    size_t kept = length < room ? length : room;
    if (kept > 0) {
        char *joined = arena_alloc(arena, event->bytes.length + kept + 1);
        if (event->bytes.length > 0)
            memcpy(joined, event->bytes.data, event->bytes.length);
        memcpy(joined + event->bytes.length, bytes, kept);
        event->bytes.data = joined;
        event->bytes.length += kept;
    }
    event->total += length;
}

void transcript_add(struct transcript *transcript, const char *session,
                    enum verdict_direction direction, const char *bytes, size_t length) {
    if (!joins_last(transcript, session, direction)) {
        transcript->events = arena_grow(transcript->arena, transcript->events, transcript->count,
                                        sizeof *transcript->events);
        struct verdict_event *event = &transcript->events[transcript->count++];
        event->at_ms = transcript_ms(transcript);
        event->session = session;
        event->direction = direction;
        event->bytes.data = "";
    }
    event_extend(transcript->arena, &transcript->events[transcript->count - 1], bytes, length);
}

void transcript_note(struct transcript *transcript, const char *session, const char *note) {
    transcript_add(transcript, session, VERDICT_NOTE, note, strlen(note));
}

/* Packets in words; of a long one the header alone is kept, and that is what is told. */
static void event_tell(struct arena *arena, struct verdict_event *event) {
    struct bytes words = {0};
    size_t nowhere;
    if (event->direction == VERDICT_NOTE || event->bytes.length < PACKET_HEADER_SIZE ||
        !packet_begins(event->bytes.data, event->bytes.length))
        return;
    packet_words(event->bytes.data, event->bytes.length, 0, PACKET_MAGIC, &words, &nowhere);
    event->words = arena_string(arena, words.data);
    bytes_free(&words);
}

const struct verdict_event *transcript_events(struct transcript *transcript, size_t *count) {
    size_t first = transcript->count > SHOWN_EVENTS ? transcript->count - SHOWN_EVENTS : 0;
    *count = transcript->count - first;
    for (size_t i = first; i < transcript->count; i++)
        event_tell(transcript->arena, &transcript->events[i]);
    return transcript->events ? transcript->events + first : NULL;
}

const char *transcript_requests(const struct transcript *transcript, const char *session,
                                size_t *length) {
    char *typed = arena_alloc(transcript->arena, TYPED_BYTES + 1);
    *length = 0;
    for (size_t i = 0; i < transcript->count; i++) {
        const struct verdict_event *event = &transcript->events[i];
        if (event->direction != VERDICT_SENT || strcmp(event->session, session) != 0)
            continue;
        if (event->total > event->bytes.length || *length + event->total > TYPED_BYTES)
            return NULL;
        memcpy(typed + *length, event->bytes.data, event->bytes.length);
        *length += event->bytes.length;
    }
    return *length > 0 ? typed : NULL;
}
