/* SPDX-License-Identifier: MIT */
/* backends.c - members that listen, and the memory of what came. See backends.h. Connections are
 * the work of conversation.c. */
#include "backends/backends.h"

#include "arena.h"
#include "backends/conversation.h"
#include "must.h"
#include "play/transcript.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/util.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, MEMBER_NAMES = BACKENDS_MAX };

struct member {
    struct backends *backends;
    unsigned index, port, connections;
    int socket; /* bound; it listens unless the member is down */
    bool down;
    struct event *acceptable;
    struct store *store;
    struct fault fault;
    unsigned faulted; /* how many requests the fault has met */
};

struct backends {
    struct event_base *base;
    struct member *members;
    unsigned count;
    struct conversation *conversations;
    struct arena *arena; /* of what came since the last reset */
    struct transcript *transcript;
    struct arrival *arrivals;
    size_t arrival_count;
    struct slice abandoned; /* the beginning of a request whose connection the client closed */
};

/* ---- sockets ---- */

static int socket_bound(unsigned port, unsigned *got) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
        evutil_make_socket_nonblocking(fd) != 0) {
        close(fd);
        return -1;
    }
    *got = ntohs(address.sin_port);
    return fd;
}

static void on_acceptable(evutil_socket_t socket, short what, void *owner) {
    struct member *member = owner;
    struct backends *backends = member->backends;
    (void)what;
    int fd = accept(socket, NULL, NULL);
    if (fd < 0)
        return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    evutil_make_socket_nonblocking(fd);
    conversation_begin(&backends->conversations, backends->base, fd, backends, member->index,
                       member->connections++);
}

static bool member_listen(struct member *member) {
    if (member->socket < 0 || listen(member->socket, BACKLOG) != 0)
        return false;
    member->acceptable = event_new(member->backends->base, member->socket, EV_READ | EV_PERSIST,
                                   on_acceptable, member);
    event_add(member->acceptable, NULL);
    member->down = false;
    return true;
}

static void member_deaf(struct member *member) {
    if (member->acceptable)
        event_free(member->acceptable);
    member->acceptable = NULL;
    if (member->socket >= 0)
        close(member->socket);
    member->socket = -1;
}

/* ---- members ---- */

struct backends *backends_new(struct event_base *base, unsigned members, const unsigned *ports,
                              const char **problem) {
    struct backends *backends = must(calloc(1, sizeof *backends), "backends");
    struct member *made = must(calloc(members, sizeof *made), "backends");
    *backends = (struct backends){.base = base, .members = made, .count = members};
    for (unsigned i = 0; i < members; i++) {
        made[i] = (struct member){.backends = backends, .index = i, .store = store_new()};
        made[i].socket = socket_bound(ports ? ports[i] : 0, &made[i].port);
        if (!member_listen(&made[i]))
            *problem = strerror(errno);
    }
    backends_reset(backends);
    if (!*problem)
        return backends;
    backends_free(backends);
    return NULL;
}

void backends_free(struct backends *backends) {
    if (!backends)
        return;
    conversation_end_all(&backends->conversations);
    for (unsigned i = 0; i < backends->count; i++) {
        member_deaf(&backends->members[i]);
        store_free(backends->members[i].store);
    }
    arena_free(backends->arena);
    free(backends->members);
    free(backends);
}

void backends_reset(struct backends *backends) {
    conversation_end_all(&backends->conversations);
    arena_free(backends->arena);
    backends->arena = arena_new();
    backends->transcript = transcript_new(backends->arena);
    backends->arrivals = NULL;
    backends->arrival_count = 0;
    backends->abandoned = (struct slice){0};
    for (unsigned i = 0; i < backends->count; i++) {
        struct member *member = &backends->members[i];
        store_clear(member->store);
        member->fault = (struct fault){0};
        member->connections = 0;
        backends_up(backends, i);
    }
}

unsigned backends_members(const struct backends *backends) {
    return backends->count;
}

unsigned backends_port(const struct backends *backends, unsigned member) {
    return backends->members[member].port;
}

struct store *backends_store(struct backends *backends, unsigned member) {
    return backends->members[member].store;
}

void backends_hang_up(struct backends *backends, unsigned index) {
    conversation_end_of(&backends->conversations, index);
}

void backends_down(struct backends *backends, unsigned index) {
    struct member *member = &backends->members[index];
    if (member->down)
        return;
    member->down = true;
    member_deaf(member);
    conversation_end_of(&backends->conversations, index);
    /* Bound but not listening: connects are refused, and nobody else can take the port. */
    member->socket = socket_bound(member->port, &member->port);
}

void backends_up(struct backends *backends, unsigned index) {
    struct member *member = &backends->members[index];
    if (!member->down)
        return;
    if (member->socket < 0)
        member->socket = socket_bound(member->port, &member->port);
    if (!member_listen(member))
        backends_note(backends, "mctap", "a member could not listen again: its port was taken");
}

/* ---- faults ---- */

void backends_fault(struct backends *backends, unsigned member, const struct fault *fault) {
    backends->members[member].fault = *fault;
    backends->members[member].faulted = 0;
}

void backends_release(struct backends *backends) {
    for (unsigned i = 0; i < backends->count; i++)
        backends->members[i].fault = (struct fault){0};
    conversation_release(backends->conversations);
}

struct fault backends_fault_for(struct backends *backends, unsigned index,
                                const struct request *request) {
    struct member *member = &backends->members[index];
    enum verb_class class = verb_class(request->verb);
    bool is_data = class != VERB_CLASS_OTHER;
    bool meets = member->fault.class == class || member->fault.class == VERB_CLASS_ANY ||
                 (member->fault.class == VERB_CLASS_DATA && is_data);
    if (!meets || (member->fault.times > 0 && member->faulted >= member->fault.times))
        return (struct fault){0};
    member->faulted++;
    return member->fault;
}

/* ---- memory ---- */

const char *backends_session(struct backends *backends, unsigned member, unsigned connection) {
    return arena_format(backends->arena, "%c%u", 'a' + (int)(member % MEMBER_NAMES),
                        connection + 1);
}

void backends_heard(struct backends *backends, const char *session, enum verdict_direction way,
                    const char *bytes, size_t length) {
    transcript_add(backends->transcript, session, way, bytes, length);
}

void backends_abandoned(struct backends *backends, const char *session, struct slice bytes) {
    backends_heard(backends, session, VERDICT_RECEIVED, bytes.data, bytes.length);
    backends_heard(backends, session, VERDICT_NOTE, "a request without its end",
                   strlen("a request without its end"));
    backends->abandoned =
        (struct slice){arena_copy(backends->arena, bytes.data, bytes.length), bytes.length};
}

const struct request *backends_keep(struct backends *backends, unsigned member, unsigned connection,
                                    struct slice whole) {
    backends->arrivals = arena_grow(backends->arena, backends->arrivals, backends->arrival_count,
                                    sizeof *backends->arrivals);
    struct arrival *arrival = &backends->arrivals[backends->arrival_count++];
    *arrival = (struct arrival){
        .at_ms = transcript_ms(backends->transcript), .member = member, .connection = connection};
    const char *copy = arena_copy(backends->arena, whole.data, whole.length);
    request_read(backends->arena, copy, whole.length, &arrival->request);
    return &arrival->request;
}

size_t backends_count(const struct backends *backends) {
    return backends->arrival_count;
}

const struct arrival *backends_at(const struct backends *backends, size_t index) {
    return &backends->arrivals[index];
}

bool backends_unfinished(const struct backends *backends, struct slice *bytes) {
    *bytes = backends->abandoned;
    return conversation_unfinished(backends->conversations, bytes) || bytes->length > 0;
}

const struct verdict_event *backends_events(const struct backends *backends, size_t *count) {
    return transcript_events(backends->transcript, count);
}

void backends_note(struct backends *backends, const char *who, const char *note) {
    transcript_note(backends->transcript, arena_string(backends->arena, who), note);
}
