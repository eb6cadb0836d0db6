/* SPDX-License-Identifier: MIT */
/* conversation.c - see conversation.h.
 *
 * Requests are taken one by one. While a reply is kept back, or leaves in pieces, or the connection
 * is about to close, the next request waits, so that replies keep their order. */
#include "backends/conversation.h"

#include "arena.h"
#include "backends/answer.h"
#include "must.h"
#include "play/vars.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { PIECE_PAUSE_MS = 1, SPLIT_PAUSE_MS = 20 };

struct conversation {
    struct conversation *next, **list;
    struct backends *backends;
    unsigned member, connection;
    const char *session;
    struct bufferevent *stream;
    struct event *timer;
    struct bytes rest; /* what leaves in pieces, or is kept back */
    size_t rest_at, piece;
    unsigned pause_ms;
    bool held, closing;
};

/* ---- out ---- */

static void say(struct conversation *conversation, const char *bytes, size_t length) {
    if (length == 0)
        return;
    backends_heard(conversation->backends, conversation->session, VERDICT_SENT, bytes, length);
    bufferevent_write(conversation->stream, bytes, length);
}

static void end(struct conversation *conversation) {
    struct conversation **at = conversation->list;
    while (*at != conversation)
        at = &(*at)->next;
    *at = conversation->next;
    bufferevent_free(conversation->stream);
    event_free(conversation->timer);
    bytes_free(&conversation->rest);
    free(conversation);
}

static bool is_waiting(const struct conversation *conversation) {
    return conversation->held || conversation->closing ||
           conversation->rest_at < conversation->rest.length;
}

static void pause_for(struct conversation *conversation, unsigned ms) {
    struct timeval after = {ms / 1000, (ms % 1000) * 1000};
    evtimer_add(conversation->timer, &after);
}

/* Keeps the reply, to leave in pieces: `first` bytes, and after each pause `piece` more. */
static void say_slowly(struct conversation *conversation, const struct bytes *reply, size_t first,
                       size_t piece, unsigned pause_ms) {
    if (first > reply->length)
        first = reply->length;
    say(conversation, reply->data, first);
    conversation->rest.length = conversation->rest_at = 0;
    bytes_append(&conversation->rest, reply->data + first, reply->length - first);
    conversation->piece = piece;
    conversation->pause_ms = pause_ms;
    if (conversation->rest.length > 0)
        pause_for(conversation, pause_ms);
}

/* The bytes that a fault makes of the reply. */
static void say_faulty(struct conversation *conversation, const struct fault *fault,
                       const struct bytes *reply) {
    switch (fault->kind) {
    case FAULT_CLOSE:
    case FAULT_CUT:
        say(conversation, reply->data,
            fault->kind == FAULT_CLOSE  ? 0
            : fault->at < reply->length ? fault->at
                                        : reply->length);
        conversation->closing = true;
        backends_heard(conversation->backends, conversation->session, VERDICT_NOTE,
                       "closed by the server", strlen("closed by the server"));
        pause_for(conversation, PIECE_PAUSE_MS);
        return;
    case FAULT_HOLD:
        bytes_append(&conversation->rest, reply->data, reply->length);
        conversation->held = true;
        return;
    case FAULT_TRICKLE:
        say_slowly(conversation, reply, 1, 1, PIECE_PAUSE_MS);
        return;
    case FAULT_SPLIT:
        say_slowly(conversation, reply, fault->at, reply->length, SPLIT_PAUSE_MS);
        return;
    default:
        say(conversation, reply->data, reply->length);
    }
}

/* ---- requests ---- */

/* The reply to a read as if the client had asked for "otherkey". */
static void answer_other_key(const struct request *request, struct bytes *reply) {
    struct store *store = store_new();
    struct request other = *request;
    struct slice key = slice_of("otherkey");
    store_put(store, key, slice_of("of-another-key"), 0);
    other.keys = &key;
    other.key_count = 1;
    struct effect effect = store_apply(store, &other);
    answer_write(store, &other, &effect, reply);
    store_free(store);
}

/* The reply as if another request had been made: the next opaque, another token of O. */
static void answer_other_opaque(struct store *store, const struct request *request,
                                const struct effect *effect, struct bytes *reply) {
    struct request other = *request;
    struct bytes options = {0};
    struct slice token;
    other.opaque++;
    bytes_append(&options, request->options.data, request->options.length);
    if (meta_flag(request, 'O', &token) && token.length > 0) {
        char *last = options.data + (token.data - request->options.data) + token.length - 1;
        *last = *last == 'x' ? 'y' : 'x';
    }
    other.options = (struct slice){options.data, options.length};
    answer_write(store, &other, effect, reply);
    bytes_free(&options);
}

static void answer(struct conversation *conversation, const struct request *request) {
    struct store *store = backends_store(conversation->backends, conversation->member);
    struct fault fault = backends_fault_for(conversation->backends, conversation->member, request);
    struct bytes reply = {0};
    struct effect effect = {.result = fault.result};
    if (fault.kind == FAULT_BYTES) {
        bytes_append(&reply, fault.bytes.data, fault.bytes.length);
    } else if (fault.kind == FAULT_OTHER_KEY) {
        answer_other_key(request, &reply);
    } else {
        if (fault.kind == FAULT_NONE || fault.kind > FAULT_CLOSE)
            effect = store_apply(store, request);
        if (fault.kind == FAULT_OPAQUE)
            answer_other_opaque(store, request, &effect, &reply);
        else
            answer_write(store, request, &effect, &reply);
    }
    say_faulty(conversation, &fault, &reply);
    bytes_free(&reply);
    if (effect.result == RESULT_NOTHING) {
        conversation->closing = true;
        pause_for(conversation, PIECE_PAUSE_MS);
    }
}

static void take_requests(struct conversation *conversation) {
    struct evbuffer *input = bufferevent_get_input(conversation->stream);
    while (!is_waiting(conversation)) {
        size_t length = evbuffer_get_length(input);
        const char *bytes = (const char *)evbuffer_pullup(input, -1);
        struct arena *arena = arena_new();
        struct request request;
        size_t used = length > 0 ? request_read(arena, bytes, length, &request) : 0;
        arena_free(arena);
        if (used == 0)
            return;
        const struct request *kept =
            backends_keep(conversation->backends, conversation->member, conversation->connection,
                          (struct slice){bytes, used});
        evbuffer_drain(input, used);
        backends_heard(conversation->backends, conversation->session, VERDICT_RECEIVED,
                       kept->whole.data, kept->whole.length);
        answer(conversation, kept);
    }
}

/* What came of a request whose end is still to come. */
static bool has_beginning(const struct conversation *conversation, struct slice *bytes) {
    struct evbuffer *input = bufferevent_get_input(conversation->stream);
    size_t length = evbuffer_get_length(input);
    if (length == 0 || is_waiting(conversation))
        return false;
    *bytes = (struct slice){(const char *)evbuffer_pullup(input, -1), length};
    return true;
}

/* ---- events ---- */

static void on_readable(struct bufferevent *stream, void *owner) {
    (void)stream;
    take_requests(owner);
}

static void on_event(struct bufferevent *stream, short what, void *owner) {
    struct conversation *conversation = owner;
    const char *note = "closed by the client";
    (void)stream;
    if (!(what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)))
        return;
    struct slice rest;
    if (has_beginning(conversation, &rest))
        backends_abandoned(conversation->backends, conversation->session, rest);
    backends_heard(conversation->backends, conversation->session, VERDICT_NOTE, note, strlen(note));
    end(conversation);
}

static void on_timer(evutil_socket_t socket, short what, void *owner) {
    struct conversation *conversation = owner;
    (void)socket;
    (void)what;
    if (conversation->rest_at < conversation->rest.length) {
        size_t left = conversation->rest.length - conversation->rest_at;
        size_t now = conversation->piece < left ? conversation->piece : left;
        say(conversation, conversation->rest.data + conversation->rest_at, now);
        conversation->rest_at += now;
        if (conversation->rest_at < conversation->rest.length)
            pause_for(conversation, conversation->pause_ms);
        else
            take_requests(conversation);
    } else if (conversation->closing) {
        /* What was said has to leave first. */
        if (evbuffer_get_length(bufferevent_get_output(conversation->stream)) > 0)
            pause_for(conversation, PIECE_PAUSE_MS);
        else
            end(conversation);
    }
}

void conversation_begin(struct conversation **list, struct event_base *base, int socket,
                        struct backends *backends, unsigned member, unsigned connection) {
    struct conversation *conversation = must(calloc(1, sizeof *conversation), "a connection");
    int yes = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    *conversation = (struct conversation){
        .next = *list,
        .list = list,
        .backends = backends,
        .member = member,
        .connection = connection,
        .session = backends_session(backends, member, connection),
        .stream = bufferevent_socket_new(base, socket, BEV_OPT_CLOSE_ON_FREE),
    };
    conversation->timer = evtimer_new(base, on_timer, conversation);
    *list = conversation;
    bufferevent_setcb(conversation->stream, on_readable, NULL, on_event, conversation);
    bufferevent_enable(conversation->stream, EV_READ | EV_WRITE);
}

void conversation_end_all(struct conversation **list) {
    while (*list)
        end(*list);
}

void conversation_end_of(struct conversation **list, unsigned member) {
    for (struct conversation *next, *at = *list; at; at = next) {
        next = at->next;
        if (at->member == member)
            end(at);
    }
}

void conversation_release(struct conversation *list) {
    for (struct conversation *at = list; at; at = at->next) {
        if (!at->held)
            continue;
        at->held = false;
        say(at, at->rest.data, at->rest.length);
        at->rest.length = at->rest_at = 0;
        take_requests(at);
    }
}

bool conversation_unfinished(const struct conversation *list, struct slice *bytes) {
    for (; list; list = list->next)
        if (has_beginning(list, bytes))
            return true;
    return false;
}
