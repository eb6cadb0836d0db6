/* SPDX-License-Identifier: MIT */
/* driver.c - one round of a race. See driver.h. */
#include "race/driver.h"

#include "arena.h"
#include "history/anomaly.h"
#include "history/draw.h"
#include "must.h"
#include "play/session.h"
#include "race/reply.h"
#include "reports/escape.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOGETHER_MAX = 4,   /* operations in one write */
    CROWD = 12,         /* operations at once on a key, above which every write has only one */
    CUTS_OF_A_KEY = 4,  /* operations that may have happened or not: they make a history wide */
    SPLIT_PERCENT = 10, /* of the writes that are sent in two pieces, */
    PAUSE_MS = 1,       /* with so much time between them */
    SHOWN_BYTES = 200   /* of a reply that is none */
};

struct client {
    struct driver *driver;
    unsigned number;
    struct session *session;
    size_t asked[TOGETHER_MAX]; /* operations of the last write, in its order */
    size_t asked_count, answered;
    bool silent[TOGETHER_MAX];
    struct bytes rest; /* of a request of which the beginning was sent */
    size_t deletes;    /* replies to the deletes at the end that have not come */
};

struct driver {
    struct arena *arena;
    struct driver_setup setup;
    driver_done *done;
    void *owner;
    struct client *clients;
    uint64_t stamp;
    size_t asked;
    unsigned *cuts; /* of each key */
    struct event *deadline, *finish, *go_on;
    enum driver_end end;
    const char *problem;
    bool cleaning, over;
};

static struct history_op *op_of(struct driver *driver, size_t index) {
    return &driver->setup.workload->history->ops[index];
}

/* ---- ends ---- */

static void on_finish(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct driver *driver = owner;
    driver->done(driver, driver->end, driver->problem, driver->owner);
}

static void finish(struct driver *driver, enum driver_end end, const char *problem) {
    if (driver->over)
        return;
    driver->over = true;
    driver->end = end;
    driver->problem = problem;
    event_active(driver->finish, EV_TIMEOUT, 0);
}

static const char *first_asked(const struct client *client) {
    struct driver *driver = client->driver;
    if (client->answered >= client->asked_count)
        return "delete";
    const struct history_op *op = op_of(driver, client->asked[client->answered]);
    return arena_format(driver->arena, "%s of session %s to %s",
                        anomaly_request(driver->arena, driver->setup.workload->history, op),
                        draw_session(driver->arena, client->number),
                        driver->setup.workload->names[op->key]);
}

static void tell_closed(struct client *client) {
    struct driver *driver = client->driver;
    finish(driver, DRIVER_CLOSED,
           client->answered == client->asked_count && client->deletes == 0
               ? "the target closed a connection on which nothing was asked"
               : arena_format(driver->arena,
                              "the target closed the connection before the reply to the %s",
                              first_asked(client)));
}

static void on_deadline(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct driver *driver = owner;
    for (unsigned i = 0; i < driver->setup.clients; i++) {
        const struct client *client = &driver->clients[i];
        if (session_state(client->session) == SESSION_CONNECTING)
            finish(driver, DRIVER_REFUSED,
                   arena_format(driver->arena, "no connection within %u ms",
                                driver->setup.timeout_ms));
        else if (client->answered < client->asked_count || client->deletes > 0)
            finish(driver, DRIVER_SILENT,
                   arena_format(driver->arena, "no reply within %u ms to the %s",
                                driver->setup.timeout_ms, first_asked(client)));
    }
}

static void arm(struct driver *driver) {
    unsigned ms = driver->setup.timeout_ms;
    struct timeval deadline = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000) * 1000};
    evtimer_add(driver->deadline, &deadline);
}

/* ---- asking ---- */

static bool is_idle(const struct client *client) {
    return session_state(client->session) == SESSION_OPEN &&
           client->answered == client->asked_count && client->deletes == 0;
}

static void on_session(struct session *session, void *owner);

/* Closes behind what was sent. The next connection is another session of the same client. */
static void cut(struct client *client) {
    struct driver *driver = client->driver;
    for (size_t i = 0; i < client->asked_count; i++) {
        struct history_op *op = op_of(driver, client->asked[i]);
        op->maybe = true;
        driver->cuts[op->key]++;
    }
    client->asked_count = client->answered = 0;
    session_close(client->session);
    client->session = session_open(driver->setup.hub, driver->setup.address, on_session, client);
}

/* One more operation of the group, into the history and as bytes. */
static void add_request(struct client *client, bool last, struct bytes *bytes) {
    struct driver *driver = client->driver;
    struct workload *workload = driver->setup.workload;
    struct history_op op = workload_draw(workload);
    op.call = driver->stamp++;
    op.back = HISTORY_OPEN;
    op.session = (uint16_t)client->number;
    bool silent = !last && workload_is_silent(workload, &op);
    workload_write(workload, &op, silent, bytes);
    client->silent[client->asked_count] = silent;
    client->asked[client->asked_count++] = history_add(workload->history, &op);
    driver->asked++;
}

static bool may_cut(const struct client *client) {
    struct driver *driver = client->driver;
    for (size_t i = 0; i < client->asked_count; i++) {
        unsigned key = op_of(driver, client->asked[i])->key, here = driver->cuts[key];
        for (size_t k = 0; k < client->asked_count; k++)
            here += op_of(driver, client->asked[k])->key == key;
        if (here > CUTS_OF_A_KEY)
            return false;
    }
    return dice_roll(&driver->setup.workload->dice, 100) < driver->setup.workload->mix.cut;
}

/* A request that ends too early must not happen, so that it is no part of the history. */
static void append_half(struct client *client, struct bytes *bytes) {
    struct workload *workload = client->driver->setup.workload;
    struct history_op op = workload_draw(workload);
    size_t whole = bytes->length;
    workload_write(workload, &op, false, bytes);
    bytes->length = whole + (size_t)dice_roll(&workload->dice, bytes->length - whole);
}

static void send_rest(struct client *client) {
    if (client->rest.length > 0)
        session_send(client->session, client->rest.data, client->rest.length);
    client->rest.length = 0;
}

/* Time has passed, or nothing else happens: what was begun is sent to its end. */
static void on_go_on(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct driver *driver = owner;
    for (unsigned i = 0; i < driver->setup.clients && !driver->over; i++)
        send_rest(&driver->clients[i]);
}

/* Sends all at once, or only the beginning while others go on. */
static void send_request(struct client *client, const struct bytes *bytes) {
    struct driver *driver = client->driver;
    struct dice *dice = &driver->setup.workload->dice;
    struct timeval pause = {0, PAUSE_MS * 1000};
    size_t now = bytes->length;
    if (dice_roll(dice, 100) < SPLIT_PERCENT)
        now = (size_t)dice_roll(dice, bytes->length);
    session_send(client->session, bytes->data, now);
    if (now == bytes->length)
        return;
    bytes_append(&client->rest, bytes->data + now, bytes->length - now);
    evtimer_add(driver->go_on, &pause);
}

/* The judge tries orders of what is under way at once: many sessions on few keys are enough. */
static bool is_crowded(const struct driver *driver) {
    size_t under_way = 0;
    for (unsigned i = 0; i < driver->setup.clients; i++)
        under_way += driver->clients[i].asked_count - driver->clients[i].answered;
    return under_way >= (size_t)CROWD * driver->setup.workload->keys;
}

static void ask(struct client *client) {
    struct driver *driver = client->driver;
    struct dice *dice = &driver->setup.workload->dice;
    size_t left = driver->setup.operations - driver->asked;
    size_t count = dice_roll(dice, 2) == 0 ? 1 : 1 + (size_t)dice_roll(dice, TOGETHER_MAX);
    struct bytes bytes = {0};
    client->asked_count = client->answered = 0;
    count = is_crowded(driver) ? 1 : count;
    count = count < left ? count : left;
    for (size_t i = 0; i < count; i++)
        add_request(client, i + 1 == count, &bytes);
    bool cuts = may_cut(client);
    if (cuts && dice_roll(dice, 2) == 0)
        append_half(client, &bytes);
    if (cuts)
        session_send(client->session, bytes.data, bytes.length);
    else
        send_request(client, &bytes);
    bytes_free(&bytes);
    if (cuts)
        cut(client);
    else if (session_state(client->session) != SESSION_OPEN)
        tell_closed(client);
}

/* ---- the end of the round ---- */

static void clean(struct driver *driver) {
    struct client *client = &driver->clients[0];
    const struct workload *workload = driver->setup.workload;
    driver->cleaning = true;
    for (unsigned key = 0; key < workload->keys; key++) {
        const char *request = arena_format(driver->arena, "delete %s\r\n", workload->names[key]);
        client->deletes++;
        session_send(client->session, request, strlen(request));
    }
}

static void continue_or_end(struct driver *driver) {
    for (unsigned i = 0; i < driver->setup.clients; i++)
        if (is_idle(&driver->clients[i]) && driver->asked < driver->setup.operations)
            ask(&driver->clients[i]);
    if (driver->asked < driver->setup.operations)
        return;
    for (unsigned i = 0; i < driver->setup.clients; i++)
        if (!is_idle(&driver->clients[i]))
            return;
    if (driver->cleaning)
        finish(driver, DRIVER_DONE, NULL);
    else
        clean(driver);
}

/* ---- replies ---- */

static void tell_wrong(struct client *client, const char *input, size_t size) {
    char shown[ESCAPE_SIZE_MIN * 4];
    escape_value(shown, sizeof shown, input, size < SHOWN_BYTES ? size : SHOWN_BYTES, ESCAPE_BYTES);
    finish(client->driver, DRIVER_WRONG,
           arena_format(client->driver->arena, "%s is no reply to the %s", shown,
                        first_asked(client)));
}

/* Takes one reply off; false when it is not whole or wrong. */
static bool take_reply(struct client *client) {
    struct driver *driver = client->driver;
    struct workload *workload = driver->setup.workload;
    size_t size, length, next = client->answered;
    const char *input = session_input(client->session, &size);
    while (client->silent[next])
        next++; /* the last of a write is never silent */
    struct history_op *op = op_of(driver, client->asked[next]);
    enum reply_state state =
        reply_read(workload->history->values, workload->names[op->key], input, size, op, &length);
    if (state == REPLY_BAD)
        tell_wrong(client, input, size);
    if (state != REPLY_WHOLE)
        return false;
    for (; client->answered <= next; client->answered++)
        op_of(driver, client->asked[client->answered])->back = driver->stamp++;
    workload_learn(workload, op);
    session_consume(client->session, length);
    return true;
}

/* Replies to the deletes at the end: a line each. */
static bool take_line(struct client *client) {
    size_t size;
    const char *input = session_input(client->session, &size);
    const char *end = memchr(input, '\n', size);
    if (!end)
        return false;
    session_consume(client->session, (size_t)(end - input) + 1);
    client->deletes--;
    return true;
}

static void take_replies(struct client *client) {
    size_t size;
    while (client->answered < client->asked_count)
        if (!take_reply(client))
            return;
    while (client->deletes > 0)
        if (!take_line(client))
            return;
    const char *input = session_input(client->session, &size);
    if (size > 0)
        tell_wrong(client, input, size);
}

static void on_session(struct session *session, void *owner) {
    struct client *client = owner;
    struct driver *driver = client->driver;
    if (driver->over || session != client->session)
        return;
    enum session_state state = session_state(session);
    if (state == SESSION_CONNECTING)
        return;
    if (state == SESSION_REFUSED) {
        finish(driver, DRIVER_REFUSED,
               arena_format(driver->arena, "no connection: %s", session_reason(session)));
        return;
    }
    arm(driver);
    take_replies(client);
    if (state != SESSION_OPEN && !driver->over)
        tell_closed(client);
    if (!driver->over)
        continue_or_end(driver);
}

/* ---- the life of a driver ---- */

struct driver *driver_start(struct arena *arena, const struct driver_setup *setup,
                            driver_done *done, void *owner) {
    struct driver *driver = must(calloc(1, sizeof *driver), "a race");
    struct event_base *base = hub_base(setup->hub);
    driver->arena = arena;
    driver->setup = *setup;
    driver->done = done;
    driver->owner = owner;
    driver->cuts = must(calloc(setup->workload->keys, sizeof *driver->cuts), "a race");
    driver->clients = must(calloc(setup->clients, sizeof *driver->clients), "a race");
    driver->deadline = must(evtimer_new(base, on_deadline, driver), "a race");
    driver->finish = must(evtimer_new(base, on_finish, driver), "a race");
    driver->go_on = must(evtimer_new(base, on_go_on, driver), "a race");
    for (unsigned i = 0; i < setup->clients; i++) {
        struct client *client = &driver->clients[i];
        client->driver = driver;
        client->number = i;
        client->session = session_open(setup->hub, setup->address, on_session, client);
    }
    arm(driver);
    return driver;
}

void driver_free(struct driver *driver) {
    for (unsigned i = 0; i < driver->setup.clients; i++) {
        session_close(driver->clients[i].session);
        bytes_free(&driver->clients[i].rest);
    }
    event_free(driver->deadline);
    event_free(driver->finish);
    event_free(driver->go_on);
    free(driver->clients);
    free(driver->cuts);
    free(driver);
}
