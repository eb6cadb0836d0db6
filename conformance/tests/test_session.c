/* SPDX-License-Identifier: MIT */
/* test_session.c - a session keeps its socket, whatever other sessions do, and no flood of many
 * takes more memory than is said.
 *
 * libcurl tidies its connections up: when one is made it looks, at most once a second, for others
 * that are not in use and whose server has closed or has said something, and closes those. A
 * session is not in use in its eyes. */
#include "play/session.h"

#include "reports/check.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TIDY_MS = 1100, DEADLINE_MS = 30000, FLOODED = 32 };

static struct event_base *base;
static struct hub *hub;
static int listener;
static struct address address = {.shown = "the listener", .host = "127.0.0.1"};

static void listen_somewhere(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    bool listens = listener >= 0 && bind(listener, (struct sockaddr *)&at, length) == 0 &&
                   listen(listener, 8) == 0 &&
                   getsockname(listener, (struct sockaddr *)&at, &length) == 0;
    CHECK(listens, "there is a listener");
    address.port = ntohs(at.sin_port);
}

/* Whatever changes, the loop returns, and the test looks for itself. */
static void on_change(struct session *session, void *owner) {
    (void)session;
    (void)owner;
    event_base_loopbreak(base);
}

static void on_time(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    *(bool *)owner = true;
    event_base_loopbreak(base);
}

/* Lets events happen while the session is in this state; not for ever. */
static void run_while(const struct session *session, enum session_state state, unsigned most_ms) {
    struct timeval most = {(time_t)(most_ms / 1000), (suseconds_t)(most_ms % 1000) * 1000};
    bool is_over = false;
    struct event *timer = evtimer_new(base, on_time, &is_over);
    evtimer_add(timer, &most);
    while (!is_over && session_state(session) == state)
        event_base_dispatch(base);
    event_free(timer);
}

/* Connects, and gives the server's end of it. */
static struct session *opened(int *peer) {
    struct session *session = session_open(hub, &address, on_change, NULL);
    run_while(session, SESSION_CONNECTING, DEADLINE_MS);
    CHECK_INT(session_state(session), SESSION_OPEN, "a session connects");
    *peer = accept(listener, NULL, NULL);
    return session;
}

/* The end of what the server sends, and its bytes before it, are told. */
static void tells_the_end(struct session *session, const char *last_words) {
    size_t length;
    session_hold(session, false);
    run_while(session, SESSION_OPEN, DEADLINE_MS);
    CHECK_INT(session_state(session), SESSION_FINISHED, "a session tells that its server closed");
    const char *input = session_input(session, &length);
    CHECK_BYTES(input, length, last_words, strlen(last_words), "and what it said before");
    session_close(session);
}

static void others_connect(void) {
    const char words[] = "bye\r\n";
    int peers[3], length = sizeof words - 1;
    struct session *closed = opened(&peers[0]), *told = opened(&peers[1]);
    session_hold(closed, true);
    session_hold(told, true);
    close(peers[0]);
    CHECK_INT(write(peers[1], words, (size_t)length), length, "a server says something");
    run_while(closed, SESSION_OPEN, TIDY_MS);
    struct session *other = opened(&peers[2]);
    tells_the_end(closed, "");
    close(peers[1]);
    tells_the_end(told, words);
    close(peers[2]);
    tells_the_end(other, "");
}

/* Sends what the socket takes, and lets the sessions read. */
static void flood(const int *peers, unsigned count, const struct session *const *sessions) {
    static const char water[64 * 1024];
    bool flooding = true;
    while (flooding) {
        flooding = false;
        for (unsigned i = 0; i < count; i++)
            if (session_state(sessions[i]) == SESSION_OPEN) {
                flooding = true;
                send(peers[i], water, sizeof water, MSG_DONTWAIT);
            }
        event_base_loop(base, EVLOOP_NONBLOCK);
    }
}

static void many_are_flooded(void) {
    const struct session *sessions[FLOODED];
    int peers[FLOODED], quiet_peer;
    size_t length, all = 0;
    struct session *quiet = opened(&quiet_peer);
    CHECK_INT(write(quiet_peer, "bye\r\n", 5), 5, "a server says something");
    for (unsigned i = 0; i < FLOODED; i++)
        sessions[i] = opened(&peers[i]);
    flood(peers, FLOODED, sessions);
    for (unsigned i = 0; i < FLOODED; i++) {
        session_input(sessions[i], &length);
        all += length;
    }
    CHECK(all <= 2 * (size_t)HUB_UNREAD_MAX, "many floods take no more than is said");
    for (unsigned i = 0; i < FLOODED; i++) {
        session_close((struct session *)sessions[i]);
        close(peers[i]);
    }
    const struct session *alone = opened(&peers[0]);
    flood(peers, 1, &alone);
    session_input(alone, &length);
    CHECK(length > SESSION_UNREAD_MAX, "one has all that a session may have when they are gone");
    session_close((struct session *)alone);
    close(peers[0]);
    CHECK_INT(session_state(quiet), SESSION_OPEN, "whoever holds little is not flooded by others");
    close(quiet_peer);
    tells_the_end(quiet, "bye\r\n");
}

int main(void) {
    base = event_base_new();
    hub = hub_new(base);
    listen_somewhere();
    others_connect();
    many_are_flooded();
    close(listener);
    hub_free(hub);
    event_base_free(base);
    return check_finish();
}
