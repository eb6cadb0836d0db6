/* SPDX-License-Identifier: MIT */
/* cleaner.c - deletes the keys of a run. See cleaner.h; leave.c starts one a target.
 *
 * Deletes leave in batches, pipelined, with a command behind each whose reply tells that the batch
 * is answered. Lines come first; what no line can carry, or a target that answers packets only
 * wants, goes in packets over a second connection. Replies are read leniently, as this is no test.
 */
#include "run/cleaner.h"

#include "arena.h"
#include "play/exchange.h"
#include "play/keys.h"
#include "play/login.h"
#include "play/session.h"
#include "run/deletes.h"

#include <assert.h>
#include <event2/event.h>

enum { BATCH_KEYS = 100 };

struct cleaner {
    struct hub *hub;
    struct arena *arena;
    struct target *target;
    struct session *session;
    struct event *finish; /* by the deadline, or made active when all is said */
    const struct key *keys;
    size_t count, next; /* of keys: all, the next one to be looked at */
    bool packets;       /* how they are deleted on this connection */
    bool greeted;       /* the login, if one is asked for, has left */
    struct deletes batch;
    size_t gone; /* DELETED, or NOT_FOUND */
    bool over;   /* `done` was called; whatever the target does then is nothing to us */
    cleaner_done *done;
    void *owner;
};

static void on_finish(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct cleaner *cleaner = owner;
    cleaner->over = true;
    const char *problem = NULL;
    size_t left = cleaner->count - cleaner->gone;
    if (left > 0 && session_state(cleaner->session) != SESSION_REFUSED)
        problem =
            arena_format(cleaner->arena,
                         "%zu key%s of this run may be left on %s: \"delete\" was not answered "
                         "with DELETED or NOT_FOUND",
                         left, left == 1 ? "" : "s", cleaner->target->address->shown);
    cleaner->done(cleaner->target, problem, cleaner->owner);
}

/* Lines serve everybody who answers them; a key that they cannot carry needs packets. */
static bool goes_now(const struct cleaner *cleaner, const struct key *key) {
    const struct target *target = cleaner->target;
    bool by_packet =
        target->binary_only || (target->offers[CAPABILITY_binary] && !deletes_has_line(key));
    return by_packet == cleaner->packets;
}

static void send_batch(struct cleaner *cleaner) {
    const struct target *target = cleaner->target;
    struct bytes request = {0};
    if (!cleaner->greeted && target->credentials && cleaner->packets)
        login_append_packet(target->credentials, &request);
    else if (!cleaner->greeted && target->credentials)
        login_append_text(target->credentials, &request);
    cleaner->greeted = true;
    cleaner->batch = (struct deletes){.packets = cleaner->packets};
    while (cleaner->next < cleaner->count && cleaner->batch.count < BATCH_KEYS) {
        const struct key *key = &cleaner->keys[cleaner->next++];
        if (goes_now(cleaner, key))
            deletes_add(&cleaner->batch, key, &request);
    }
    deletes_end(&cleaner->batch, target->barrier_request, &request);
    session_send(cleaner->session, request.data, request.length);
    bytes_free(&request);
}

static void on_session(struct session *session, void *owner);

/* Every key was looked at: once more for the other way, or the end. */
static void go_on(struct cleaner *cleaner) {
    bool more = !cleaner->packets && cleaner->target->offers[CAPABILITY_binary] &&
                cleaner->gone < cleaner->count;
    if (!more) {
        event_active(cleaner->finish, EV_TIMEOUT, 0);
        return;
    }
    session_close(cleaner->session);
    cleaner->packets = true;
    cleaner->greeted = false;
    cleaner->next = 0;
    cleaner->session = session_open(cleaner->hub, cleaner->target->address, on_session, cleaner);
}

static void on_session(struct session *session, void *owner) {
    struct cleaner *cleaner = owner;
    size_t length;
    if (cleaner->over || session_state(session) == SESSION_CONNECTING)
        return;
    const char *input = session_input(session, &length);
    bool ready = !cleaner->greeted || deletes_are_answered(&cleaner->batch, input, length,
                                                           cleaner->target->barrier_reply);
    if (ready && cleaner->greeted) {
        cleaner->gone += cleaner->batch.gone;
        session_consume(session, length);
    }
    if (session_state(session) != SESSION_OPEN)
        event_active(cleaner->finish, EV_TIMEOUT, 0);
    else if (ready && cleaner->next == cleaner->count)
        go_on(cleaner);
    else if (ready)
        send_batch(cleaner);
}

struct cleaner *cleaner_start(struct hub *hub, struct arena *arena, struct target *target,
                              unsigned timeout_ms, cleaner_done *done, void *owner) {
    struct cleaner *cleaner = arena_alloc(arena, sizeof *cleaner);
    struct timeval deadline = {(time_t)(timeout_ms / 1000),
                               (suseconds_t)(timeout_ms % 1000) * 1000};
    *cleaner = (struct cleaner){.hub = hub,
                                .arena = arena,
                                .target = target,
                                .packets = target->binary_only,
                                .done = done,
                                .owner = owner};
    cleaner->keys = keys_list(target->keys, &cleaner->count);
    cleaner->finish = evtimer_new(hub_base(hub), on_finish, cleaner);
    assert(cleaner->finish);
    evtimer_add(cleaner->finish, &deadline);
    cleaner->session = session_open(hub, target->address, on_session, cleaner);
    return cleaner;
}

void cleaner_stop(struct cleaner *cleaner) {
    session_close(cleaner->session);
    event_free(cleaner->finish);
}
