/* SPDX-License-Identifier: MIT */
/* relay.c - see relay.h. The client's side is a bufferevent, the target's side a session. */
#include "record/relay.h"

#include "must.h"
#include "play/session.h"
#include "record/tape.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

struct pipe_line {
    struct pipe_line *next;
    struct relay *relay;
    unsigned number;
    struct bufferevent *client;
    struct session *target;
    struct event *patience; /* with the target, when the client has gone */
    bool client_gone, target_gone;
};

struct relay {
    struct hub *hub;
    const struct address *target;
    struct tape *tape;
    relay_callback *changed;
    void *owner;
    struct pipe_line *lines;
    struct event *acceptable;
    int socket;
    unsigned port, connections, refused, given_up;
};

static void line_end(struct pipe_line *line) {
    struct relay *relay = line->relay;
    struct pipe_line **at = &relay->lines;
    while (*at != line)
        at = &(*at)->next;
    *at = line->next;
    bufferevent_free(line->client);
    session_close(line->target);
    event_free(line->patience);
    free(line);
    relay->changed(relay->owner);
}

/* ---- from the target ---- */

/* What it says to a client that has gone is still of interest, but not for ever. */
static void wait_for_target(struct pipe_line *line) {
    struct timeval limit = {RELAY_PATIENCE_MS / 1000, RELAY_PATIENCE_MS % 1000 * 1000};
    evtimer_add(line->patience, &limit);
}

static void on_impatient(evutil_socket_t socket, short what, void *owner) {
    struct pipe_line *line = owner;
    (void)socket;
    (void)what;
    line->relay->given_up++;
    line_end(line);
}

static void on_target(struct session *session, void *owner) {
    struct pipe_line *line = owner;
    size_t length;
    const char *bytes = session_input(session, &length);
    if (length > 0) {
        tape_received(line->relay->tape, line->number, bytes, length);
        bufferevent_write(line->client, bytes, length);
        session_consume(session, length);
        line->relay->changed(line->relay->owner);
        if (line->client_gone)
            wait_for_target(line);
    }
    enum session_state state = session_state(session);
    if (state == SESSION_CONNECTING || state == SESSION_OPEN)
        return;
    if (!line->target_gone) {
        line->target_gone = true;
        line->relay->refused += state == SESSION_REFUSED;
        if (!line->client_gone && state != SESSION_REFUSED)
            tape_server_closed(line->relay->tape, line->number);
    }
    if (evbuffer_get_length(bufferevent_get_output(line->client)) == 0 || line->client_gone)
        line_end(line);
}

/* ---- from the client ---- */

static void on_client_bytes(struct bufferevent *client, void *owner) {
    struct pipe_line *line = owner;
    struct evbuffer *input = bufferevent_get_input(client);
    size_t length = evbuffer_get_length(input);
    const char *bytes = (const char *)evbuffer_pullup(input, -1);
    if (length == 0)
        return;
    tape_sent(line->relay->tape, line->number, bytes, length);
    if (!line->target_gone)
        session_send(line->target, bytes, length);
    evbuffer_drain(input, length);
    line->relay->changed(line->relay->owner);
}

/* All that the target said has left for the client. */
static void on_client_drained(struct bufferevent *client, void *owner) {
    struct pipe_line *line = owner;
    (void)client;
    if (line->target_gone)
        line_end(line);
}

static void on_client_event(struct bufferevent *client, short what, void *owner) {
    struct pipe_line *line = owner;
    if (!(what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)))
        return;
    on_client_bytes(client, line);
    if (what & BEV_EVENT_ERROR) {
        line_end(line);
        return;
    }
    /* It may only have closed its sending side, and still wait for replies. */
    line->client_gone = true;
    if (line->target_gone) {
        line_end(line);
    } else {
        session_half_close(line->target);
        wait_for_target(line);
    }
}

static void on_acceptable(evutil_socket_t socket, short what, void *owner) {
    struct relay *relay = owner;
    int yes = 1, fd = accept(socket, NULL, NULL);
    (void)what;
    if (fd < 0)
        return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    evutil_make_socket_nonblocking(fd);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct pipe_line *line = must(calloc(1, sizeof *line), "a connection");
    *line = (struct pipe_line){.next = relay->lines, .relay = relay, .number = relay->connections};
    relay->connections++;
    relay->lines = line;
    line->patience = evtimer_new(hub_base(relay->hub), on_impatient, line);
    line->client = bufferevent_socket_new(hub_base(relay->hub), fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(line->client, on_client_bytes, on_client_drained, on_client_event, line);
    line->target = session_open(relay->hub, relay->target, on_target, line);
    bufferevent_enable(line->client, EV_READ | EV_WRITE);
    relay->changed(relay->owner);
}

/* ---- listening ---- */

static int listen_on(const struct address *address, unsigned *port, const char **problem) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found;
    struct sockaddr_storage bound;
    socklen_t length = sizeof bound;
    char digits[12];
    int yes = 1;
    snprintf(digits, sizeof digits, "%u", address->port);
    int error = getaddrinfo(address->host, digits, &hints, &found);
    if (error != 0) {
        *problem = gai_strerror(error);
        return -1;
    }
    int fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    bool is_bound = fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0 &&
                    listen(fd, BACKLOG) == 0 &&
                    getsockname(fd, (struct sockaddr *)&bound, &length) == 0;
    if (!is_bound)
        *problem = strerror(errno);
    freeaddrinfo(found);
    if (!is_bound && fd >= 0)
        close(fd);
    if (!is_bound)
        return -1;
    *port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                              : ((struct sockaddr_in *)&bound)->sin_port);
    return fd;
}

struct relay *relay_new(struct hub *hub, const struct address *listen, const struct address *target,
                        struct tape *tape, relay_callback *changed, void *owner,
                        const char **problem) {
    unsigned port;
    int fd = listen_on(listen, &port, problem);
    if (fd < 0)
        return NULL;
    struct relay *relay = must(calloc(1, sizeof *relay), "a relay");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    evutil_make_socket_nonblocking(fd);
    *relay = (struct relay){.hub = hub,
                            .target = target,
                            .tape = tape,
                            .changed = changed,
                            .owner = owner,
                            .socket = fd,
                            .port = port};
    relay->acceptable = event_new(hub_base(hub), fd, EV_READ | EV_PERSIST, on_acceptable, relay);
    event_add(relay->acceptable, NULL);
    return relay;
}

static void nothing_changed(void *owner) {
    (void)owner;
}

void relay_free(struct relay *relay) {
    if (!relay)
        return;
    relay->changed = nothing_changed;
    event_free(relay->acceptable);
    close(relay->socket);
    for (struct pipe_line *next, *line = relay->lines; line; line = next) {
        next = line->next;
        line_end(line);
    }
    free(relay);
}

unsigned relay_port(const struct relay *relay) {
    return relay->port;
}

unsigned relay_connections(const struct relay *relay) {
    return relay->connections;
}

unsigned relay_refused(const struct relay *relay) {
    return relay->refused;
}

unsigned relay_given_up(const struct relay *relay) {
    return relay->given_up;
}

unsigned relay_open(const struct relay *relay) {
    unsigned open = 0;
    for (const struct pipe_line *line = relay->lines; line; line = line->next)
        open++;
    return open;
}
