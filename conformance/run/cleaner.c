/* SPDX-License-Identifier: MIT */
/* cleaner.c - deletes the keys of a run. See cleaner.h; stage.c starts one a target.
 *
 * Deletes leave in batches, pipelined, with the target's barrier command behind each: when its
 * reply has come, the batch is answered. Replies are read leniently, as this is no test. */
#include "run/cleaner.h"

#include "arena.h"
#include "play/exchange.h"
#include "play/keys.h"
#include "play/login.h"
#include "play/session.h"

#include <assert.h>
#include <event2/event.h>
#include <openssl/evp.h>
#include <string.h>

enum { BATCH_KEYS = 100, KEY_BYTES = 250 /* at most, of a noted key */ };

struct cleaner {
    struct arena *arena;
    struct target *target;
    struct session *session;
    struct event *finish; /* by the deadline, or made active when all is said */
    const char *const *keys;
    size_t count, next, batch; /* of keys: all, not sent yet, under way */
    size_t controls; /* of the batch, with control characters: who refuses those holds none */
    size_t gone;     /* DELETED, or NOT_FOUND */
    cleaner_done *done;
    void *owner;
};

static void tell_left(struct cleaner *cleaner, size_t left, const char *why) {
    const char *problem =
        arena_format(cleaner->arena, "%zu key%s of this run may be left on %s: %s", left,
                     left == 1 ? "" : "s", cleaner->target->address->shown, why);
    cleaner->done(cleaner->target, problem, cleaner->owner);
}

static void on_finish(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct cleaner *cleaner = owner;
    size_t left = cleaner->count - cleaner->gone;
    bool reached = session_state(cleaner->session) != SESSION_REFUSED;
    if (cleaner->target->binary_only)
        tell_left(cleaner, left, "it answers packets only, and they are deleted by lines");
    else if (left > 0 && reached)
        tell_left(cleaner, left, "\"delete\" was not answered with DELETED or NOT_FOUND");
    else
        cleaner->done(cleaner->target, NULL, cleaner->owner);
}

static void finish(struct cleaner *cleaner) {
    event_active(cleaner->finish, EV_TIMEOUT, 0);
}

/* A key that no line can carry goes in base64, as the meta command has brought it. */
static void append_delete(struct bytes *request, const char *key) {
    size_t length = strlen(key);
    if (!strpbrk(key, " \r\n")) {
        bytes_append(request, "delete ", 7);
        bytes_append(request, key, length);
        bytes_append(request, "\r\n", 2);
        return;
    }
    unsigned char coded[(KEY_BYTES + 2) / 3 * 4 + 1];
    int size = EVP_EncodeBlock(coded, (const unsigned char *)key, (int)length);
    bytes_append(request, "md ", 3);
    bytes_append(request, coded, (size_t)size);
    bytes_append(request, " b\r\n", 4);
}

static bool has_control(const char *key) {
    while (*key && (unsigned char)*key >= ' ' && *key != 0x7f)
        key++;
    return *key != '\0';
}

static void send_batch(struct cleaner *cleaner) {
    struct bytes request = {0};
    size_t left = cleaner->count - cleaner->next;
    if (cleaner->next == 0 && cleaner->target->credentials)
        login_append_text(cleaner->target->credentials, &request);
    cleaner->batch = left < BATCH_KEYS ? left : BATCH_KEYS;
    cleaner->controls = 0;
    for (size_t i = 0; i < cleaner->batch; i++) {
        const char *key = cleaner->keys[cleaner->next++];
        append_delete(&request, key);
        cleaner->controls += has_control(key);
    }
    const char *barrier = cleaner->target->barrier_request;
    bytes_append(&request, barrier, strlen(barrier));
    session_send(cleaner->session, request.data, request.length);
    bytes_free(&request);
}

static size_t count_lines(const char *input, size_t length, const char *line) {
    size_t count = 0, line_length = strlen(line);
    for (size_t at = 0; at + line_length <= length; at++)
        if ((at == 0 || input[at - 1] == '\n') && memcmp(input + at, line, line_length) == 0)
            count++;
    return count;
}

/* True when the last line that came is the barrier's reply: the batch is answered. */
static bool batch_is_answered(struct cleaner *cleaner) {
    const char *barrier = cleaner->target->barrier_reply;
    size_t length, tail = strlen(barrier);
    const char *input = session_input(cleaner->session, &length);
    if (length < tail || memcmp(input + length - tail, barrier, tail) != 0)
        return false;
    size_t gone = count_lines(input, length, "DELETED\r\n") +
                  count_lines(input, length, "NOT_FOUND\r\n") +
                  count_lines(input, length, "HD\r\n") + count_lines(input, length, "NF\r\n");
    size_t refused =
        count_lines(input, length, "CLIENT_ERROR") + count_lines(input, length, "ERROR");
    gone += refused < cleaner->controls ? refused : cleaner->controls;
    cleaner->gone += gone < cleaner->batch ? gone : cleaner->batch;
    cleaner->batch = 0;
    session_consume(cleaner->session, length);
    return true;
}

static void on_session(struct session *session, void *owner) {
    struct cleaner *cleaner = owner;
    if (session_state(session) == SESSION_CONNECTING)
        return;
    if (cleaner->target->binary_only) {
        finish(cleaner);
        return;
    }
    bool ready = cleaner->batch == 0 || batch_is_answered(cleaner);
    if (session_state(session) != SESSION_OPEN || (ready && cleaner->next == cleaner->count))
        finish(cleaner);
    else if (ready)
        send_batch(cleaner);
}

struct cleaner *cleaner_start(struct hub *hub, struct arena *arena, struct target *target,
                              unsigned timeout_ms, cleaner_done *done, void *owner) {
    struct cleaner *cleaner = arena_alloc(arena, sizeof *cleaner);
    struct timeval deadline = {(time_t)(timeout_ms / 1000),
                               (suseconds_t)(timeout_ms % 1000) * 1000};
    *cleaner = (struct cleaner){.arena = arena, .target = target, .done = done, .owner = owner};
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
