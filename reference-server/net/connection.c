/* SPDX-License-Identifier: MIT */
/* connection.c - one client: bytes in, requests answered in order, bytes out; see net/connection.h.
 *
 * One turn of a connection: receive, deal with every complete request, send once. The replies of
 * a turn collect in `out`, so a pipeline of requests costs one send.
 * Exactly one event is armed. Normally that is `readable`. If the kernel takes no more bytes the
 * connection waits for `writable` instead and reads nothing, so a client that does not read its
 * answers cannot make the server hold more than one block of them and one value. A connection
 * that used up its turn also waits for `writable`: it fires at once, but after everybody else. A
 * dump that rests has none armed. */
#include "net/connection.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/log.h"
#include "net/transport_tls.h"
#include "server/server.h"

static void connection_on_readable(evutil_socket_t fd, short what, void *arg);
static void connection_on_writable(evutil_socket_t fd, short what, void *arg);

/* The kernel tells once of what came if it can, which costs it less than to look again and again
 * whether something is left; see UNREAD_PERHAPS. OpenSSL leaves bytes to the kernel without telling
 * of them, so with TLS it tells as long as there are any, as on systems that have no such events.
 */
static short connection_readable_event(const struct connection *connection) {
    const int wanted = EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE;
    bool can = (event_base_get_features(connection->server->base) & wanted) == wanted;
    return can && connection->tls == NULL ? EV_READ | EV_PERSIST | EV_ET | EV_CLOSED
                                          : EV_READ | EV_PERSIST;
}

struct connection *connection_new(struct server *server, int fd, struct ssl_st *tls) {
    struct connection *connection = calloc(1, sizeof(*connection));
    if (connection == NULL) {
        server->counters.malloc_fails++;
        close(fd);
        return NULL;
    }
    connection->server = server;
    connection->dialect = server->dialect;
    connection->transport = tls != NULL ? &transport_tls : server->transport;
    connection->tls = tls;
    connection->fd = fd;
    connection->active_s = server->clock.now_s;
    peer_read(&connection->peer, fd);
    event_assign(&connection->readable, server->base, fd, connection_readable_event(connection),
                 connection_on_readable, connection);
    event_assign(&connection->writable, server->base, fd, EV_WRITE | EV_PERSIST,
                 connection_on_writable, connection);
    if (event_add(&connection->readable, NULL) != 0) {
        server->counters.malloc_fails++;
        close(fd);
        free(connection);
        return NULL;
    }
    connection->next = server->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    server->connections = connection;
    server->connection_count++;
    log_connection_new(connection);
    return connection;
}

void connection_let_go(struct connection *connection) {
    struct server *server = connection->server;
    if (connection->upload.item != NULL)
        store_release(&server->store, connection->upload.item);
    if (connection->sending != NULL)
        store_release(&server->store, connection->sending);
    connection->upload.item = connection->sending = NULL;
    buffer_release(&connection->in, &server->pool);
    buffer_release(&connection->out, &server->pool);
}

void connection_free(struct connection *connection) {
    struct server *server = connection->server;
    if (connection->dialect->leave != NULL)
        connection->dialect->leave(connection);
    log_connection_close(connection);
    ready_remove(&server->ready, connection);
    event_del(&connection->readable);
    event_del(&connection->writable);
    connection->transport->close(connection);
    connection_let_go(connection);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    server->connection_count--;
    free(connection);
    server_client_gone(server);
}

/* ---- taking bytes out of `in` ---- */

void connection_receive_value(struct connection *connection, struct item *item,
                              enum store_mode mode, uint64_t cas_unique) {
    connection->upload = (struct upload){.item = item,
                                         .at = item_value(item),
                                         .missing_bytes = item->value_bytes,
                                         .terms = {.mode = mode, .cas_unique = cas_unique}};
    connection->state = CONNECTION_VALUE;
}

void connection_swallow(struct connection *connection, uint64_t bytes) {
    connection->swallow_bytes = bytes;
    connection->state = CONNECTION_SWALLOW;
}

/* Moves what is there of the value into the item. True when the value is complete. */
static bool connection_fill_value(struct connection *connection) {
    struct upload *upload = &connection->upload;
    size_t length = buffer_length(&connection->in);
    if (length > upload->missing_bytes)
        length = upload->missing_bytes;
    if (length > 0) {
        memcpy(upload->at, buffer_first(&connection->in), length);
        buffer_consume(&connection->in, length);
    }
    upload->at += length;
    upload->missing_bytes -= length;
    return upload->missing_bytes == 0;
}

/* Throws away what is there of a refused value. True when all of it came. */
static bool connection_fill_nothing(struct connection *connection) {
    size_t length = buffer_length(&connection->in);
    if (length > connection->swallow_bytes)
        length = (size_t)connection->swallow_bytes;
    buffer_consume(&connection->in, length);
    connection->swallow_bytes -= length;
    return connection->swallow_bytes == 0;
}

/* True if the dialect got on, false if it needs bytes that have not come. */
static bool connection_went_on(struct connection *connection, enum dialect_result result) {
    if (result == DIALECT_BAD) {
        connection->end = CONNECTION_END_ERROR;
        connection->state = CONNECTION_DRAIN;
    }
    return result == DIALECT_OK;
}

bool connection_step(struct connection *connection) {
    switch (connection->state) {
    case CONNECTION_REQUEST:
        if (buffer_length(&connection->in) == 0)
            return false;
        connection->budget--;
        return connection_went_on(connection, connection->dialect->request(connection));
    case CONNECTION_VALUE:
        return connection_fill_value(connection) &&
               connection_went_on(connection, connection->dialect->value(connection));
    case CONNECTION_SWALLOW:
        if (!connection_fill_nothing(connection))
            return false;
        connection->state = CONNECTION_REQUEST;
        return true;
    case CONNECTION_REPLY:
        connection->dialect->resume(connection);
        return true;
    case CONNECTION_DRAIN:
        return false;
    }
    return false;
}

/* ---- sending ---- */

/* The kernel took `sent` bytes: first those of `out`, then those of the value. */
static void connection_sent(struct connection *connection, size_t sent) {
    size_t from_out = buffer_length(&connection->out);
    connection->server->counters.bytes_written += sent;
    if (connection->unread == UNREAD_PERHAPS) /* the connection is whole */
        connection->unread = UNREAD_NOTHING;
    if (from_out > sent)
        from_out = sent;
    buffer_consume(&connection->out, from_out);
    connection->sending_at += sent - from_out;
    if (connection->sending != NULL && connection->sending_at == connection->sending_end) {
        store_release(&connection->server->store, connection->sending);
        connection->sending = NULL;
        connection->sending_at = 0;
    }
}

/* Sends what waits, `out` and then the value. Returns 0 or a TRANSPORT_ result. */
static ssize_t connection_send(struct connection *connection) {
    for (;;) {
        struct iovec pieces[2];
        int count = 0;
        if (buffer_length(&connection->out) > 0)
            pieces[count++] =
                (struct iovec){buffer_first(&connection->out), buffer_length(&connection->out)};
        if (connection->sending != NULL)
            pieces[count++] =
                (struct iovec){item_value(connection->sending) + connection->sending_at,
                               connection->sending_end - connection->sending_at};
        if (count == 0)
            return 0;
        ssize_t sent = connection->transport->send(connection, pieces, count);
        if (sent < 0)
            return sent;
        connection_sent(connection, (size_t)sent);
    }
}

/* ---- turns ---- */

static void connection_await(struct connection *connection, bool writable) {
    if (connection->awaits_writable == writable || connection->datagram)
        return;
    event_del(writable ? &connection->readable : &connection->writable);
    event_add(writable ? &connection->writable : &connection->readable, NULL);
    connection->awaits_writable = writable;
}

/* Gives back buffers before waiting. In REPLY the keys of a line still lie in `in`. */
static void connection_settle(struct connection *connection) {
    if (connection->state != CONNECTION_REPLY)
        buffer_settle(&connection->in, &connection->server->pool);
    buffer_settle(&connection->out, &connection->server->pool);
}

/* Why a turn cannot go on. */
enum turn_end {
    TURN_STARVED,   /* nothing can be done before more bytes come */
    TURN_BLOCKED,   /* the kernel takes no more bytes, or the turn is over */
    TURN_CROSSWISE, /* sending has something to receive first */
    TURN_CLOSED     /* the connection is to be closed */
};

/* Goes on as far as possible: requests, then one send, and again if the send made room. */
static enum turn_end connection_run(struct connection *connection) {
    for (;;) {
        bool starved = false;
        while (!starved && connection_may_reply(connection)) {
            starved = !connection_step(connection);
            connection->dealt |= !starved;
        }
        ssize_t result = connection->broken ? TRANSPORT_BROKEN : connection_send(connection);
        if (result == TRANSPORT_BROKEN || (result == 0 && connection->state == CONNECTION_DRAIN))
            return TURN_CLOSED;
        if (result == TRANSPORT_CROSSWISE)
            return TURN_CROSSWISE;
        if (result == TRANSPORT_AGAIN)
            return TURN_BLOCKED;
        if (starved)
            return TURN_STARVED;
        if (connection->budget == 0) {
            connection->server->counters.conn_yields++;
            return TURN_BLOCKED;
        }
    }
}

void connection_wake(struct connection *connection) {
    if (connection->resting) {
        connection->resting = false;
        connection->awaits_writable = true;
        event_add(&connection->writable, NULL);
    } else {
        connection_await(connection, true);
    }
}

void connection_rest(struct connection *connection) {
    connection->resting = true;
}

void connection_receive_soon(struct connection *connection) {
    connection->receives_next = true;
    connection_await(connection, true);
}

/* Receives once: a large value straight into its item, anything else into `in`. False if the
 * connection is to be closed. */
static bool connection_receive(struct connection *connection) {
    struct upload *upload = &connection->upload;
    connection->unread = UNREAD_NOTHING;
    bool direct = connection->state == CONNECTION_VALUE &&
                  upload->missing_bytes > BUFFER_BLOCK_BYTES && buffer_length(&connection->in) == 0;
    ssize_t received;

    if (direct) {
        received = connection->transport->receive(connection, upload->at, upload->missing_bytes);
    } else {
        if (!buffer_reserve(&connection->in, &connection->server->pool, CONNECTION_READ_ROOM)) {
            connection->server->counters.malloc_fails++;
            return false;
        }
        received = connection->transport->receive(connection, buffer_space(&connection->in),
                                                  buffer_room(&connection->in));
    }
    if (received == TRANSPORT_AGAIN)
        return true;
    if (received == TRANSPORT_CROSSWISE) {
        connection->receives_next = true; /* try again when `writable` fires */
        return true;
    }
    if (received <= 0) {
        connection->end = received == 0 ? CONNECTION_END_NORMAL : CONNECTION_END_ERROR;
        return false;
    }
    connection->server->counters.bytes_read += (uint64_t)received;
    if (direct) {
        upload->at += received;
        upload->missing_bytes -= (size_t)received;
    } else {
        connection->in.end += (size_t)received;
    }
    return true;
}

/* An event fired: a new turn begins, with receiving or with what was left to do. It receives
 * again as long as something may be at hand of which no event will tell. */
static void connection_take_turn(struct connection *connection, bool receive) {
    struct server *server = connection->server;
    enum turn_end end;
    server_update_clock(server);
    server->turn = connection;
    connection->budget = connection->server->options->turn_requests;
    connection->active_s = connection->server->clock.now_s;
    connection->receives_next = false;
    for (;;) {
        connection->dealt = false;
        bool whole = !receive || connection_receive(connection);
        end = whole ? connection_run(connection) : TURN_CLOSED;
        receive = end == TURN_STARVED && connection->unread != UNREAD_NOTHING;
        if (!receive || connection->receives_next || connection->budget == 0)
            break;
        connection->budget--;
    }
    if (end == TURN_CLOSED) {
        connection_free(connection);
    } else {
        connection->sends_next = end == TURN_CROSSWISE;
        connection->receives_next |= receive;
        connection_settle(connection);
        if (connection->resting)
            event_del(connection->awaits_writable ? &connection->writable : &connection->readable);
        else
            connection_await(connection, end == TURN_BLOCKED || connection->receives_next);
    }
    server->turn = NULL;
}

void connection_answer(struct connection *connection) {
    connection_take_turn(connection, false);
}

/* May the turn wait until others have been received from, too? Only if that helps. */
static bool connection_can_foresee(const struct connection *connection) {
    return connection->dialect->foresee != NULL && connection->state == CONNECTION_REQUEST &&
           connection->tls == NULL && !connection->sends_next &&
           ready_has_room(&connection->server->ready);
}

static void connection_on_readable(evutil_socket_t fd, short what, void *arg) {
    struct connection *connection = arg;
    struct server *server = connection->server;
    (void)fd;
    connection->hung_up |= (what & EV_CLOSED) != 0;
    if (!connection_can_foresee(connection)) {
        connection_take_turn(connection, !connection->sends_next);
        return;
    }
    connection->active_s = server->clock.now_s;
    if (connection_receive(connection)) {
        connection->dialect->foresee(connection);
        ready_add(&server->ready, connection);
    } else {
        server_update_clock(server);
        connection_free(connection);
    }
}

static void connection_on_writable(evutil_socket_t fd, short what, void *arg) {
    struct connection *connection = arg;
    (void)fd;
    (void)what;
    connection_take_turn(connection, connection->receives_next);
}
