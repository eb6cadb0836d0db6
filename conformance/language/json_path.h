/* SPDX-License-Identifier: MIT */
/* json_path.h - the way from the root of a JSON document to a place in it, for messages. */
#pragma once

struct arena;

/* "$.scenarios[3].steps[2].expect" for the value or key that begins at, or around, `place`, which
 * points into the document at `document`. Reads no byte behind the key at `place` but a NUL, and
 * needs no good document: of what is no JSON it tells the way as far as there is one. */
const char *json_path(struct arena *arena, const char *document, const char *place);
