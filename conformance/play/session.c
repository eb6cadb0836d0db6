/* SPDX-License-Identifier: MIT */
/* session.c - connections through libcurl's CONNECT_ONLY, driven by libevent.
 *
 * All easy handles live in one multi handle, where each costs one descriptor (performed alone it
 * would cost three). While curl connects, its sockets are watched for curl; once connected the
 * socket is watched for us, and bytes move with curl_easy_send and curl_easy_recv. */
#include "play/session.h"

#include "must.h"
#include "play/crowding.h"
#include "play/datagram.h"
#include "play/vars.h"

#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

struct hub {
    struct event_base *base;
    CURLM *multi;
    struct event *timer;
    size_t sessions, unread; /* how many there are, and what all of them hold */
    unsigned crowded;
};

struct session {
    struct hub *hub;
    CURL *easy;   /* NULL: UDP */
    CURLSH *kept; /* where curl keeps the connection */
    bool is_tls;
    char url[320];
    enum session_state state;
    char reason[CURL_ERROR_SIZE];
    struct event *readable, *writable;
    struct timespec opened;
    bool connected_late;
    curl_socket_t socket;
    struct bytes input, output;
    struct bytes apart; /* to be sent when all of `output` has left */
    size_t consumed, sent, received;
    bool closes_sending_side;
    bool held; /* nothing is read: what the target sends fills its own buffers */
    session_callback *changed;
    void *owner;
};

/* ---- connected: bytes move ---- */

static void session_end(struct session *session, enum session_state state, const char *reason) {
    session->state = state;
    snprintf(session->reason, sizeof session->reason, "%s", reason);
    event_del(session->readable);
    event_del(session->writable);
}

/* The socket's calls, with curl's words for what became of them. */
static CURLcode wire_receive(struct session *session, char *chunk, size_t size, size_t *length) {
    if (session->easy)
        return curl_easy_recv(session->easy, chunk, size, length);
    ssize_t came = recv(session->socket, chunk, size, 0);
    *length = came > 0 ? (size_t)came : 0;
    return came > 0 ? CURLE_OK : came == 0 || errno == EAGAIN ? CURLE_AGAIN : CURLE_RECV_ERROR;
}

static CURLcode wire_send(struct session *session, const char *bytes, size_t length,
                          size_t *written) {
    if (session->easy)
        return curl_easy_send(session->easy, bytes, length, written);
    ssize_t left = send(session->socket, bytes, length, 0);
    *written = left > 0 ? (size_t)left : 0;
    return left >= 0 ? CURLE_OK : errno == EAGAIN ? CURLE_AGAIN : CURLE_SEND_ERROR;
}

static size_t unread_of(const struct session *session) {
    return session->input.length - session->consumed;
}

/* A session that holds less than its share goes on when others are flooded. */
static bool is_flooded(const struct session *session) {
    const struct hub *hub = session->hub;
    size_t unread = unread_of(session);
    return unread > SESSION_UNREAD_MAX ||
           (hub->unread > HUB_UNREAD_MAX && unread > HUB_UNREAD_MAX / hub->sessions);
}

static void session_read(struct session *session) {
    char chunk[READ_BYTES];
    while (session->state == SESSION_OPEN && !session->held) {
        size_t length = 0;
        CURLcode code = wire_receive(session, chunk, sizeof chunk, &length);
        if (code == CURLE_AGAIN)
            return;
        if (code != CURLE_OK)
            session_end(session, SESSION_RESET, curl_easy_strerror(code));
        else if (length == 0)
            session_end(session, SESSION_FINISHED, "");
        bytes_append(&session->input, chunk, length);
        session->received += length;
        session->hub->unread += length;
        if (is_flooded(session))
            session_end(session, SESSION_FLOODED, "");
    }
}

/* When everything has left, what has to go apart is next. */
static bool has_output(struct session *session) {
    if (session->sent < session->output.length)
        return true;
    struct bytes empty = session->output;
    empty.length = session->sent = 0;
    session->output = session->apart;
    session->apart = empty;
    return session->output.length > 0;
}

static void session_write(struct session *session) {
    while (session->state == SESSION_OPEN && has_output(session)) {
        size_t written = 0;
        CURLcode code = wire_send(session, session->output.data + session->sent,
                                  session->output.length - session->sent, &written);
        if (code == CURLE_AGAIN) {
            event_add(session->writable, NULL);
            return;
        }
        if (code != CURLE_OK) {
            /* The target closed. What it said before that may still be read. */
            session_read(session);
            if (session->state == SESSION_OPEN)
                session_end(session, SESSION_RESET, curl_easy_strerror(code));
            return;
        }
        session->sent += written;
    }
    if (session->closes_sending_side && session->state == SESSION_OPEN)
        shutdown(session->socket, SHUT_WR);
}

static void on_readable(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct session *session = owner;
    session_read(session);
    session->changed(session, session->owner);
}

static void on_writable(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct session *session = owner;
    session_write(session);
    session->changed(session, session->owner);
}

/* In the system's words where it said something; else, as for a name that is not found, curl's. */
static void explain_refusal(struct session *session, CURLcode code) {
    long error = 0;
    curl_easy_getinfo(session->easy, CURLINFO_OS_ERRNO, &error);
    const char *words = error != 0 ? strerror((int)error) : curl_easy_strerror(code);
    if (error != 0 || session->reason[0] == '\0')
        snprintf(session->reason, sizeof session->reason, "%s", words);
}

/* The socket is connected: from now on it is watched for us. */
static void session_watch(struct session *session) {
    struct event_base *base = session->hub->base;
    session->state = SESSION_OPEN;
    session->readable = must(
        event_new(base, session->socket, EV_READ | EV_PERSIST, on_readable, session), "an event");
    session->writable =
        must(event_new(base, session->socket, EV_WRITE, on_writable, session), "an event");
    if (!session->held)
        event_add(session->readable, NULL);
}

static bool is_late(const struct session *session) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms = (now.tv_sec - session->opened.tv_sec) * 1000 +
              (now.tv_nsec - session->opened.tv_nsec) / 1000000;
    return ms >= CROWDING_CONNECT_MS;
}

static void session_connected(struct session *session, CURLcode code) {
    session->connected_late = is_late(session);
    if (code == CURLE_OK &&
        curl_easy_getinfo(session->easy, CURLINFO_ACTIVESOCKET, &session->socket) == CURLE_OK &&
        session->socket != CURL_SOCKET_BAD) {
        session_watch(session);
        session_write(session);
        if (session->is_tls) /* bytes may have come with the handshake */
            session_read(session);
    } else {
        session->state = SESSION_REFUSED;
        explain_refusal(session, code);
    }
    session->changed(session, session->owner);
}

/* ---- connecting: curl's own events ---- */

static void hub_collect(struct hub *hub) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(hub->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct session *session = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &session);
        session_connected(session, code);
    }
}

static void on_curl_socket(evutil_socket_t socket, short what, void *owner) {
    struct hub *hub = owner;
    int action = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);
    int running;
    curl_multi_socket_action(hub->multi, socket, action, &running);
    hub_collect(hub);
}

static void on_curl_timer(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct hub *hub = owner;
    int running;
    curl_multi_socket_action(hub->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    hub_collect(hub);
}

static int curl_wants_socket(CURL *easy, curl_socket_t socket, int action, void *owner,
                             void *socket_owner) {
    (void)easy;
    struct hub *hub = owner;
    struct event *event = socket_owner;
    if (event)
        event_free(event);
    event = NULL;
    if (action != CURL_POLL_REMOVE) {
        short what = EV_PERSIST;
        if (action != CURL_POLL_OUT)
            what |= EV_READ;
        if (action != CURL_POLL_IN)
            what |= EV_WRITE;
        event = must(event_new(hub->base, socket, what, on_curl_socket, hub), "an event");
        event_add(event, NULL);
    }
    curl_multi_assign(hub->multi, socket, event);
    return 0;
}

static int curl_wants_timer(CURLM *multi, long timeout_ms, void *owner) {
    (void)multi;
    struct hub *hub = owner;
    if (timeout_ms < 0) {
        evtimer_del(hub->timer);
    } else {
        struct timeval after = {timeout_ms / 1000, (timeout_ms % 1000) * 1000};
        evtimer_add(hub->timer, &after);
    }
    return 0;
}

struct hub *hub_new(struct event_base *base) {
    struct hub *hub = must(calloc(1, sizeof *hub), "the hub");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    hub->base = base;
    hub->multi = must(curl_multi_init(), "a curl handle");
    hub->timer = must(evtimer_new(base, on_curl_timer, hub), "a timer");
    curl_multi_setopt(hub->multi, CURLMOPT_SOCKETFUNCTION, curl_wants_socket);
    curl_multi_setopt(hub->multi, CURLMOPT_SOCKETDATA, hub);
    curl_multi_setopt(hub->multi, CURLMOPT_TIMERFUNCTION, curl_wants_timer);
    curl_multi_setopt(hub->multi, CURLMOPT_TIMERDATA, hub);
    return hub;
}

void hub_free(struct hub *hub) {
    curl_multi_cleanup(hub->multi);
    event_free(hub->timer);
    free(hub);
    curl_global_cleanup();
}

struct event_base *hub_base(const struct hub *hub) {
    return hub->base;
}

unsigned hub_crowded(const struct hub *hub) {
    return hub->crowded;
}

/* ---- the life of a session ---- */

/* Whose certificates count, and what is shown of our own. curl would offer protocols of HTTP. */
static void configure_tls(CURL *easy, const struct tls_files *tls) {
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    if (tls->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (tls->authority)
        curl_easy_setopt(easy, CURLOPT_CAINFO, tls->authority);
    if (tls->certificate) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, tls->key ? tls->key : tls->certificate);
    }
}

static void session_configure(struct session *session, const struct address *address) {
    CURL *easy = session->easy;
    const char *scheme = address->tls ? "https" : "http";
    if (address->path)
        snprintf(session->url, sizeof session->url, "http://unix");
    else
        snprintf(session->url, sizeof session->url,
                 address->is_ipv6 ? "%s://[%s]:%u" : "%s://%s:%u", scheme, address->host,
                 address->port);
    session->is_tls = address->tls != NULL;
    if (address->tls)
        configure_tls(easy, address->tls);
    curl_easy_setopt(easy, CURLOPT_URL, session->url);
    if (address->path)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, address->path);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* http_proxy of the environment is not for us */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_SHARE, session->kept);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, session->reason);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, session);
}

/* A place for one connection. In a common one curl tidies up: before it connects anew it closes
 * those that the target has closed or sent something to, though their sessions still watch the
 * sockets. */
static CURLSH *place_of_its_own(void) {
    CURLSH *place = must(curl_share_init(), "a place for a connection");
    curl_share_setopt(place, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
    return place;
}

/* There is no connection to wait for, so the session is open, or refused, at once. */
static void open_datagrams(struct session *session, const struct address *address) {
    session->socket = datagram_open(address, session->reason, sizeof session->reason);
    session->state = SESSION_REFUSED;
    if (session->socket >= 0)
        session_watch(session);
}

struct session *session_open(struct hub *hub, const struct address *address,
                             session_callback *changed, void *owner) {
    struct session *session = must(calloc(1, sizeof *session), "a session");
    session->hub = hub;
    session->socket = CURL_SOCKET_BAD;
    session->changed = changed;
    session->owner = owner;
    clock_gettime(CLOCK_MONOTONIC, &session->opened);
    hub->sessions++;
    if (address->is_udp) {
        open_datagrams(session, address);
        return session;
    }
    session->easy = must(curl_easy_init(), "a curl handle");
    session->kept = place_of_its_own();
    session_configure(session, address);
    curl_multi_add_handle(hub->multi, session->easy);
    return session;
}

static bool was_crowded(const struct session *session) {
    if (!session->easy)
        return false;
    if (session->state == SESSION_CONNECTING)
        return is_late(session);
    return session->connected_late ||
           (session->socket != CURL_SOCKET_BAD && crowding_sent_again(session->socket));
}

void session_close(struct session *session) {
    if (!session)
        return;
    session->hub->crowded += was_crowded(session);
    if (session->readable)
        event_free(session->readable);
    if (session->writable)
        event_free(session->writable);
    if (session->easy) {
        curl_multi_remove_handle(session->hub->multi, session->easy);
        curl_easy_cleanup(session->easy);
        curl_share_cleanup(session->kept);
    } else if (session->socket >= 0) {
        close(session->socket);
    }
    session->hub->sessions--;
    session->hub->unread -= unread_of(session);
    bytes_free(&session->input);
    bytes_free(&session->output);
    bytes_free(&session->apart);
    free(session);
}

enum session_state session_state(const struct session *session) {
    return session->state;
}

const char *session_reason(const struct session *session) {
    return session->reason;
}

void session_send(struct session *session, const char *bytes, size_t length) {
    bool idle = session->output.length == 0;
    bytes_append(&session->output, bytes, length);
    if (idle && session->state == SESSION_OPEN)
        session_write(session);
}

void session_send_apart(struct session *session, const char *bytes, size_t length) {
    if (session_unsent(session) == 0)
        session_send(session, bytes, length);
    else
        bytes_append(&session->apart, bytes, length);
}

size_t session_unsent(const struct session *session) {
    return session->output.length - session->sent + session->apart.length;
}

void session_half_close(struct session *session) {
    session->closes_sending_side = true;
    if (session->state == SESSION_OPEN && session_unsent(session) == 0)
        shutdown(session->socket, SHUT_WR);
}

void session_hold(struct session *session, bool hold) {
    bool open = session->state == SESSION_OPEN;
    if (session->held == hold)
        return;
    session->held = hold;
    if (open && hold) {
        event_del(session->readable);
    } else if (open) { /* of what OpenSSL holds no event would tell */
        event_add(session->readable, NULL);
        event_active(session->readable, EV_READ, 0);
    }
}

const char *session_input(const struct session *session, size_t *length) {
    *length = unread_of(session);
    return session->input.data ? session->input.data + session->consumed : "";
}

void session_consume(struct session *session, size_t length) {
    session->consumed += length;
    session->hub->unread -= length;
    if (session->consumed == session->input.length)
        session->input.length = session->consumed = 0;
}

size_t session_received(const struct session *session) {
    return session->received;
}
