/* SPDX-License-Identifier: MIT */
/* transcript.h - what travelled, when, on which session; kept for the case that a play fails.
 * Long values are kept by their beginning only, so that a play of megabytes stays small. */
#pragma once

#include "reports/verdict.h"

#include <stddef.h>

struct arena;
struct transcript;

struct transcript *transcript_new(struct arena *arena);

/* `session` must live as long as the transcript. */
void transcript_add(struct transcript *transcript, const char *session,
                    enum verdict_direction direction, const char *bytes, size_t length);
void transcript_note(struct transcript *transcript, const char *session, const char *note);

/* Milliseconds since it was made. */
unsigned transcript_ms(const struct transcript *transcript);

/* The events to show: all, or the last ones when there are very many; packets are told in words.
 * *count receives how many. */
const struct verdict_event *transcript_events(struct transcript *transcript, size_t *count);

/* Every request sent on `session` so far, as it left. NULL when too long to be typed by hand. */
const char *transcript_requests(const struct transcript *transcript, const char *session,
                                size_t *length);
