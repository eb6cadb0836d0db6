/* SPDX-License-Identifier: MIT */
/* recorder.c - members that listen, and the memory of what came. See recorder.h. Connections are
 * the work of conversation.c. */
#include "recorder/recorder.h"

#include "arena.h"
#include "must.h"
#include "play/transcript.h"
#include "recorder/conversation.h"

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

enum { BACKLOG = 128, MEMBER_NAMES = RECORDER_MEMBERS_MAX };

struct member {
    struct recorder *recorder;
    unsigned index, port, connections;
    int socket; /* bound; it listens unless the member is down */
    bool down;
    struct event *acceptable;
    struct store *store;
    struct fault fault;
    unsigned faulted; /* how many requests the fault has met */
};

struct recorder {
    struct event_base *base;
    struct member *members;
    unsigned count;
    struct conversation *conversations;
    struct arena *arena; /* of what came since the last reset */
    struct transcript *transcript;
    struct recorded *recorded;
    size_t recorded_count;
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
    struct recorder *recorder = member->recorder;
    (void)what;
    int fd = accept(socket, NULL, NULL);
    if (fd < 0)
        return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    evutil_make_socket_nonblocking(fd);
    conversation_begin(&recorder->conversations, recorder->base, fd, recorder, member->index,
                       member->connections++);
}

static bool member_listen(struct member *member) {
    if (member->socket < 0 || listen(member->socket, BACKLOG) != 0)
        return false;
    member->acceptable = event_new(member->recorder->base, member->socket, EV_READ | EV_PERSIST,
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

struct recorder *recorder_new(struct event_base *base, unsigned members, const unsigned *ports,
                              const char **problem) {
    struct recorder *recorder = must(calloc(1, sizeof *recorder), "recording servers");
    struct member *made = must(calloc(members, sizeof *made), "recording servers");
    *recorder = (struct recorder){.base = base, .members = made, .count = members};
    for (unsigned i = 0; i < members; i++) {
        made[i] = (struct member){.recorder = recorder, .index = i, .store = store_new()};
        made[i].socket = socket_bound(ports ? ports[i] : 0, &made[i].port);
        if (!member_listen(&made[i]))
            *problem = strerror(errno);
    }
    recorder_reset(recorder);
    if (!*problem)
        return recorder;
    recorder_free(recorder);
    return NULL;
}

void recorder_free(struct recorder *recorder) {
    if (!recorder)
        return;
    conversation_end_all(&recorder->conversations);
    for (unsigned i = 0; i < recorder->count; i++) {
        member_deaf(&recorder->members[i]);
        store_free(recorder->members[i].store);
    }
    arena_free(recorder->arena);
    free(recorder->members);
    free(recorder);
}

void recorder_reset(struct recorder *recorder) {
    conversation_end_all(&recorder->conversations);
    arena_free(recorder->arena);
    recorder->arena = arena_new();
    recorder->transcript = transcript_new(recorder->arena);
    recorder->recorded = NULL;
    recorder->recorded_count = 0;
    for (unsigned i = 0; i < recorder->count; i++) {
        struct member *member = &recorder->members[i];
        store_clear(member->store);
        member->fault = (struct fault){0};
        member->connections = 0;
        recorder_up(recorder, i);
    }
}

unsigned recorder_members(const struct recorder *recorder) {
    return recorder->count;
}

unsigned recorder_port(const struct recorder *recorder, unsigned member) {
    return recorder->members[member].port;
}

struct store *recorder_store(struct recorder *recorder, unsigned member) {
    return recorder->members[member].store;
}

void recorder_down(struct recorder *recorder, unsigned index) {
    struct member *member = &recorder->members[index];
    if (member->down)
        return;
    member->down = true;
    member_deaf(member);
    conversation_end_of(&recorder->conversations, index);
    /* Bound but not listening: connects are refused, and nobody else can take the port. */
    member->socket = socket_bound(member->port, &member->port);
}

void recorder_up(struct recorder *recorder, unsigned index) {
    struct member *member = &recorder->members[index];
    if (!member->down)
        return;
    if (member->socket < 0)
        member->socket = socket_bound(member->port, &member->port);
    if (!member_listen(member))
        recorder_note(recorder, "mctap", "a member could not listen again: its port was taken");
}

/* ---- faults ---- */

void recorder_fault(struct recorder *recorder, unsigned member, const struct fault *fault) {
    recorder->members[member].fault = *fault;
    recorder->members[member].faulted = 0;
}

void recorder_release(struct recorder *recorder) {
    for (unsigned i = 0; i < recorder->count; i++)
        recorder->members[i].fault = (struct fault){0};
    conversation_release(recorder->conversations);
}

struct fault recorder_fault_for(struct recorder *recorder, unsigned index,
                                const struct request *request) {
    struct member *member = &recorder->members[index];
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

const char *recorder_session(struct recorder *recorder, unsigned member, unsigned connection) {
    return arena_format(recorder->arena, "%c%u", 'a' + (int)(member % MEMBER_NAMES),
                        connection + 1);
}

void recorder_heard(struct recorder *recorder, const char *session, enum verdict_direction way,
                    const char *bytes, size_t length) {
    transcript_add(recorder->transcript, session, way, bytes, length);
}

const struct request *recorder_keep(struct recorder *recorder, unsigned member, unsigned connection,
                                    struct slice whole) {
    recorder->recorded = arena_grow(recorder->arena, recorder->recorded, recorder->recorded_count,
                                    sizeof *recorder->recorded);
    struct recorded *recorded = &recorder->recorded[recorder->recorded_count++];
    *recorded = (struct recorded){
        .at_ms = transcript_ms(recorder->transcript), .member = member, .connection = connection};
    const char *copy = arena_copy(recorder->arena, whole.data, whole.length);
    request_read(recorder->arena, copy, whole.length, &recorded->request);
    return &recorded->request;
}

size_t recorder_count(const struct recorder *recorder) {
    return recorder->recorded_count;
}

const struct recorded *recorder_at(const struct recorder *recorder, size_t index) {
    return &recorder->recorded[index];
}

bool recorder_unfinished(const struct recorder *recorder, struct slice *bytes) {
    return conversation_unfinished(recorder->conversations, bytes);
}

const struct verdict_event *recorder_events(const struct recorder *recorder, size_t *count) {
    return transcript_events(recorder->transcript, count);
}

void recorder_note(struct recorder *recorder, const char *who, const char *note) {
    transcript_note(recorder->transcript, arena_string(recorder->arena, who), note);
}
