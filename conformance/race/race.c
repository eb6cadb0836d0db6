/* SPDX-License-Identifier: MIT */
/* race.c - the rounds of a race, and what is told of them. See race.h. */
#include "race/race.h"

#include "arena.h"
#include "history/search.h"
#include "history/tolerance.h"
#include "play/exchange.h"
#include "play/session.h"
#include "play/spawn.h"
#include "race/driver.h"
#include "race/finding.h"
#include "race/greeting.h"
#include "reports/report.h"
#include "run/runner.h"
#include "settings.h"
#include "shell.h"
#include "signals.h"
#include "version.h"

#include <event2/event.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

struct race {
    const struct settings *settings;
    const struct race_wishes *wishes;
    const struct report *report;
    FILE *out, *err;
    struct arena *arena;
    struct arena *round; /* of names and messages of one round */
    struct event_base *base;
    struct hub *hub;
    struct spawner *spawner;
    struct server *server;
    struct address address;
    struct timespec begin;

    size_t target; /* index; one point each */
    uint64_t asked, rounds, widest, tolerated;
    unsigned judging_ms;
    struct history *history; /* of the round */
    struct workload workload;
    const char **names;
    struct greeting *greeting;
    struct driver *driver;

    struct verdict verdict;
    const char **remarks; /* of the verdict */
    struct verdict_summary summary;
    enum exit_code code;
    bool saved; /* a scenario */
};

static unsigned milliseconds_since(const struct timespec *begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)((now.tv_sec - begin->tv_sec) * 1000 +
                      (now.tv_nsec - begin->tv_nsec) / 1000000);
}

/* ---- telling ---- */

static const char *command_line(const struct race *race) {
    const struct settings *settings = race->settings;
    const char *line = settings->repeat;
    if (!settings->has_seed)
        line = arena_format(race->arena, "%s --seed %" PRIu64, line, race->wishes->seed);
    return race->spawner ? line : arena_format(race->arena, "%s %s", line, race->address.shown);
}

/* "mctap run 127.0.0.1:11211": the same target, for the scenario that shows the mistake. */
static const char *run_line(const struct race *race) {
    struct arena *arena = race->arena;
    const char *line = arena_format(arena, "%s run", shell_quote(arena, race->wishes->program));
    if (!race->spawner)
        return arena_format(arena, "%s %s", line, shell_quote(arena, race->address.shown));
    if (race->settings->knows_users) /* mcref, which run starts by itself */
        return line;
    return arena_format(arena, "%s --spawn %s", line, shell_quote(arena, race->settings->spawn));
}

static void remark(struct race *race, const char *line) {
    struct verdict *verdict = &race->verdict;
    race->remarks =
        arena_grow(race->arena, (void *)race->remarks, verdict->remark_count, sizeof line);
    race->remarks[verdict->remark_count++] = line;
    verdict->remarks = race->remarks;
}

static void settle(struct race *race, enum verdict_outcome outcome, const char *reason) {
    race->verdict.outcome = outcome;
    race->verdict.reason = reason;
    event_base_loopbreak(race->base);
}

/* The line of the target in the report. */
static void tell(struct race *race) {
    struct verdict *verdict = &race->verdict;
    remark(race,
           arena_format(race->arena,
                        "%" PRIu64 " operations in %" PRIu64 " round%s, %u ms to judge them, at "
                        "most %" PRIu64 " possible states at once",
                        race->asked, race->rounds, race->rounds == 1 ? "" : "s", race->judging_ms,
                        race->widest));
    if (race->tolerated > 0)
        remark(race, arena_format(race->arena,
                                  "memcached-incr-unique in %" PRIu64 " of %" PRIu64
                                  " rounds: beside an incr or decr a gets showed the old number "
                                  "with the new unique; memcached with threads does it, --strict "
                                  "fails it",
                                  race->tolerated, race->rounds));
    verdict->gates = true;
    verdict->duration_ms = milliseconds_since(&race->begin);
    if (verdict->outcome == VERDICT_PASS)
        race->summary.passed++;
    else if (verdict->outcome == VERDICT_FAIL)
        race->summary.failed++;
    else
        race->summary.errors++;
    if (verdict->outcome != VERDICT_PASS && race->code == EXIT_AS_EXPECTED)
        race->code = EXIT_FAILURES;
    race->report->point(race->out, (unsigned)race->target + 1, verdict);
    fflush(race->out);
}

static void begin_verdict(struct race *race) {
    const char **reproduce = arena_alloc(race->arena, sizeof *reproduce);
    *reproduce = command_line(race);
    race->verdict = (struct verdict){
        .id = arena_format(race->arena, "race/seed-%" PRIu64, race->wishes->seed),
        .name = arena_format(race->arena,
                             "%u sessions at once: an order of all operations explains every reply",
                             race->wishes->clients),
        .target = race->settings->target_count > 1 ? race->address.shown : NULL,
        .level = VERDICT_MUST,
        .reproduce = reproduce,
        .reproduce_count = 1};
}

/* ---- rounds ---- */

static void start_round(struct race *race);

static void on_wrong(struct race *race) {
    struct finding finding =
        finding_make(race->arena, race->history, race->names, race->wishes->save, run_line(race));
    for (size_t i = 0; i < finding.line_count; i++)
        remark(race, finding.lines[i]);
    if (finding.saved) {
        const char **lines = arena_alloc(race->arena, 2 * sizeof *lines);
        lines[0] = race->verdict.reproduce[0];
        lines[1] = finding.saved;
        race->verdict.reproduce = lines;
        race->verdict.reproduce_count = 2;
        race->saved = true;
    }
    if (finding.problem)
        fprintf(race->err, "mctap: %s\n", finding.problem);
    settle(race, VERDICT_FAIL, finding.message);
}

/* What memcached itself does is not laid to the server's charge, but for --strict. */
static struct search_verdict search(struct race *race) {
    struct search_verdict found = search_history(race->history, SEARCH_CONFIGS_MAX);
    if (found.result != SEARCH_WRONG || race->settings->strict ||
        tolerate_incr_unique(race->history) == 0)
        return found;
    found = search_history(race->history, SEARCH_CONFIGS_MAX);
    race->tolerated += found.result == SEARCH_RIGHT;
    return found;
}

static void judge(struct race *race) {
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    struct search_verdict found = search(race);
    race->judging_ms += milliseconds_since(&begin);
    race->widest = found.widest > race->widest ? found.widest : race->widest;
    race->asked += race->history->count;
    race->rounds++;
    if (found.result == SEARCH_WRONG)
        on_wrong(race);
    else if (found.result == SEARCH_UNKNOWN)
        settle(race, VERDICT_ERROR,
               arena_format(race->arena,
                            "unknown: too many operations on %s were under way at once to try "
                            "every order; give more --keys, or fewer --clients",
                            race->names[found.key]));
    else if (race->asked < race->wishes->operations)
        start_round(race);
    else
        settle(race, VERDICT_PASS, NULL);
}

static void end_round(struct race *race) {
    if (race->driver) {
        driver_free(race->driver);
        workload_close(&race->workload);
        history_free(race->history);
    }
    arena_free(race->round);
    race->driver = NULL;
    race->round = NULL;
}

static void on_driven(struct driver *driver, enum driver_end end, const char *problem,
                      void *owner) {
    struct race *race = owner;
    (void)driver;
    bool dead = race->server && !server_alive(race->server);
    if (end == DRIVER_DONE) {
        judge(race);
        return;
    }
    if (end == DRIVER_REFUSED || dead)
        race->code = EXIT_TARGET_LOST;
    if (dead)
        problem = arena_format(race->arena, "the target died of it: %s",
                               server_obituary(race->server, race->arena));
    settle(race, end == DRIVER_REFUSED ? VERDICT_ERROR : VERDICT_FAIL, problem);
}

/* Keys of the round: no other program uses them, and no other round. */
static void name_keys(struct race *race) {
    for (unsigned key = 0; key < race->wishes->keys; key++)
        race->names[key] = arena_format(race->round, "mctap-race-%08lx-%" PRIu64 "-%c%u",
                                        (unsigned long)race->begin.tv_nsec, race->rounds,
                                        key % 2 == 0 ? 't' : 'n', key);
}

static void start_round(struct race *race) {
    uint64_t left = race->wishes->operations - race->asked;
    end_round(race);
    event_base_update_cache_time(race->base); /* judging took time; deadlines begin now */
    race->round = arena_new();
    name_keys(race);
    race->history = history_new();
    workload_open(&race->workload, &race->wishes->mix, race->wishes->seed + race->rounds,
                  race->history, race->names, race->wishes->keys);
    struct driver_setup setup = {.hub = race->hub,
                                 .address = &race->address,
                                 .workload = &race->workload,
                                 .clients = race->wishes->clients,
                                 .operations = left < RACE_ROUND_OPERATIONS ? (size_t)left
                                                                            : RACE_ROUND_OPERATIONS,
                                 .timeout_ms = race->settings->timeout_ms};
    race->driver = driver_start(race->round, &setup, on_driven, race);
}

/* ---- targets ---- */

static void on_greeted(const char *problem, void *owner) {
    struct race *race = owner;
    if (!problem) {
        start_round(race);
        return;
    }
    race->code = EXIT_TARGET_LOST;
    fprintf(race->err, "mctap: %s\n", problem);
    settle(race, VERDICT_ERROR, problem);
}

static void race_target(struct race *race) {
    race->asked = race->rounds = race->widest = race->tolerated = 0;
    race->judging_ms = 0;
    begin_verdict(race);
    race->greeting = greeting_start(race->arena, race->hub, &race->address,
                                    race->settings->timeout_ms, on_greeted, race);
}

static void on_ready(struct server *server, bool ready, void *owner) {
    struct race *race = owner;
    if (ready) {
        race->address = *server_way(server, TRANSPORT_DEFAULT);
        race_target(race);
        return;
    }
    begin_verdict(race);
    race->code = EXIT_TARGET_LOST;
    settle(race, VERDICT_ERROR,
           arena_format(race->arena, "the server \"%s\" did not start: %s", race->settings->spawn,
                        server_obituary(server, race->arena)));
}

static void on_signal(evutil_socket_t number, short what, void *owner) {
    (void)number;
    (void)what;
    struct race *race = owner;
    race->code = EXIT_INTERRUPTED;
    settle(race, VERDICT_ERROR, "interrupted");
}

static void on_run_timeout(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct race *race = owner;
    settle(race, VERDICT_ERROR,
           arena_format(race->arena, "the race was stopped after %u s (--run-timeout)",
                        race->settings->run_timeout_ms / 1000));
}

static void loop(struct race *race) {
    struct event *timeout = evtimer_new(race->base, on_run_timeout, race);
    struct timeval limit = {(time_t)(race->settings->run_timeout_ms / 1000), 0};
    evtimer_add(timeout, &limit);
    if (race->spawner)
        race->server = server_start(race->spawner, "", on_ready, race);
    else
        race_target(race);
    event_base_dispatch(race->base);
    event_free(timeout);
    tell(race);
    end_round(race);
    greeting_free(race->greeting);
    race->greeting = NULL;
}

/* False after telling that an address is none. */
static bool check_addresses(struct race *race) {
    for (size_t i = 0; i < race->settings->target_count; i++) {
        struct address address;
        const char *problem;
        if (!address_parse(race->arena, race->settings->targets[i], &race->settings->tls, &address,
                           &problem)) {
            fprintf(race->err, "mctap: %s\n", problem);
            return false;
        }
    }
    return true;
}

static void race_all(struct race *race) {
    const struct settings *settings = race->settings;
    const char *problem;
    size_t targets = race->spawner ? 1 : settings->target_count;
    const char *const *shown = race->spawner ? &settings->spawn : settings->targets;
    struct report_run run = {.planned = (unsigned)targets,
                             .targets = shown,
                             .target_count = targets,
                             .tool = "mctap " MCTAP_VERSION,
                             .tap_version = settings->tap_version};
    race->summary.planned = (unsigned)targets;
    race->report->begin(race->out, &run);
    fflush(race->out);
    for (race->target = 0; race->target < targets && race->code != EXIT_INTERRUPTED;
         race->target++) {
        if (!race->spawner)
            address_parse(race->arena, settings->targets[race->target], &settings->tls,
                          &race->address, &problem);
        loop(race);
    }
    if (race->target < targets)
        race->summary.bail_out = "interrupted";
    race->summary.duration_ms = milliseconds_since(&race->begin);
    race->report->end(race->out, &race->summary);
}

int race_run(const struct settings *settings, const struct race_wishes *wishes, FILE *out,
             FILE *err, bool *saved) {
    struct race race = {.settings = settings,
                        .wishes = wishes,
                        .report = report_find(settings->report),
                        .out = out,
                        .err = err,
                        .arena = arena_new(),
                        .base = event_base_new()};
    clock_gettime(CLOCK_MONOTONIC, &race.begin);
    event_base_priority_init(race.base, PRIORITY_COUNT);
    race.hub = hub_new(race.base);
    race.names = arena_alloc(race.arena, wishes->keys * sizeof *race.names);
    struct signals signals = signals_watch(race.base, on_signal, &race);
    if (!check_addresses(&race)) {
        race.code = EXIT_BAD_USAGE;
    } else {
        if (settings->target_count == 0)
            race.spawner = spawner_new(race.hub, settings->spawn, settings->start_timeout_ms);
        race_all(&race);
    }
    if (race.spawner && spawner_free(race.spawner) > 0) {
        fprintf(err, "mctap: the server did not end well: it died, or did not stop with status 0 "
                     "when it was asked to (SIGTERM)\n");
        race.code = EXIT_TARGET_LOST;
    }
    *saved = race.saved;
    signals_ignore(&signals);
    hub_free(race.hub);
    event_base_free(race.base);
    arena_free(race.arena);
    return (int)race.code;
}
