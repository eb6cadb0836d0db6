/* SPDX-License-Identifier: MIT */
/* probe.c - the probes, one question after the other. See probe.h. */
#include "run/probe.h"

#include "arena.h"
#include "play/keys.h"
#include "play/play.h"
#include "play/session.h"
#include "play/spawn.h"
#include "run/capabilities.h"
#include "run/probing.h"

#include <event2/event.h>
#include <string.h>

void probe_note_key(struct keys *keys) {
    static const char key[] = PROBE_STEM ":core";
    keys_note(keys, PROBE_STEM, key, sizeof key - 1);
}

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
                            shown, probe_command(probe, probe->lost));
    if (verdict->outcome == VERDICT_ERROR)
        return arena_string(probe->arena, verdict->reason);
    if (probe->question == ASK_PACKET && !probe->target->binary_only)
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
        probe_ask(probe);
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
        probe->question < ASK_CAPABILITIES ? PROBE_NONSENSE : row_of(probe->question)->request;
    probe_learn(probe, play_verdict(play)->outcome == VERDICT_PASS);
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
                            .answered = on_answer,
                            .question = ASK_VERSION};
    probe_ask(probe);
    return probe;
}
