/* SPDX-License-Identifier: MIT */
/* deletes.h - a batch of deletes, as lines or as packets, and what came of it. Pure functions of
 * the bytes; cleaner.c sends and receives them. protocol.txt: Deletion; protocol-binary.txt: 4.4.
 */
#pragma once

#include "play/keys.h"
#include "play/vars.h"

struct deletes {
    bool packets;
    size_t count;    /* of deletes */
    size_t controls; /* of those, with control characters: who refuses them holds none */
    size_t gone;     /* answered: not there any more */
};

/* Can a line carry the key as it is? */
bool deletes_has_line(const struct key *key);

/* Appends a delete. A key that no line can carry goes in base64, as only a meta command has brought
 * it to a target without packets. */
void deletes_add(struct deletes *deletes, const struct key *key, struct bytes *request);

/* Appends what is answered last: the barrier, or a noop. */
void deletes_end(const struct deletes *deletes, const char *barrier_request, struct bytes *request);

/* True when the last answer has come; deletes->gone is known then. */
bool deletes_are_answered(struct deletes *deletes, const char *input, size_t length,
                          const char *barrier_reply);
