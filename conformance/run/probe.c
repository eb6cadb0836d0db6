/* SPDX-License-Identifier: MIT */
/* probe.c - the probes. See probe.h. */
#include "run/probe.h"

#include "arena.h"
#include "language/problems.h"
#include "language/text_load.h"
#include "play/keys.h"
#include "play/packet_words.h"
#include "play/play.h"
#include "play/session.h"
#include "play/spawn.h"
#include "reports/escape.h"
#include "run/capabilities.h"

#include <assert.h>
#include <event2/event.h>
#include <string.h>
#include <strings.h>

#define PROBE_STEM "mctap-probe-absent"

void probe_note_key(struct keys *keys) {
    static const char key[] = PROBE_STEM ":core";
    keys_note(keys, PROBE_STEM, key, sizeof key - 1);
}

/* The questions, in this order; capabilities follow, a question each. */
enum { ASK_VERSION, ASK_BARRIER, ASK_PACKET, ASK_ITEMS, ASK_NONSENSE, ASK_CAPABILITIES };

static const struct capability_row *row_of(int question) {
    return capability_row((enum capability)(question - ASK_CAPABILITIES));
}

enum {
    DEATHS_MAX = 10, /* so often a server that died of a question is started again */
    /* Between the end of a server's connections and that of its process; of a server that is not
     * ours only its connections can be seen. */
    PATIENCE_MS = 150,
    PATIENCE_GIVEN_MS = 30,
};

/* What comes back for a word that no server knows. */
struct nonsense {
    const char *reply; /* NULL: nothing */
    bool closes;
};

struct probe {
    struct hub *hub;
    struct arena *arena;
    struct target *target;
    unsigned timeout_ms;
    probe_done *done;
    void *owner;

    int question;
    unsigned deaths;
    bool stopped;
    const char *answer; /* to "get", which is none */
    const char *lost;   /* the request that cost the last connection, or NULL */
    struct nonsense nonsense;
    struct play *play;
    struct scenario scenario;
    struct step steps[2];
    struct rule rule;
    const struct rule *rules[1];
    struct pattern pattern;
    struct text send;
};

/* A text as scenarios write it: a string, or JSON that begins with a bracket. */
static struct text text_of(struct probe *probe, const char *string, enum text_use use) {
    struct problems problems = {.arena = probe->arena, .file = "probe"};
    struct text text = {0};
    const struct json *json = *string == '[' ? json_parse(&problems, string, strlen(string)) : NULL;
    bool parsed =
        json ? text_load(&problems, json, use, &text)
             : text_load_string(&problems, string, (struct place){1, 1, string}, use, &text);
    assert(parsed && problems.count == 0);
    (void)parsed;
    return text;
}

static void on_answer(struct play *play, void *owner);

/* Does the request begin with a packet? Behind it stands a line end, for targets that know lines
 * alone; others may close, so nothing is to be proved behind the reply. */
static bool is_packet(const struct probe *probe) {
    return probe->send.count > 0 && probe->send.atoms[0].kind == ATOM_PACKET;
}

/* Does it begin with the header of a datagram? */
static bool is_datagram(const struct probe *probe) {
    return probe->send.count > 0 && probe->send.atoms[0].kind == ATOM_FRAME;
}

static void ask(struct probe *probe, const char *request, const char *const *replies,
                size_t count) {
    probe->rule = (struct rule){.id = "probe", .text = "", .section = ""};
    probe->rules[0] = &probe->rule;
    probe->send = text_of(probe, request, TEXT_SENT);
    probe->pattern.count = count;
    probe->pattern.alternatives = arena_alloc(probe->arena, count * sizeof(struct alternative));
    for (size_t i = 0; i < count; i++)
        probe->pattern.alternatives[i].text = text_of(probe, replies[i], TEXT_PATTERN);
    probe->steps[0] = (struct step){.verb = STEP_SEND,
                                    .number = 1,
                                    .as = "client",
                                    .over = is_datagram(probe) ? TRANSPORT_UDP : TRANSPORT_DEFAULT,
                                    .send = &probe->send,
                                    .expect = &probe->pattern,
                                    .rule = &probe->rule};
    probe->steps[1] = (struct step){
        .verb = STEP_CLOSE, .number = 2, .as = "client", .name = "client", .rule = &probe->rule};
    probe->scenario =
        (struct scenario){.id = "probe",
                          .name = "probe",
                          .rules = probe->rules,
                          .rule_count = 1,
                          .steps = probe->steps,
                          .step_count = is_packet(probe) || is_datagram(probe) ? 2 : 1};
    struct play_setup setup = {.hub = probe->hub,
                               .scenario = &probe->scenario,
                               .targets = &probe->target,
                               .target_count = 1,
                               .key_stem = PROBE_STEM,
                               .timeout_ms = probe->timeout_ms};
    probe->play = play_start(&setup, on_answer, probe);
}

/* How targets answer `version`: as they should, or with a mistake that scenarios will judge. The
 * reply is always the same, so it proves where the stream stands; `captured` fills the %s. */
static const struct {
    const char *captured, *reply;
} greetings[] = {
    {"version", "VERSION %s\r\n"},
    {"lf_only", "VERSION %s\n"},
    {"lower_case", "version %s\r\n"},
    {"lower_case_lf", "version %s\n"},
};

static void ask_next(struct probe *probe) {
    static const char *const version[] = {"VERSION {version=text}\r\n",
                                          "{banner=text}\r\nVERSION {version=text}\r\n",
                                          "ERROR{text}\n",
                                          "ERROR{text}\r\n",
                                          "CLIENT_ERROR{text}\r\n",
                                          "SERVER_ERROR{text}\r\n",
                                          "VERSION {lf_only=text}\n",
                                          "version {lower_case=text}\r\n",
                                          "version {lower_case_lf=text}\n"};
    static const char *const end[] = {"END\r\n"};
    static const char *const packet[] = {
        "[{ \"opcode\": \"version\", \"value\": \"{version=text}\" }]"};
    static const char *const items[] = {"{lines}STAT curr_items {items=u64}\r\n{lines}END\r\n"};
    static const char *const line[] = {"[{ \"opcode\": \"noop\", \"opaque\": \"{packet=u64}\" }]",
                                       "{reply=text}\r\n", "{reply=text}\n"};
    static const char *const second[] = {"{text}\r\n{reply=text}\r\n", "{text}\n{reply=text}\n"};
    switch (probe->question) {
    case ASK_VERSION:
        ask(probe, "version\r\n", version, sizeof version / sizeof version[0]);
        return;
    case ASK_BARRIER:
        ask(probe, "get {key}\r\n", end, 1);
        return;
    case ASK_PACKET:
        ask(probe, "[{ \"opcode\": \"version\" }]", packet, 1);
        return;
    case ASK_ITEMS:
        ask(probe, "stats\r\n", items, 1);
        return;
    case ASK_NONSENSE:
        ask(probe, "mctap-nonsense {key}\r\n", line + 1, 2);
        return;
    default: {
        const struct capability_row *row = row_of(probe->question);
        if (row->words)
            ask(probe, row->request, second, 2);
        else
            ask(probe, row->request, line, 3);
    }
    }
}

/* A target that does not know `version` is asked for a key that nobody has. */
static void learn_version(struct probe *probe) {
    struct target *target = probe->target;
    const char *banner = play_captured(probe->play, "banner");
    if (banner)
        target->banner = arena_format(probe->arena, "%s\r\n", banner);
    for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++) {
        const char *version = play_captured(probe->play, greetings[i].captured);
        if (!version)
            continue;
        struct bytes reply = {0};
        const char *hole = strstr(greetings[i].reply, "%s");
        bytes_append(&reply, greetings[i].reply, (size_t)(hole - greetings[i].reply));
        bytes_append(&reply, version, strlen(version));
        bytes_append(&reply, hole + 2, strlen(hole + 2));
        target->version = arena_string(probe->arena, version);
        target->barrier_request = "version\r\n";
        target->barrier_reply = arena_copy(probe->arena, reply.data, reply.length);
        bytes_free(&reply);
    }
}

static void learn_nonsense(struct probe *probe) {
    const char *reply = play_captured(probe->play, "reply");
    probe->nonsense.reply = reply ? arena_string(probe->arena, reply) : NULL;
    probe->nonsense.closes = play_lost_target(probe->play);
}

/* Is the capability offered? Of a core command an answer that is not that to nonsense will do:
 * a command that answers ERROR where it must not is known, and wrong. */
static bool learn_capability(const struct probe *probe, const struct capability_row *row) {
    const char *reply = play_captured(probe->play, "reply"), *nonsense = probe->nonsense.reply;
    const struct verdict_bytes *wire = &play_verdict(probe->play)->wire;
    if (is_packet(probe))
        return play_captured(probe->play, "packet") || packet_begins(wire->data, wire->length);
    if (is_datagram(probe))
        return reply != NULL;
    if (!reply)
        return !play_lost_target(probe->play) && (nonsense || probe->nonsense.closes);
    if (nonsense && strcmp(reply, nonsense) == 0)
        return false;
    return row->words || strncasecmp(reply, "ERROR", 5) != 0;
}

static const char *answer_shown(struct arena *arena, const struct verdict *verdict) {
    char bytes[ESCAPE_SIZE_MIN];
    if (verdict->received.length == 0)
        return arena_string(arena, verdict->reason);
    escape_value(bytes, sizeof bytes, verdict->received.data, verdict->received.length,
                 ESCAPE_BYTES);
    return arena_format(arena, "\"get\" is answered with %s", bytes);
}

static void learn(struct probe *probe, bool passed) {
    struct target *target = probe->target;
    switch (probe->question) {
    case ASK_VERSION:
        learn_version(probe);
        return;
    case ASK_BARRIER:
        if (passed && !target->barrier_request) {
            target->barrier_request = "get mctap-nobody-has-this-key\r\n";
            target->barrier_reply = "END\r\n";
        }
        if (!target->barrier_request)
            probe->answer = answer_shown(probe->arena, play_verdict(probe->play));
        return;
    case ASK_PACKET:
        if (!passed)
            return;
        target->binary_only = target->offers[CAPABILITY_binary] = true;
        target->version = arena_string(probe->arena, play_captured(probe->play, "version"));
        return;
    case ASK_ITEMS:
        if (passed)
            target->items = arena_string(probe->arena, play_captured(probe->play, "items"));
        return;
    case ASK_NONSENSE:
        learn_nonsense(probe);
        return;
    default: {
        int capability = probe->question - ASK_CAPABILITIES;
        target->offers[capability] = learn_capability(probe, row_of(probe->question));
    }
    }
}

/* The command of a request, without what is sent before it. */
static const char *command_of(const struct probe *probe, const char *request) {
    size_t first = strlen(CAPABILITY_STORE_FIRST);
    if (strncmp(request, CAPABILITY_STORE_FIRST, first) == 0)
        request += first;
    return arena_copy(probe->arena, request, strcspn(request, " \r"));
}

/* NULL, or why the target cannot be tested at all. */
static const char *problem_of(struct probe *probe) {
    const struct verdict *verdict = play_verdict(probe->play);
    const char *shown = probe->target->address->shown;
    if (verdict->outcome == VERDICT_PASS)
        return NULL;
    if (probe->question == ASK_CAPABILITIES + CAPABILITY_udp)
        return NULL; /* datagrams that nobody takes say nothing about the connections */
    if (verdict->outcome == VERDICT_ERROR && probe->lost)
        return arena_format(probe->arena,
                            "%s died when it was asked \"%s\"; started with --spawn it would be "
                            "started again, and the scenarios would tell more",
                            shown, command_of(probe, probe->lost));
    if (verdict->outcome == VERDICT_ERROR)
        return arena_string(probe->arena, verdict->reason);
    if (probe->question == ASK_PACKET)
        return arena_format(probe->arena,
                            "%s answers neither \"version\" nor \"get\" as a memcached does: %s",
                            shown, probe->answer);
    return NULL;
}

/* Is the answer known without the question? It would change a server that is not ours; one that
 * listens for no datagrams answers none. */
static bool is_known(const struct probe *probe, bool *offered) {
    int capability = probe->question - ASK_CAPABILITIES;
    const struct target *target = probe->target;
    if (target->binary_only)
        return *offered = capability == CAPABILITY_binary, true;
    if (probe->question == ASK_PACKET)
        return target->barrier_request != NULL;
    *offered = capability != CAPABILITY_udp;
    if (capability == CAPABILITY_udp)
        return !target->over[TRANSPORT_UDP];
    return capability >= 0 && !row_of(probe->question)->safe && !target->server;
}

static void on_fresh(struct server *server, bool ready, void *owner) {
    struct probe *probe = owner;
    (void)server;
    probe->done(probe->target, ready ? NULL : "it could not be started again after the questions",
                probe->owner);
}

/* A server of ours is started again behind the last question: what was asked of it, such as
 * flush_all, may still be at work. */
static void go_on(struct probe *probe) {
    bool offered;
    while (++probe->question < ASK_CAPABILITIES + CAPABILITY_COUNT && is_known(probe, &offered))
        if (probe->question >= ASK_CAPABILITIES)
            probe->target->offers[probe->question - ASK_CAPABILITIES] = offered;
    if (probe->question < ASK_CAPABILITIES + CAPABILITY_COUNT)
        ask_next(probe);
    else if (probe->target->server)
        server_restart(probe->target->server, on_fresh, probe);
    else
        probe->done(probe->target, NULL, probe->owner);
}

static void on_restarted(struct server *server, bool ready, void *owner) {
    struct probe *probe = owner;
    (void)server;
    if (ready)
        go_on(probe);
    else
        probe->done(probe->target, "it died of a question and could not be started again",
                    probe->owner);
}

/* A server of ours that died of a question is started again: the scenarios will say what kills
 * it, so what was asked counts as offered. */
static void on_mourned(evutil_socket_t socket, short what, void *owner) {
    struct probe *probe = owner;
    struct server *server = probe->target->server;
    (void)socket;
    (void)what;
    if (probe->stopped)
        return;
    if (!server || server_alive(server) || ++probe->deaths > DEATHS_MAX) {
        go_on(probe);
        return;
    }
    if (probe->question >= ASK_CAPABILITIES)
        probe->target->offers[probe->question - ASK_CAPABILITIES] = true;
    server_restart(server, on_restarted, probe);
}

/* The connections of a process end a little before the process itself. */
static bool mourn(struct probe *probe) {
    struct timeval patience = {0, (probe->target->server ? PATIENCE_MS : PATIENCE_GIVEN_MS) * 1000};
    return probe->question >= ASK_ITEMS &&
           event_base_once(hub_base(probe->hub), -1, EV_TIMEOUT, on_mourned, probe, &patience) == 0;
}

static void on_answer(struct play *play, void *owner) {
    struct probe *probe = owner;
    bool lost = play_lost_target(play);
    const char *asked =
        probe->question < ASK_CAPABILITIES ? "mctap-nonsense" : row_of(probe->question)->request;
    learn(probe, play_verdict(play)->outcome == VERDICT_PASS);
    const char *problem = problem_of(probe);
    play_free(play);
    probe->play = NULL;
    probe->lost = lost ? asked : NULL;
    if (problem)
        probe->done(probe->target, problem, probe->owner);
    else if (!lost || !mourn(probe))
        go_on(probe);
}

void probe_stop(struct probe *probe) {
    if (!probe)
        return;
    if (probe->play)
        play_free(probe->play);
    probe->play = NULL;
    probe->stopped = true;
}

struct probe *probe_start(struct hub *hub, struct arena *arena, struct target *target,
                          unsigned timeout_ms, probe_done *done, void *owner) {
    struct probe *probe = arena_alloc(arena, sizeof *probe);
    *probe = (struct probe){.hub = hub,
                            .arena = arena,
                            .target = target,
                            .timeout_ms = timeout_ms,
                            .done = done,
                            .owner = owner,
                            .question = ASK_VERSION};
    ask_next(probe);
    return probe;
}
