/* SPDX-License-Identifier: MIT */
/* proxy.c - the proxy under test, and the connection to it. See proxy.h. */
#include "proxy/proxy.h"

#include "arena.h"
#include "client/landing.h"
#include "play/session.h"
#include "proxy/config.h"
#include "proxy/process.h"
#include "requests/count.h"
#include "run/runner.h"

#include <event2/event.h>
#include <stdarg.h>
#include <string.h>

enum { READY_MS = 10000, KNOCK_MS = 20 };

struct proxy {
    struct hub *hub;
    struct address address;
    const char *const *command; /* that starts it; NULL: it runs already */
    struct process *process;    /* NULL: it was there before */
    struct session *session;    /* of the check under way */
    struct event_base *base;
};

static const struct check checks[] = {
#define CHECK(id, function, argument, level, sentence)                                             \
    {"proxy." id, function, VERDICT_##level, sentence, argument},
#include "proxy/checks.def"
#undef CHECK
};

const struct check *proxy_checks(size_t *count) {
    *count = sizeof checks / sizeof *checks;
    return checks;
}

/* ---- the connection ---- */

static void on_session(struct session *session, void *owner) {
    struct proxy *proxy = owner;
    (void)session;
    event_base_loopbreak(proxy->base);
}

void hang_up(struct trial *trial) {
    session_close(trial->proxy->session);
    trial->proxy->session = NULL;
}

static bool is_closed(const struct proxy *proxy) {
    enum session_state state = session_state(proxy->session);
    return state != SESSION_CONNECTING && state != SESSION_OPEN;
}

static void on_late(evutil_socket_t socket, short what, void *owner) {
    struct proxy *proxy = owner;
    (void)socket;
    (void)what;
    event_base_loopbreak(proxy->base);
}

static unsigned time_left(const struct trial *trial) {
    unsigned long long now = trial_now_ms();
    unsigned long long left = trial->ends_at_ms > now ? trial->ends_at_ms - now : 1;
    return left < trial->settings->timeout_ms ? (unsigned)left : trial->settings->timeout_ms;
}

void send_only(struct trial *trial, struct slice bytes) {
    struct proxy *proxy = trial->proxy;
    if (!proxy->session)
        proxy->session = session_open(proxy->hub, &proxy->address, on_session, proxy);
    backends_note(trial->backends, "client",
                  arena_format(trial->arena, "sends     %.*s",
                               (int)(bytes.length > 200 ? 200 : bytes.length), bytes.data));
    session_send(proxy->session, bytes.data, bytes.length);
    settle(trial, 0);
}

struct heard say(struct trial *trial, struct slice bytes, size_t replies) {
    struct proxy *proxy = trial->proxy;
    struct heard heard = {.late = false};
    unsigned within = time_left(trial);
    struct timeval after = {within / 1000, (within % 1000) * 1000};
    struct event *deadline = evtimer_new(proxy->base, on_late, proxy);
    unsigned long long ends = trial_now_ms() + within;
    size_t length = 0;
    const char *input = "";
    if (replies == 0)
        count_requests(bytes, &replies);
    send_only(trial, bytes);
    evtimer_add(deadline, &after);
    for (;;) {
        input = session_input(proxy->session, &length);
        if (count_replies((struct slice){input, length}) >= replies || is_closed(proxy))
            break;
        heard.late = trial_now_ms() >= ends || trial->interrupted;
        if (heard.late)
            break;
        event_base_dispatch(proxy->base);
    }
    heard.closed = is_closed(proxy);
    heard.reply = (struct slice){arena_copy(trial->arena, input, length), length};
    session_consume(proxy->session, length);
    if (heard.closed || heard.late)
        hang_up(trial);
    event_free(deadline);
    backends_note(trial->backends, "client",
                  arena_format(trial->arena, "received  %s", heard_words(trial, &heard)));
    return heard;
}

struct heard say_text(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vformat(trial->arena, format, arguments);
    va_end(arguments);
    return say(trial, slice_of(text), 0);
}

bool say_expect(struct trial *trial, const char *wanted, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vformat(trial->arena, format, arguments);
    va_end(arguments);
    struct heard heard = say(trial, slice_of(text), 0);
    if (slice_equal(heard.reply, slice_of(wanted)))
        return true;
    trial->verdict.request = (struct verdict_bytes){text, strlen(text)};
    trial->verdict.expected = (struct verdict_bytes){wanted, strlen(wanted)};
    trial->verdict.received = (struct verdict_bytes){heard.reply.data, heard.reply.length};
    fail(trial, "%.*s was answered: %s", (int)strcspn(text, " \r"), text,
         heard_words(trial, &heard));
    return false;
}

const char *heard_words(struct trial *trial, const struct heard *heard) {
    size_t line = 0;
    while (line < heard->reply.length && line < 160 && heard->reply.data[line] != '\r' &&
           heard->reply.data[line] != '\n')
        line++;
    const char *end = heard->closed ? "the connection was closed"
                      : heard->late ? "no whole reply in time"
                                    : "";
    if (line == 0)
        return *end ? end : "nothing";
    return arena_format(trial->arena, "%.*s%s%s", (int)line, heard->reply.data, *end ? "; " : "",
                        end);
}

/* ---- the run ---- */

/* Waits until it accepts a connection and answers on it. */
static bool is_ready(struct trial *trial) {
    struct proxy *proxy = trial->proxy;
    unsigned long long ends = trial_now_ms() + READY_MS;
    while (trial_now_ms() < ends && !trial->interrupted) {
        struct heard heard = say_text(trial, "get ready\r\n");
        if (heard.reply.length > 0)
            return true;
        if (proxy->process && !process_alive(proxy->process))
            break;
        settle(trial, KNOCK_MS);
    }
    if (proxy->process)
        fail(trial, "the proxy is not ready: %s", process_obituary(proxy->process, trial->arena));
    else
        fail(trial, "the proxy at %s does not answer", proxy->address.shown);
    return false;
}

/* A proxy that died is an error of every check from then on. Its view of servers that were down
 * may take a moment to mend. */
static bool prepare(struct trial *trial) {
    struct proxy *proxy = trial->proxy;
    hang_up(trial);
    if (proxy->command && !proxy->process)
        proxy->process = process_start(proxy->command);
    if (proxy->process && !process_alive(proxy->process)) {
        fail(trial, "the proxy has ended: %s", process_obituary(proxy->process, trial->arena));
        return false;
    }
    return true;
}

static bool begin(struct trial *trial) {
    struct landing *landings = arena_alloc(trial->arena, LANDING_KEYS * sizeof *landings);
    if (!is_ready(trial))
        return false;
    for (size_t i = 0; i < LANDING_KEYS; i++) {
        landings[i] = (struct landing){.key = landing_key(trial->arena, i), .member = -1};
        size_t from = mark(trial);
        struct heard heard = say_text(trial, "set %s 0 0 1\r\nx\r\n", landings[i].key);
        const struct arrival *write = seen_key(trial, from, slice_of(landings[i].key));
        if (heard.late || heard.closed) {
            fail(trial, "set was answered: %s", heard_words(trial, &heard));
            return false;
        }
        if (write)
            landings[i].member = (int)write->member;
    }
    trial->landings = landings;
    trial->landing_count = LANDING_KEYS;
    return true;
}

int proxy_run(const struct client_settings *settings, const struct proxy_wishes *wishes,
              struct check_run *run) {
    const char *problem = NULL;
    struct event_base *base = event_base_new();
    struct arena *arena = arena_new();
    struct proxy proxy = {.base = base, .hub = hub_new(base)};
    struct backends *backends = backends_new(base, settings->servers, wishes->ports, &problem);
    struct trial trial = {
        .arena = arena, .base = base, .backends = backends, .proxy = &proxy, .settings = settings};
    struct config config = {0};
    int code = EXIT_TARGET_LOST;
    run->checks = proxy_checks(&run->count);
    run->kind = "proxies";
    run->prepare = prepare;
    run->begin = begin;
    if (!backends) {
        fprintf(run->err, "mctap: no port for a backend: %s\n", problem);
    } else if (!wishes->target && !config_make(&trial, wishes, &config, &problem)) {
        fprintf(run->err, "mctap: %s\n", problem);
        code = EXIT_BAD_USAGE;
    } else {
        proxy.address = wishes->target ? *wishes->target : address_loopback(arena, config.port);
        proxy.command = wishes->target ? NULL : config.command;
        code = check_run(&trial, run);
    }
    hang_up(&trial);
    process_stop(proxy.process);
    config_remove(&config);
    backends_free(backends);
    hub_free(proxy.hub);
    event_base_free(base);
    arena_free(arena);
    return code;
}
