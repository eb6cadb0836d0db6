/* SPDX-License-Identifier: MIT */
/* script.h - bytes in the notation of scenarios, as JSON: text, holes, and parts for what text
 * cannot carry. See "Bytes" in scenarios/README.md. */
#pragma once

#include "play/vars.h"
#include "requests/request.h"

/* Parts that are being written. Zeroed at first; freed by script_free. */
struct script {
    struct bytes parts; /* finished ones, with ", " between */
    struct bytes text;  /* of the string that is being written, escaped */
    unsigned count;
};

/* Appends bytes that travel as they are. */
void script_bytes(struct script *script, struct slice bytes);

/* The same for a value: as hex in one piece when much of it is no text. */
void script_value(struct script *script, struct slice value);

/* Appends a hole, such as {key:stock} or {u64}. */
void script_hole(struct script *script, const char *hole);

/* Appends a part that is no string: a JSON object. */
void script_part(struct script *script, const char *json);

/* The whole as a JSON value: a string, one part, or a list. Appends it to `out` and begins anew. */
void script_take(struct script *script, struct bytes *out);

void script_free(struct script *script);
