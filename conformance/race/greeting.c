/* SPDX-License-Identifier: MIT */
/* greeting.c - one get and its END. See greeting.h. */
#include "race/greeting.h"

#include "arena.h"
#include "must.h"
#include "play/session.h"
#include "reports/escape.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

static const char request[] = "get mctap-race-nobody-has-this-key\r\n", reply[] = "END\r\n";

struct greeting {
    struct arena *arena;
    const struct address *address;
    unsigned timeout_ms;
    greeting_done *done;
    void *owner;
    struct session *session;
    struct event *deadline, *finish;
    const char *problem;
    bool over;
};

static void on_finish(evutil_socket_t socket, short what, void *owner) {
    struct greeting *greeting = owner;
    (void)socket;
    (void)what;
    greeting->done(greeting->problem, greeting->owner);
}

static void finish(struct greeting *greeting, const char *problem) {
    if (greeting->over)
        return;
    greeting->over = true;
    greeting->problem = problem;
    event_active(greeting->finish, EV_TIMEOUT, 0);
}

/* "END" and nothing else, or the beginning of it. */
static void on_session(struct session *session, void *owner) {
    struct greeting *greeting = owner;
    struct arena *arena = greeting->arena;
    const char *shown = greeting->address->shown;
    char bytes[ESCAPE_SIZE_MIN];
    size_t size;
    if (session != greeting->session)
        return; /* still inside session_open() */
    const char *input = session_input(session, &size);
    enum session_state state = session_state(session);
    if (state == SESSION_REFUSED)
        finish(greeting,
               arena_format(arena, "no connection to %s: %s", shown, session_reason(session)));
    else if (size >= sizeof reply || memcmp(input, reply, size) != 0) {
        escape_value(bytes, sizeof bytes, input, size, ESCAPE_BYTES);
        finish(greeting, arena_format(arena,
                                      "%s answers \"get\" not with END, as a memcached does that "
                                      "has no such key, but with %s",
                                      shown, bytes));
    } else if (size == strlen(reply))
        finish(greeting, NULL);
    else if (state != SESSION_CONNECTING && state != SESSION_OPEN)
        finish(greeting,
               arena_format(arena, "%s closes the connection instead of answering \"get\"", shown));
}

static void on_deadline(evutil_socket_t socket, short what, void *owner) {
    struct greeting *greeting = owner;
    (void)socket;
    (void)what;
    bool connecting = session_state(greeting->session) == SESSION_CONNECTING;
    finish(greeting,
           arena_format(greeting->arena, "%s %s within %u ms (--timeout)", greeting->address->shown,
                        connecting ? "takes no connection" : "does not answer \"get\"",
                        greeting->timeout_ms));
}

struct greeting *greeting_start(struct arena *arena, struct hub *hub, const struct address *address,
                                unsigned timeout_ms, greeting_done *done, void *owner) {
    struct greeting *greeting = must(calloc(1, sizeof *greeting), "a race");
    struct timeval limit = {(time_t)(timeout_ms / 1000), (suseconds_t)(timeout_ms % 1000) * 1000};
    *greeting = (struct greeting){
        .arena = arena, .address = address, .timeout_ms = timeout_ms, .done = done, .owner = owner};
    greeting->deadline = evtimer_new(hub_base(hub), on_deadline, greeting);
    greeting->finish = evtimer_new(hub_base(hub), on_finish, greeting);
    evtimer_add(greeting->deadline, &limit);
    greeting->session = session_open(hub, address, on_session, greeting);
    session_send(greeting->session, request, strlen(request));
    return greeting;
}

void greeting_free(struct greeting *greeting) {
    if (!greeting)
        return;
    session_close(greeting->session);
    event_free(greeting->deadline);
    event_free(greeting->finish);
    free(greeting);
}
