/* SPDX-License-Identifier: MIT */
/* stage.c - targets and servers of a run. See stage.h. */
#include "run/stage.h"

#include "arena.h"
#include "play/start_line.h"
#include "run/afterword.h"
#include "run/pool.h"
#include "run/probe.h"
#include "run/selection.h"
#include "shell.h"

#include <event2/event.h>
#include <string.h>
#include <unistd.h>

enum { LARGE_BYTES = 16 * 1024 /* of a request */ };

enum {
    DEATHS_MAX = 200, /* of the shared server, before the run gives up */
    PATIENCE_MS = 30, /* for a server that did not answer to have ended */
};

/* ---- before the first play ---- */

/* A target did not answer as it must; one that mctap started may have died of the question. */
static void on_useless(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct runner *runner = owner;
    struct server *server = runner->targets[0].server;
    const char *problem = runner->probe_problem;
    if (server && !server_alive(server))
        problem = arena_format(runner->arena, "the server \"%s\" died when it was first asked: %s",
                               runner->settings->spawn, server_obituary(server, runner->arena));
    runner_stop(runner, EXIT_TARGET_LOST, problem);
}

static void on_probed(struct target *target, const char *problem, void *owner) {
    struct runner *runner = owner;
    struct timeval patience = {0, PATIENCE_MS * 1000};
    (void)target;
    if (problem) {
        runner->probe_problem = problem;
        event_base_once(runner->base, -1, EV_TIMEOUT, on_useless, runner, &patience);
        return;
    }
    if (++runner->probed_count == runner->target_count)
        runner_play(runner);
}

/* The server that most scenarios share listens for datagrams if any of them sends some. One that
 * wants passwords cannot: a datagram shows none. */
static const char *main_options(const struct runner *runner) {
    const struct catalog *catalog = runner->catalog;
    bool closed = start_wants_password(runner->settings->spawn);
    for (size_t i = 0; !closed && i < catalog->scenario_count; i++)
        if (plan_is_shared(catalog->scenarios[i]) &&
            selection_holds(&runner->settings->selection, catalog->scenarios[i]) &&
            *plan_options(catalog->scenarios[i]))
            return plan_options(catalog->scenarios[i]);
    return "";
}

static void probe_targets(struct runner *runner) {
    runner->probes = arena_alloc(runner->arena, runner->target_count * sizeof *runner->probes);
    for (size_t i = 0; i < runner->target_count; i++)
        runner->probes[i] = probe_start(runner->hub, runner->arena, &runner->targets[i],
                                        runner->settings->timeout_ms, on_probed, runner);
}

static void on_main_ready(struct server *server, bool ready, void *owner) {
    struct runner *runner = owner;
    if (!ready) {
        runner_stop(runner, EXIT_TARGET_LOST,
                    arena_format(runner->arena, "the server \"%s\" did not start: %s",
                                 runner->settings->spawn, server_obituary(server, runner->arena)));
        return;
    }
    target_take_server(&runner->targets[0], server);
    probe_targets(runner);
}

/* Of every target, also of servers of our own that are started with a password. */
static void give_credentials(struct runner *runner) {
    for (size_t i = 0; i < runner->target_count; i++)
        if (runner->settings->credentials.user)
            runner->targets[i].credentials = &runner->settings->credentials;
}

static bool is_given_before(const struct runner *runner, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (address_equal(runner->targets[i].address, runner->targets[index].address))
            return true;
    return false;
}

/* A target that was given may listen for datagrams on the same port. */
static void find_ways(struct arena *arena, struct target *target) {
    const struct address *address = target->address;
    struct address *udp = arena_alloc(arena, sizeof *udp);
    if (address->path) {
        target->over[TRANSPORT_UNIX] = address;
        return;
    }
    *udp = address_as_udp(arena, address, address->port);
    target->over[TRANSPORT_UDP] = udp;
    target->over[address->tls ? TRANSPORT_TLS : TRANSPORT_TCP] = address;
}

static void take_addresses(struct runner *runner) {
    for (size_t i = 0; i < runner->target_count; i++) {
        struct address *address = arena_alloc(runner->arena, sizeof *address);
        const char *problem;
        if (!address_parse(runner->arena, runner->settings->targets[i], &runner->settings->tls,
                           address, &problem)) {
            runner_stop(runner, EXIT_BAD_USAGE, problem);
            return;
        }
        runner->targets[i].address = address;
        find_ways(runner->arena, &runner->targets[i]);
        if (is_given_before(runner, i)) {
            runner_stop(
                runner, EXIT_BAD_USAGE,
                arena_format(runner->arena, "the target %s is given twice", address->shown));
            return;
        }
    }
    probe_targets(runner);
}

void stage_open(struct runner *runner) {
    const struct settings *settings = runner->settings;
    runner->target_count = settings->target_count > 0 ? settings->target_count : 1;
    runner->targets = arena_alloc(runner->arena, runner->target_count * sizeof(struct target));
    give_credentials(runner);
    if (settings->target_count > 0) {
        take_addresses(runner);
    } else {
        runner->spawner = spawner_new(runner->hub, settings->spawn, settings->start_timeout_ms);
        runner->pool = pool_new(runner->arena, runner->spawner);
        server_start(runner->spawner, main_options(runner), on_main_ready, runner);
    }
}

void stage_close(struct runner *runner) {
    for (size_t i = 0; runner->probes && i < runner->target_count; i++)
        probe_stop(runner->probes[i]);
    unsigned bad_ends = runner->spawner ? spawner_free(runner->spawner) : 0;
    if (bad_ends > 0) {
        afterword_add(runner,
                      arena_format(runner->arena,
                                   "%u of the servers that were started did not end well: they "
                                   "died, or did not stop with status 0 when they were asked to "
                                   "(SIGTERM)",
                                   bad_ends));
        runner->target_lost = true;
    }
}

/* ---- plays ---- */

static void slot_enter(struct slot *slot) {
    slot->runner->in_flight++;
    slot->runner->long_in_flight += plan_is_long(slot->entry);
}

void slot_leave(struct slot *slot) {
    slot->runner->in_flight--;
    slot->runner->long_in_flight -= plan_is_long(slot->entry);
}

/* One that waits lets another play meanwhile. */
static void on_rest(struct play *play, bool rests, void *owner) {
    (void)play;
    struct slot *slot = owner;
    if (rests) {
        slot_leave(slot);
        slot->runner->resting++;
        runner_continue(slot->runner);
    } else {
        slot->runner->resting--;
        slot_enter(slot);
    }
}

static bool main_is_dead(const struct runner *runner) {
    return runner->spawner && !server_alive(runner->targets[0].server);
}

static void settle_death(struct slot *slot, struct server *server) {
    struct runner *runner = slot->runner;
    struct verdict verdict = *play_verdict(slot->play);
    verdict.outcome = VERDICT_FAIL;
    verdict.reason = arena_format(runner->arena, "the target died of it: %s",
                                  server_obituary(server, runner->arena));
    verdict.hint = NULL;
    slot_settle(slot, &verdict);
    if (!slot->verdict.known)
        runner->target_lost = true;
    else
        server_forgive(server);
    if (slot->verdict.known && slot->earlier_death)
        server_forgive(slot->earlier_death);
}

/* The scenario makes its server end: that it has is no accident, and that it has not is a fault. */
static void settle_ending(struct slot *slot, bool ended) {
    struct verdict verdict = *play_verdict(slot->play);
    if (verdict.outcome == VERDICT_PASS && !ended) {
        verdict.outcome = VERDICT_FAIL;
        verdict.reason = arena_format(slot->runner->arena,
                                      "the server lives on; it had to end within %d ms", ENDING_MS);
        verdict.step = "the end";
    }
    slot_settle(slot, &verdict);
}

/* The play is over, and the shared server is dead. Alone on it, it is the culprit. */
static void bury(struct slot *slot) {
    struct runner *runner = slot->runner;
    if (slot->suspect) {
        runner->culprit_found = true;
        settle_death(slot, runner->targets[0].server);
    } else {
        slot->suspect = true;
        play_free(slot->play);
        slot->play = NULL;
    }
    runner->main_died = true;
}

static void settle_play(struct slot *slot) {
    struct verdict verdict = *play_verdict(slot->play);
    if (verdict.outcome == VERDICT_PASS && !verdict.note)
        verdict.note = late_note(slot);
    if (!verdict.note)
        verdict.note = crowd_note(slot);
    slot_settle(slot, &verdict);
}

/* Plays it once more, under other keys. */
static void replay(struct slot *slot) {
    play_free(slot->play);
    slot->play = NULL;
    slot->replays++;
    slot_start(slot);
}

/* The same, when there is room. */
static void replay_later(struct slot *slot) {
    play_free(slot->play);
    slot->play = NULL;
    slot->replays++;
    slot_put_back(slot);
    runner_continue(slot->runner);
}

static bool plays_each(const struct slot *slot);

/* --cut=each: plays once more with the next offset, until one fails or all were tried. */
static bool next_offset(struct slot *slot) {
    struct play *play = slot->play;
    size_t next = cut_after(slot->cut_at, play_longest_request(play));
    if (!plays_each(slot) || play_verdict(play)->outcome != VERDICT_PASS || next == 0)
        return false;
    slot_enter(slot);
    play_free(play);
    slot->cut_at = next;
    slot_play(slot);
    return true;
}

/* It did not pass where others had played before it. What counts is whether it passes on a server
 * of its own, since that is where people play it again. */
static bool is_stained(const struct slot *slot, const struct server *dead) {
    return slot->team && slot->team->plays > 1 &&
           (dead || play_verdict(slot->play)->outcome != VERDICT_PASS);
}

/* The play is over. Whether its servers still live decides what its verdict is worth, whatever
 * it was: a scenario that ends with a closed connection passes also when the server crashes. */
void slot_conclude(struct slot *slot) {
    struct runner *runner = slot->runner;
    struct play *play = slot->play;
    bool uses_main = slot->entry->mode == PLAN_SHARED && runner->spawner;
    struct server *dead = slot_dead_server(slot);
    slot_leave(slot);
    bool stained = is_stained(slot, dead);
    if (!dead && !stained && !slot->entry->scenario->ends && crowd_plays_again(slot)) {
        slot_leave_team(slot, false);
        replay_later(slot);
        return;
    }
    if (!runner->spawner && play_lost_target(play) && play_verdict(play)->outcome != VERDICT_PASS)
        runner->connection_lost = true;
    if (dead && uses_main) {
        bury(slot);
    } else if (stained) {
        slot->earlier_death = dead;
        slot_leave_team(slot, false);
        replay(slot);
        return;
    } else if (slot->entry->scenario->ends) {
        settle_ending(slot, dead != NULL);
    } else if (dead) {
        settle_death(slot, dead);
    } else if (late_plays_again(slot)) {
        slot_leave_team(slot, false);
        replay(slot);
        return;
    } else if (next_offset(slot)) {
        return;
    } else {
        if (play_verdict(play)->outcome == VERDICT_ERROR && play_lost_target(play))
            runner->target_lost = true;
        settle_play(slot);
    }
    slot_leave_team(slot, slot->verdict.outcome == VERDICT_PASS);
    runner_continue(runner);
}

static void on_played(struct play *play, void *owner) {
    struct slot *slot = owner;
    bool doubtful = slot->runner->spawner && (play_lost_target(play) || slot->suspect);
    if (doubtful || slot->entry->scenario->ends)
        doubt_begin(slot);
    else
        slot_conclude(slot);
}

/* "mctap run --timeout 100 127.0.0.1:11211 --only ID": one target, or those of the cluster. */
static const char *reproduce_line(const struct slot *slot) {
    struct arena *arena = slot->runner->arena;
    const struct settings *settings = slot->runner->settings;
    const char *line = settings->repeat;
    for (size_t i = 0; settings->target_count > 0 && i < slot->target_count; i++)
        line = arena_format(arena, "%s %s", line,
                            shell_quote(arena, slot->targets[i]->address->shown));
    return arena_format(arena, "%s --only %s", line, slot->entry->scenario->id);
}

/* Three hundred plays of large values would fill the server, and it would drop items of others. */
static bool sends_large(const struct step *steps, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t most = steps[i].send ? text_size_max(steps[i].send) : 0;
        if ((most > LARGE_BYTES && most != SIZE_MAX) ||
            sends_large(steps[i].steps, steps[i].step_count))
            return true;
    }
    return false;
}

/* A scenario that waits, has all orders, a server of its own or large values is not played for each
 * offset, but once with its bytes cut everywhere. */
static bool plays_each(const struct slot *slot) {
    const struct scenario *scenario = slot->entry->scenario;
    return slot->runner->settings->cut.kind == CUT_EACH && slot->entry->mode == PLAN_SHARED &&
           slot->entry->wait_ms == 0 && !scenario->interleave &&
           !selection_has_tag(scenario, "one-write") &&
           !sends_large(scenario->steps, scenario->step_count);
}

static struct cut cut_of(struct slot *slot) {
    struct cut cut = slot->runner->settings->cut;
    if (cut.kind == CUT_EACH && !plays_each(slot))
        cut.kind = CUT_BYTES;
    if (selection_has_tag(slot->entry->scenario, "one-write")) /* its claim is about one write */
        cut.kind = CUT_NONE;
    if (cut.kind == CUT_JOINED && selection_has_tag(slot->entry->scenario, "one-by-one"))
        cut.kind = CUT_NONE;
    if (slot->cut_at == 0)
        slot->cut_at = 1;
    cut.at = slot->cut_at;
    return cut;
}

void slot_play(struct slot *slot) {
    struct runner *runner = slot->runner;
    char stem[32];
    unsigned mixed = (unsigned)runner->begin.tv_nsec ^ ((unsigned)getpid() << 12) ^
                     ((unsigned)runner->begin.tv_sec << 3);
    mixed += (unsigned)slot->cut_at * 0x9e3779b1U; /* other keys for each offset */
    snprintf(stem, sizeof stem, "mctap-%08x-%04x", mixed + slot->replays, slot->serial & 0xffff);
    struct play_setup setup = {.hub = runner->hub,
                               .scenario = slot->entry->scenario,
                               .targets = slot->targets,
                               .target_count = slot->target_count,
                               .key_stem = arena_string(runner->arena, stem),
                               .timeout_ms = runner->settings->timeout_ms,
                               .reproduce = reproduce_line(slot),
                               .cut = cut_of(slot),
                               .orders_max = runner->settings->orders,
                               .seed = runner->settings->seed,
                               .show_orders = runner->settings->show_orders,
                               .rests = on_rest};
    crowd_begin(slot);
    slot->play = play_start(&setup, on_played, slot);
}

void slot_start(struct slot *slot) {
    struct runner *runner = slot->runner;
    size_t members = slot->entry->scenario->cluster.count;
    slot->target_count = members > 0 ? members : 1;
    slot->targets = arena_alloc(runner->arena, slot->target_count * sizeof(struct target *));
    slot_enter(slot);
    if (slot->entry->mode == PLAN_FRESH || slot->entry->mode == PLAN_IN_TURN) {
        slot_join_team(slot);
        return;
    }
    for (size_t i = 0; i < slot->target_count; i++)
        slot->targets[i] = &runner->targets[members > 0 ? i : slot->entry->target];
    slot_play(slot);
}

/* ---- after the shared server died ---- */

static struct slot *next_suspect(struct runner *runner) {
    for (size_t i = 0; i < runner->plan.count; i++)
        if (runner->slots[i].suspect && !runner->slots[i].settled)
            return &runner->slots[i];
    return NULL;
}

static void on_recovered(struct server *server, bool ready, void *owner) {
    struct runner *runner = owner;
    if (!ready) {
        runner_stop(runner, EXIT_TARGET_LOST,
                    arena_format(runner->arena,
                                 "the server died and could not be started again: %s",
                                 server_obituary(server, runner->arena)));
        return;
    }
    runner_recover(runner);
}

/* Plays the suspects one by one on a server that runs; then the run goes on. */
void runner_recover(struct runner *runner) {
    if (main_is_dead(runner)) {
        runner->last_death = server_obituary(runner->targets[0].server, runner->arena);
        if (++runner->deaths > DEATHS_MAX)
            runner_stop(runner, EXIT_TARGET_LOST,
                        arena_format(runner->arena, "the server died %d times", DEATHS_MAX));
        else
            server_restart(runner->targets[0].server, on_recovered, runner);
        return;
    }
    struct slot *suspect = next_suspect(runner);
    if (suspect) {
        slot_start(suspect);
    } else {
        runner->unexplained = runner->unexplained || !runner->culprit_found;
        runner->target_lost = runner->target_lost || runner->unexplained;
        runner->culprit_found = runner->main_died = false;
        runner_continue(runner);
    }
}
