/* SPDX-License-Identifier: MIT */
/* doubt.c - a play is over: has it killed a server? See stage.h.
 *
 * The connections of a process end a little before the process itself, and on a machine with much
 * to do a crash takes its time. So where a connection ended, and a death is possible, it is looked
 * for a while before anybody is judged. Where others wait for the server it is asked after the
 * first look: one that answers a new connection then has not died. */
#include "run/stage.h"

#include "play/start_line.h"

#include <event2/event.h>

enum {
    LOOK_MS = 30,   /* between two looks */
    DOUBT_MS = 300, /* so long is looked */
};

struct server *slot_dead_server(const struct slot *slot) {
    for (size_t i = 0; i < slot->target_count; i++) {
        struct target *target = slot->targets[i];
        if (target->server && !target->down && !server_alive(target->server))
            return target->server;
    }
    return NULL;
}

void doubt_end(struct slot *slot) {
    session_close(slot->question);
    slot->question = NULL;
    if (slot->look)
        event_free(slot->look);
    slot->look = NULL;
}

static void conclude(struct slot *slot) {
    doubt_end(slot);
    slot_conclude(slot);
}

/* ---- the question ---- */

/* A request that a server answers though nobody has logged in: text, or a packet. */
static void ask(struct slot *slot) {
    static const char text[] = "version\r\n", packet[24] = {(char)0x80, 0x0b};
    const struct scenario *scenario = slot->entry->scenario;
    bool packets = slot->targets[0]->binary_only ||
                   (scenario->options && start_options_have(scenario->options, 'S'));
    slot->asked = true;
    session_send(slot->question, packets ? packet : text,
                 packets ? sizeof packet : sizeof text - 1);
}

/* Over TLS the handshake alone is an answer. */
static void on_answer(struct session *session, void *owner) {
    struct slot *slot = owner;
    size_t length;
    session_input(session, &length);
    bool open = session_state(session) == SESSION_OPEN;
    if (length > 0 || (open && slot->targets[0]->over[TRANSPORT_TLS]))
        conclude(slot);
    else if (open && !slot->asked)
        ask(slot);
}

/* Of several servers nobody knows which one to ask. */
static void question(struct slot *slot) {
    const struct target *target = slot->targets[0];
    const struct address *tls = target->over[TRANSPORT_TLS];
    if (slot->entry->mode == PLAN_IN_TURN && slot->target_count == 1 && !slot->question)
        slot->question =
            session_open(slot->runner->hub, tls ? tls : target->address, on_answer, slot);
}

/* ---- looking ---- */

static void look_again(struct slot *slot) {
    struct timeval pause = {0, LOOK_MS * 1000};
    int limit_ms = slot->entry->scenario->ends ? ENDING_MS : DOUBT_MS;
    if (slot_dead_server(slot) || slot->doubted_ms >= limit_ms ||
        evtimer_add(slot->look, &pause) != 0)
        conclude(slot);
}

static void on_look(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct slot *slot = owner;
    slot->doubted_ms += LOOK_MS;
    question(slot);
    look_again(slot);
}

void doubt_begin(struct slot *slot) {
    slot->doubted_ms = 0;
    slot->asked = false;
    slot->look = evtimer_new(slot->runner->base, on_look, slot);
    look_again(slot);
}
