/* SPDX-License-Identifier: MIT */
/* spawn.c - starting, watching and stopping servers. See spawn.h. */
#include "play/spawn.h"

#include "arena.h"
#include "must.h"
#include "play/launch.h"
#include "play/ports.h"
#include "play/session.h"
#include "play/start_line.h"
#include "play/vars.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    POLL_MS = 10,     /* between two tries to connect */
    STOP_MS = 400,    /* between SIGTERM and SIGKILL, for all servers together */
    CLOSED_MS = 2000, /* for the last of a killed server's processes to be gone */
    STARTING_MAX = 8, /* servers that start at once; more would only slow each other down */
    PORT_TRIES = 3,   /* another program may take the port before the server does */
    /* Below the range from which the kernel takes the ports of outgoing connections. */
    PORT_FIRST = 10000,
    PORT_LAST = 32000,
};

struct spawner {
    struct hub *hub;
    struct arena *arena;
    char *command;
    struct start_files *files;
    struct server *servers;
    unsigned serial, starting, start_timeout_ms;
    bool closing; /* nothing is started any more */
};

struct server {
    struct spawner *spawner;
    struct server *next;
    const char *options;
    unsigned port, serial;
    struct address ways[TRANSPORT_COUNT]; /* those that are reachable */
    bool reachable[TRANSPORT_COUNT];
    pid_t pid; /* 0: not running */
    int status;
    bool ended, released, killed;
    bool waits;    /* for its turn to start */
    bool starting; /* counted in the spawner */
    bool served;   /* it has accepted a connection since it was started */
    bool forgiven; /* server_forgive */
    FILE *log;
    unsigned tries_left;
    struct timespec since;
    struct event *timer;
    struct session *knock;
    server_callback *ready;
    void *owner;
};

/* ---- ports and processes ---- */

static unsigned port_choose(const struct spawner *spawner) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    unsigned port = (unsigned)(now.tv_nsec / 7 + getpid()) % (PORT_LAST - PORT_FIRST);
    for (;; port = (port + 1) % (PORT_LAST - PORT_FIRST)) {
        bool ours = false;
        for (const struct server *server = spawner->servers; server; server = server->next)
            ours = ours || server->port == PORT_FIRST + port;
        if (!ours && port_is_free(PORT_FIRST + port))
            return PORT_FIRST + port;
    }
}

/* Fills the command line for the server's port, which is to be freed, and with it the ways to reach
 * the server. */
static bool server_line(struct server *server, struct bytes *command) {
    struct spawner *spawner = server->spawner;
    struct start_line line;
    bool good = start_line_fill(spawner->arena, spawner->files, spawner->command, server->options,
                                server->port, server->port, server->serial, &line);
    *command = line.command;
    for (int i = 0; i < TRANSPORT_COUNT; i++) {
        server->reachable[i] = line.over[i] != NULL;
        if (line.over[i])
            server->ways[i] = *line.over[i];
    }
    return good;
}

static void server_fork(struct server *server) {
    struct bytes command;
    bool filled = server_line(server, &command);
    if (!server->log)
        server->log = tmpfile();
    else if (ftruncate(fileno(server->log), 0) == 0)
        rewind(server->log); /* what was said in an earlier life is not its last words */
    server->ended = server->killed = server->served = server->forgiven = false;
    clock_gettime(CLOCK_MONOTONIC, &server->since);
    int log = server->log ? fileno(server->log) : STDERR_FILENO;
    server->pid = filled ? launch(server->spawner->arena, command.data, log) : -1;
    if (server->pid < 0) {
        server->pid = 0;
        server->ended = true;
        server->status = -1;
    }
    bytes_free(&command);
}

static void server_reap(struct server *server, int flags) {
    if (server->pid == 0)
        return;
    pid_t got = waitpid(server->pid, &server->status, flags);
    if (got == server->pid || (got < 0 && errno == ECHILD)) {
        kill(-server->pid, SIGKILL); /* whatever else the command line started */
        server->pid = 0;
        server->ended = true;
    }
}

bool server_alive(struct server *server) {
    server_reap(server, WNOHANG);
    return server->pid != 0;
}

/* ---- becoming ready ---- */

static void knock_again(struct server *server, int after_ms) {
    struct timeval after = {after_ms / 1000, (after_ms % 1000) * 1000};
    evtimer_add(server->timer, &after);
}

/* Starts it, or lets it wait for its turn. */
static void server_begin(struct server *server) {
    struct spawner *spawner = server->spawner;
    server->waits = spawner->starting == STARTING_MAX;
    if (server->waits)
        return;
    spawner->starting++;
    server->starting = true;
    server->port = port_choose(spawner);
    server_fork(server);
    knock_again(server, 1);
}

/* It has started, or never will: the one that waits longest may begin. */
static void server_make_room(struct server *server) {
    struct spawner *spawner = server->spawner;
    struct server *oldest = NULL;
    server->waits = false;
    if (!server->starting)
        return;
    server->starting = false;
    spawner->starting--;
    for (struct server *other = spawner->servers; other; other = other->next)
        if (other->waits)
            oldest = other;
    if (oldest && !spawner->closing)
        server_begin(oldest);
}

static void server_answer(struct server *server, bool ready) {
    server_make_room(server);
    session_close(server->knock);
    server->knock = NULL;
    server_callback *callback = server->ready;
    server->ready = NULL;
    server->served = ready;
    if (callback)
        callback(server, ready, server->owner);
}

static bool is_overdue(const struct server *server) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms = (now.tv_sec - server->since.tv_sec) * 1000 +
              (now.tv_nsec - server->since.tv_nsec) / 1000000;
    return ms > (long)server->spawner->start_timeout_ms;
}

static void on_knock(struct session *session, void *owner) {
    struct server *server = owner;
    switch (session_state(session)) {
    case SESSION_CONNECTING:
        return;
    case SESSION_REFUSED:
        session_close(server->knock);
        server->knock = NULL;
        knock_again(server, POLL_MS);
        return;
    default:
        /* Somebody listens. If our server is dead, it is not ours: the port was taken. */
        if (server_alive(server)) {
            server_answer(server, true);
        } else {
            session_close(server->knock);
            server->knock = NULL;
            knock_again(server, POLL_MS);
        }
    }
}

/* It ended well before it listened: most likely it went to the background. Or it does not know its
 * options. Another port would not help. */
static bool went_away(const struct server *server) {
    return server->ended && !server->served && WIFEXITED(server->status) &&
           (WEXITSTATUS(server->status) == 0 || WEXITSTATUS(server->status) == EX_USAGE);
}

static void on_timer(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct server *server = owner;
    if (!server_alive(server) && server->tries_left > 0 && !went_away(server)) {
        server->tries_left--;
        server->port = port_choose(server->spawner);
        server_fork(server);
        knock_again(server, POLL_MS);
    } else if (!server_alive(server) || is_overdue(server)) {
        server_answer(server, false);
    } else {
        server->knock = session_open(server->spawner->hub, server_way(server, TRANSPORT_DEFAULT),
                                     on_knock, server);
    }
}

struct server *server_start(struct spawner *spawner, const char *options, server_callback *ready,
                            void *owner) {
    struct server *server = arena_alloc(spawner->arena, sizeof *server);
    server->spawner = spawner;
    server->options = options;
    server->serial = ++spawner->serial;
    server->next = spawner->servers;
    spawner->servers = server;
    server->timer = evtimer_new(hub_base(spawner->hub), on_timer, server);
    server->tries_left = PORT_TRIES - 1;
    server->ready = ready;
    server->owner = owner;
    server_begin(server);
    return server;
}

void server_restart(struct server *server, server_callback *ready, void *owner) {
    server_kill(server);
    server->ready = ready;
    server->owner = owner;
    server->tries_left = PORT_TRIES - 1; /* the old port may still be held by dead connections */
    server_fork(server);
    knock_again(server, 1);
}

/* ---- stopping ---- */

void server_kill(struct server *server) {
    server_make_room(server);
    evtimer_del(server->timer);
    session_close(server->knock);
    server->knock = NULL;
    if (server_alive(server)) {
        kill(-server->pid, SIGKILL);
        kill(server->pid, SIGKILL);
        server_reap(server, 0);
        server->killed = true;
    }
    struct timespec pause = {0, 2000000};
    for (int waited_ms = 0; server->served && waited_ms < CLOSED_MS; waited_ms += 2) {
        if (!port_is_served(server->port))
            return;
        nanosleep(&pause, NULL);
    }
}

/* Waits until it has stopped: a thread that runs on another processor could still answer. */
void server_hang(struct server *server) {
    int status;
    if (server_alive(server) && kill(-server->pid, SIGSTOP) == 0 &&
        waitpid(server->pid, &status, WUNTRACED) == server->pid && !WIFSTOPPED(status)) {
        server->status = status;
        server->pid = 0;
        server->ended = true;
    }
}

void server_resume(struct server *server) {
    if (server_alive(server))
        kill(-server->pid, SIGCONT);
}

void server_release(struct server *server) {
    server_make_room(server);
    evtimer_del(server->timer);
    session_close(server->knock);
    server->knock = NULL;
    server->ready = NULL;
    /* The group, since the command line may be more than one program; a child that was started
     * just now may not lead its group yet. One signal only: a second one means hurry. */
    if (server_alive(server) && kill(-server->pid, SIGTERM) != 0)
        kill(server->pid, SIGTERM);
    server_resume(server); /* one that hangs would not hear it */
    server->released = true;
}

void server_forgive(struct server *server) {
    server->forgiven = true;
}

static bool ended_badly(const struct server *server) {
    if (server->killed || server->forgiven || !server->ended || !server->served)
        return false; /* it was not given the time to end by itself; or told as "did not start" */
    if (WIFSIGNALED(server->status))
        return WTERMSIG(server->status) != SIGTERM;
    /* Shells and virtual machines report the signal as a status of 128 and more. */
    return WEXITSTATUS(server->status) != 0 && WEXITSTATUS(server->status) != 128 + SIGTERM;
}

unsigned spawner_free(struct spawner *spawner) {
    unsigned bad_ends = 0;
    spawner->closing = true;
    for (struct server *server = spawner->servers; server; server = server->next)
        if (!server->released)
            server_release(server);
    /* One that waits for its next event may see only with it that it is to stop: memcached would
     * take up to a second. */
    for (struct server *server = spawner->servers; server; server = server->next)
        if (server_alive(server))
            port_knock(server->port);
    struct timespec pause = {0, 2000000};
    int waited_ms = 0;
    for (struct server *server = spawner->servers; server; server = server->next) {
        for (; server_alive(server) && waited_ms < STOP_MS; waited_ms += 2)
            nanosleep(&pause, NULL);
        if (ended_badly(server))
            bad_ends++;
        server_kill(server);
        event_free(server->timer);
        if (server->log)
            fclose(server->log);
    }
    start_files_free(spawner->files);
    free(spawner->command);
    arena_free(spawner->arena);
    free(spawner);
    return bad_ends;
}

struct spawner *spawner_new(struct hub *hub, const char *command, unsigned start_timeout_ms) {
    struct spawner *spawner = must(calloc(1, sizeof *spawner), "servers");
    char *copy = must(strdup(command), "servers");
    spawner->hub = hub;
    spawner->start_timeout_ms = start_timeout_ms;
    spawner->arena = arena_new();
    spawner->command = copy;
    spawner->files = start_files_new();
    return spawner;
}

const struct address *server_way(const struct server *server, enum transport transport) {
    return server->reachable[transport] ? &server->ways[transport] : NULL;
}

bool server_refused_options(const struct server *server) {
    return server->ended && !server->served && server->status != -1 && WIFEXITED(server->status) &&
           (WEXITSTATUS(server->status) == EX_USAGE || WEXITSTATUS(server->status) == 1);
}

/* ---- obituaries ---- */

enum { LAST_WORDS = 300 };

static void last_words(struct server *server, char *words) {
    words[0] = '\0';
    if (!server->log || fseek(server->log, 0, SEEK_END) != 0)
        return;
    long end = ftell(server->log);
    fseek(server->log, end > LAST_WORDS ? end - LAST_WORDS : 0, SEEK_SET);
    size_t length = fread(words, 1, LAST_WORDS, server->log);
    while (length > 0 && (words[length - 1] == '\n' || words[length - 1] == '\r'))
        length--;
    words[length] = '\0';
    for (size_t i = 0; i < length; i++)
        if (words[i] == '\n')
            words[i] = '|';
}

const char *server_obituary(struct server *server, struct arena *arena) {
    char words[LAST_WORDS + 1];
    last_words(server, words);
    const char *said = words[0] ? "; its last words: " : "; it printed nothing";
    if (server_alive(server))
        return arena_format(arena, "it runs but does not accept connections%s%s", said, words);
    if (server->status == -1)
        return arena_string(arena,
                            "it could not be started: fork failed, or its files could not be "
                            "written to /tmp");
    if (WIFSIGNALED(server->status))
        return arena_format(arena, "it was killed by signal %d (%s)%s%s", WTERMSIG(server->status),
                            strsignal(WTERMSIG(server->status)), said, words);
    const char *advice = went_away(server) && WEXITSTATUS(server->status) == 0
                             ? " before it listened: the command must stay in the "
                               "foreground (no daemon; if it serves in the "
                               "background now, stop it by hand)"
                             : "";
    return arena_format(arena, "it ended with exit status %d%s%s%s", WEXITSTATUS(server->status),
                        advice, said, words);
}
