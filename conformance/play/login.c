/* SPDX-License-Identifier: MIT */
/* login.c - see login.h. protocol.txt: Authentication. */
#include "play/login.h"

#include "arena.h"
#include "play/actor.h"
#include "play/flow.h"
#include "play/inside.h"
#include "play/packet_bytes.h"
#include "play/packet_words.h"
#include "play/session.h"

#include <stdio.h>
#include <string.h>

enum { OPCODE_SASL_AUTH = 0x21 };

void login_append_text(const struct credentials *credentials, struct bytes *out) {
    char line[64];
    size_t length = strlen(credentials->user) + 1 + strlen(credentials->password);
    snprintf(line, sizeof line, "set auth 0 0 %zu\r\n", length);
    bytes_append(out, line, strlen(line));
    bytes_append(out, credentials->user, strlen(credentials->user));
    bytes_append(out, " ", 1);
    bytes_append(out, credentials->password, strlen(credentials->password));
    bytes_append(out, "\r\n", 2);
}

/* The mechanism is the key; the value is NUL, user, NUL, password. */
void login_append_packet(const struct credentials *credentials, struct bytes *out) {
    const struct scope nothing = {0}; /* no hole is in it */
    struct atom mechanism = {.kind = ATOM_LITERAL, .bytes = "PLAIN", .length = 5};
    struct atom parts[] = {
        {.kind = ATOM_LITERAL, .bytes = "", .length = 1},
        {.kind = ATOM_LITERAL, .bytes = credentials->user, .length = strlen(credentials->user) + 1},
        {.kind = ATOM_LITERAL,
         .bytes = credentials->password,
         .length = strlen(credentials->password)},
    };
    struct packet packet = {.opcode = OPCODE_SASL_AUTH};
    packet.fields[PACKET_KEY] = (struct text){&mechanism, 1};
    packet.fields[PACKET_VALUE] = (struct text){parts, 3};
    const char *problem;
    packet_render(&nothing, &packet, out, &problem);
}

static void send_login(struct exchange *exchange) {
    struct actor *actor = exchange->actor;
    struct bytes request = {0};
    if (actor->binary)
        login_append_packet(actor_target(actor)->credentials, &request);
    else
        login_append_text(actor_target(actor)->credentials, &request);
    transcript_note(exchange->play->transcript, actor->name, "the client sends user and password");
    actor->login = LOGIN_SENT;
    session_send(actor->session, request.data, request.length);
    bytes_free(&request);
}

/* How many bytes the whole reply has; 0: more must come. *accepted says whether it is a yes. */
static size_t read_reply(const struct actor *actor, bool *accepted) {
    static const char stored[] = "STORED\r\n";
    size_t length;
    const char *input = session_input(actor->session, &length);
    const char *newline = length > 0 ? memchr(input, '\n', length) : NULL;
    struct packet_view view;
    if (!actor->binary) {
        *accepted = length >= strlen(stored) && memcmp(input, stored, strlen(stored)) == 0;
        return newline ? (size_t)(newline - input) + 1 : 0;
    }
    if (!packet_view_read(input, length, &view) || !view.value)
        return 0;
    *accepted = view.numbers[PACKET_STATUS] == 0;
    return view.length;
}

bool login_is_done(struct exchange *exchange) {
    struct actor *actor = exchange->actor;
    const struct target *target = actor_target(actor);
    bool accepted = false;
    if (!target->credentials || actor->over == TRANSPORT_UDP || exchange->request.length == 0 ||
        actor->spoke || actor->login == LOGIN_DONE)
        return true;
    if (actor->binary &&
        target->barrier_request) /* who asks for a password in text knows no SASL */
        return true;
    if (actor->login == LOGIN_NONE)
        send_login(exchange);
    size_t length = read_reply(actor, &accepted);
    if (length == 0)
        return false;
    if (!accepted) {
        play_error(exchange->play, exchange->step,
                   arena_format(exchange->play->arena, "%s does not accept the user \"%s\"",
                                target->address->shown, target->credentials->user));
        return false;
    }
    session_consume(actor->session, length);
    actor->login = LOGIN_DONE;
    return true;
}
