/* SPDX-License-Identifier: MIT */
/* barrier.c - see barrier.h. */
#include "play/barrier.h"

#include "language/packet.h"
#include "play/actor.h"
#include "play/flow.h"
#include "play/inside.h"

#include <string.h>

enum { OPCODE_NOOP = 0x0a };

/* noop with an opaque that no step uses: "barr". */
static const struct atom opaque_atom = {.kind = ATOM_LITERAL, .bytes = "1650553458", .length = 10};
static const struct packet noop_packet = {
    .opcode = OPCODE_NOOP,
    .written = {[PACKET_OPAQUE] = true},
    .fields = {[PACKET_OPAQUE] = {(struct atom *)&opaque_atom, 1}},
};

/* A message of one datagram, with a request id that no step uses: "ba". */
static const char frame[FRAME_SIZE] = {'b', 'a', 0, 0, 0, 1, 0, 0};

bool barrier_exists(const struct actor *actor) {
    return actor->binary || actor_target(actor)->barrier_request != NULL;
}

void barrier_append(const struct actor *actor, struct bytes *request) {
    const char *command = actor_target(actor)->barrier_request;
    struct scope scope = play_scope(actor->play, actor->name);
    const struct atom noop = {.kind = ATOM_PACKET, .packet = &noop_packet};
    const char *problem;
    if (actor->over == TRANSPORT_UDP)
        bytes_append(request, frame, sizeof frame);
    if (actor->binary)
        vars_render_atom(&scope, &noop, request, &problem);
    else
        bytes_append(request, command, strlen(command));
}

struct expectation *barrier_expectation(const struct actor *actor) {
    struct arena *arena = actor->play->arena;
    const char *reply = actor_target(actor)->barrier_reply, *problem;
    struct scope scope = play_scope(actor->play, actor->name);
    struct atom noop = {.kind = ATOM_PACKET, .packet = &noop_packet};
    struct alternative alternative = {NULL, {&noop, 1}};
    struct pattern pattern = {&alternative, 1};
    if (actor->binary)
        return expectation_new(arena, &pattern, &scope, &problem);
    struct bytes bytes = {0};
    if (actor->over == TRANSPORT_UDP)
        bytes_append(&bytes, frame, sizeof frame);
    bytes_append(&bytes, reply, strlen(reply));
    struct expectation *expectation = expectation_of_bytes(arena, bytes.data, bytes.length);
    bytes_free(&bytes);
    return expectation;
}

size_t barrier_reply_length(const struct actor *actor) {
    if (actor->binary)
        return PACKET_HEADER_SIZE;
    size_t header = actor->over == TRANSPORT_UDP ? FRAME_SIZE : 0;
    return header + strlen(actor_target(actor)->barrier_reply);
}
