/* SPDX-License-Identifier: MIT */
/* barrier.c - see barrier.h. */
#include "play/barrier.h"

#include "arena.h"
#include "language/packet.h"
#include "play/play.h"

#include <string.h>

enum { OPCODE_NOOP = 0x0a };

/* noop with an opaque that no step uses: "barr". */
static const struct atom opaque_atom = {.kind = ATOM_LITERAL, .bytes = "1650553458", .length = 10};
static const struct packet noop_packet = {
    .opcode = OPCODE_NOOP,
    .written = {[PACKET_OPAQUE] = true},
    .fields = {[PACKET_OPAQUE] = {(struct atom *)&opaque_atom, 1}},
};

bool barrier_exists(const struct actor *actor) {
    return actor->binary || actor_target(actor)->barrier_request != NULL;
}

void barrier_append(const struct actor *actor, struct bytes *request) {
    const char *command = actor_target(actor)->barrier_request;
    struct scope scope = play_scope(actor->play, actor->name);
    const struct atom noop = {.kind = ATOM_PACKET, .packet = &noop_packet};
    const char *problem;
    if (actor->binary)
        vars_render_atom(&scope, &noop, request, &problem);
    else
        bytes_append(request, command, strlen(command));
}

struct expectation *barrier_expectation(const struct actor *actor) {
    struct arena *arena = actor->play->arena;
    const char *reply = actor_target(actor)->barrier_reply;
    struct scope scope = play_scope(actor->play, actor->name);
    struct atom noop = {.kind = ATOM_PACKET, .packet = &noop_packet};
    struct alternative alternative = {NULL, {&noop, 1}};
    struct pattern pattern = {&alternative, 1};
    const char *problem;
    if (actor->binary)
        return expectation_new(arena, &pattern, &scope, &problem);
    return expectation_of_bytes(arena, reply, strlen(reply));
}

size_t barrier_reply_length(const struct actor *actor) {
    return actor->binary ? PACKET_HEADER_SIZE : strlen(actor_target(actor)->barrier_reply);
}
