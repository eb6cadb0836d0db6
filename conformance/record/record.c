/* SPDX-License-Identifier: MIT */
/* record.c - see record.h. */
#include "record/record.h"

#include "arena.h"
#include "play/session.h"
#include "record/relay.h"
#include "record/scribe.h"
#include "signals.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINGER_MS = 200, POLL_MS = 20, STOP_MS = 500, CONNECT_MS = 3000, NOT_RUN = 127 };

struct recording {
    struct event_base *base;
    struct event *gone, *idle, *poll;
    struct relay *relay;
    const struct record_wishes *wishes;
    pid_t client; /* 0: none, or it has ended */
    int status;
    bool stalled;
};

static void on_over(evutil_socket_t socket, short what, void *owner) {
    struct recording *recording = owner;
    (void)socket;
    (void)what;
    event_base_loopbreak(recording->base);
}

static struct timeval after(unsigned ms) {
    return (struct timeval){ms / 1000, (ms % 1000) * 1000};
}

static void on_idle(evutil_socket_t socket, short what, void *owner) {
    struct recording *recording = owner;
    (void)socket;
    (void)what;
    recording->stalled = true;
    event_base_loopbreak(recording->base);
}

static void bound_idleness(struct recording *recording) {
    struct timeval bound = {recording->wishes->idle_s, 0};
    evtimer_add(recording->idle, &bound);
}

static void on_relay(void *owner) {
    struct recording *recording = owner;
    struct timeval wait = after(recording->wishes->gone_ms);
    bound_idleness(recording);
    if (relay_open(recording->relay) > 0)
        evtimer_del(recording->gone);
    else if (!recording->wishes->command)
        evtimer_add(recording->gone, &wait);
}

/* ---- before the first client ---- */

static void on_target(struct session *session, void *owner) {
    if (session_state(session) != SESSION_CONNECTING)
        event_base_loopbreak(owner);
}

/* True if the target takes a connection, which is closed again. */
static bool target_listens(struct recording *recording, struct hub *hub) {
    const struct address *target = recording->wishes->target;
    struct timeval limit = after(CONNECT_MS);
    struct session *session = session_open(hub, target, on_target, recording->base);
    evtimer_add(recording->gone, &limit);
    event_base_dispatch(recording->base);
    evtimer_del(recording->gone);
    enum session_state state = session_state(session);
    bool listens = state != SESSION_REFUSED && state != SESSION_CONNECTING;
    if (!listens)
        fprintf(recording->wishes->err, "mctap: no connection to %s: %s\n", target->shown,
                state == SESSION_REFUSED ? session_reason(session) : "nobody answers");
    session_close(session);
    return listens;
}

/* ---- a client of its own ---- */

static void client_run(const struct record_wishes *wishes, unsigned port) {
    char address[40];
    snprintf(address, sizeof address, "127.0.0.1:%u", port);
    setenv("MEMCACHED_SERVERS", address, 1);
    for (int fd = STDERR_FILENO + 1; fd < 4096; fd++)
        close(fd);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* stdout belongs to the scenario */
    signal(SIGPIPE, SIG_DFL);
    execvp(wishes->command[0], (char *const *)wishes->command);
    fprintf(stderr, "mctap: cannot run %s: %s\n", wishes->command[0], strerror(errno));
    _exit(NOT_RUN);
}

/* The words of the command with {port} and {address} filled in. */
static const char *const *fill(struct arena *arena, const char *const *command, unsigned port) {
    size_t count = 0;
    while (command[count])
        count++;
    const char **filled = arena_alloc(arena, (count + 1) * sizeof *filled);
    for (size_t i = 0; i < count; i++) {
        const char *hole;
        filled[i] = command[i];
        while ((hole = strstr(filled[i], "{address}")))
            filled[i] = arena_format(arena, "%.*s127.0.0.1:%u%s", (int)(hole - filled[i]),
                                     filled[i], port, hole + strlen("{address}"));
        while ((hole = strstr(filled[i], "{port}")))
            filled[i] = arena_format(arena, "%.*s%u%s", (int)(hole - filled[i]), filled[i], port,
                                     hole + strlen("{port}"));
    }
    return filled;
}

/* The command has ended; what it sent last may still be on its way. */
static void on_poll(evutil_socket_t socket, short what, void *owner) {
    struct recording *recording = owner;
    struct timeval wait = after(POLL_MS), linger = after(LINGER_MS);
    (void)socket;
    (void)what;
    if (recording->client > 0 &&
        waitpid(recording->client, &recording->status, WNOHANG) == recording->client) {
        recording->client = 0;
        event_base_loopexit(recording->base, &linger);
        return;
    }
    evtimer_add(recording->poll, &wait);
}

static void client_stop(struct recording *recording) {
    struct timespec pause = {0, 5000000};
    if (recording->client <= 0)
        return;
    kill(recording->client, SIGTERM);
    for (int waited = 0; waited < STOP_MS; waited += 5) {
        if (waitpid(recording->client, &recording->status, WNOHANG) == recording->client)
            return;
        nanosleep(&pause, NULL);
    }
    kill(recording->client, SIGKILL);
    waitpid(recording->client, &recording->status, 0);
}

/* ---- the file ---- */

static const char *about(struct arena *arena, const struct record_wishes *wishes,
                         unsigned connections) {
    char day[32] = "";
    time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts))
        strftime(day, sizeof day, "%Y-%m-%d", &parts);
    return arena_format(arena, "Recorded by mctap record on %s: %u connection%s to %s.", day,
                        connections, connections == 1 ? "" : "s", wishes->target->shown);
}

static enum record_end write_file(const struct record_wishes *wishes, const struct bytes *file) {
    FILE *out = wishes->file ? fopen(wishes->file, "w") : wishes->out;
    bool written = out && fwrite(file->data, 1, file->length, out) == file->length;
    written = out && (wishes->file ? fclose(out) : fflush(out)) == 0 && written;
    if (written)
        return RECORD_WRITTEN;
    fprintf(wishes->err, "mctap: cannot write %s: %s\n", wishes->file ? wishes->file : "the file",
            strerror(errno));
    return RECORD_BAD_FILE;
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

/* What the file lacks or holds beyond what was asked for. */
static void tell_rest(const struct record_wishes *wishes, const struct scribe_result *result,
                      unsigned given_up) {
    FILE *err = wishes->err;
    if (result->unfinished > 0)
        fprintf(err, "mctap: %zu request%s or repl%s ended in the middle; left out\n",
                result->unfinished, plural(result->unfinished),
                result->unfinished == 1 ? "y" : "ies");
    if (result->unanswered > 0)
        fprintf(err, "mctap: %zu time%s the client went before a reply came; left out\n",
                result->unanswered, plural(result->unanswered));
    if (given_up > 0)
        fprintf(err,
                "mctap: on %u connection%s %s neither answered nor closed within %d ms after the "
                "client had closed its side\n",
                given_up, plural(given_up), wishes->target->shown, RELAY_PATIENCE_MS);
    if (result->has_passwords)
        fprintf(err, "mctap: the file holds what was sent to log in\n");
}

static void tell_stall(const struct record_wishes *wishes, const struct relay *relay) {
    unsigned open = relay_open(relay);
    fprintf(wishes->err,
            "mctap: nothing travelled for %u s on %u open connection%s: ended; --idle gives more "
            "time\n",
            wishes->idle_s, open, plural(open));
}

static enum record_end finish(struct arena *arena, const struct record_wishes *wishes,
                              const struct tape *tape, const struct relay *relay) {
    unsigned connections = relay_connections(relay);
    struct scribe_title title = {.name = wishes->name ? wishes->name : "recorded traffic",
                                 .about = about(arena, wishes, connections)};
    struct bytes file = {0};
    if (connections > 0 && relay_refused(relay) == connections) {
        fprintf(wishes->err, "mctap: %s took no connection\n", wishes->target->shown);
        return RECORD_TARGET_LOST;
    }
    struct scribe_result result = scribe_write(arena, tape, &title, &file);
    enum record_end end = RECORD_NOTHING;
    if (result.steps == 0)
        fprintf(wishes->err, "mctap: nothing was recorded (%u connection%s)\n", connections,
                plural(connections));
    else
        end = write_file(wishes, &file);
    if (end == RECORD_WRITTEN)
        fprintf(wishes->err, "mctap: %u connection%s, %zu step%s%s%s\n", connections,
                plural(connections), result.steps, plural(result.steps),
                wishes->file ? " written to " : "", wishes->file ? wishes->file : "");
    tell_rest(wishes, &result, relay_given_up(relay));
    bytes_free(&file);
    return end;
}

/* What a stall or a client of our own that ended badly makes of the end. */
static enum record_end end_with(const struct recording *recording, enum record_end end) {
    if (recording->stalled)
        return end == RECORD_WRITTEN ? RECORD_STALLED : end;
    bool ran = !WIFEXITED(recording->status) || WEXITSTATUS(recording->status) != NOT_RUN;
    if (recording->status == 0 || (end != RECORD_WRITTEN && end != RECORD_NOTHING))
        return end;
    if (!ran && end == RECORD_NOTHING)
        return RECORD_NO_CLIENT;
    fprintf(recording->wishes->err, "mctap: the client ended with %s %d\n",
            WIFEXITED(recording->status) ? "status" : "signal",
            WIFEXITED(recording->status) ? WEXITSTATUS(recording->status)
                                         : WTERMSIG(recording->status));
    return RECORD_CLIENT_FAILED;
}

static void client_start(struct recording *recording, struct arena *arena, unsigned port) {
    struct record_wishes own = *recording->wishes;
    struct timeval poll = after(POLL_MS);
    own.command = fill(arena, own.command, port);
    recording->client = fork();
    if (recording->client == 0)
        client_run(&own, port);
    evtimer_add(recording->poll, &poll);
}

/* Lets clients and target talk until it is over, and writes what was said. */
static enum record_end relay_until_over(struct recording *recording, struct arena *arena,
                                        const struct tape *tape) {
    struct relay *relay = recording->relay;
    const struct record_wishes *wishes = recording->wishes;
    fprintf(wishes->err, "mctap: listening on %s:%u, passing on to %s\n", wishes->listen->host,
            relay_port(relay), wishes->target->shown);
    fflush(wishes->err);
    struct signals signals = signals_watch(recording->base, on_over, recording);
    if (wishes->command) {
        client_start(recording, arena, relay_port(relay));
        bound_idleness(recording);
    }
    event_base_dispatch(recording->base);
    signals_ignore(&signals);
    if (recording->stalled)
        tell_stall(wishes, relay);
    client_stop(recording);
    return end_with(recording, finish(arena, wishes, tape, relay));
}

enum record_end record_run(struct arena *arena, const struct record_wishes *wishes) {
    struct event_base *base = event_base_new();
    struct hub *hub = hub_new(base);
    struct tape *tape = tape_new(arena);
    struct recording recording = {.base = base, .wishes = wishes};
    const char *problem = NULL;
    enum record_end end = RECORD_TARGET_LOST;
    recording.gone = evtimer_new(base, on_over, &recording);
    recording.idle = evtimer_new(base, on_idle, &recording);
    recording.poll = evtimer_new(base, on_poll, &recording);
    bool listens = target_listens(&recording, hub);
    if (listens)
        recording.relay =
            relay_new(hub, wishes->listen, wishes->target, tape, on_relay, &recording, &problem);
    if (recording.relay)
        end = relay_until_over(&recording, arena, tape);
    else if (listens)
        fprintf(wishes->err, "mctap: cannot listen on %s: %s\n", wishes->listen->shown, problem);
    relay_free(recording.relay);
    event_free(recording.gone);
    event_free(recording.idle);
    event_free(recording.poll);
    hub_free(hub);
    event_base_free(base);
    return end;
}
