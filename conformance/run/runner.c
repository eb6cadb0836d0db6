/* SPDX-License-Identifier: MIT */
/* runner.c - many plays on one event loop. See runner.h.
 *
 *   start servers ─▶ probe targets ─▶ plan ─▶ shared and fresh entries, `jobs` at a time
 *                                             ─▶ entries that need a target alone ─▶ summary
 *
 * A slot follows one entry of the plan from its start to its line in the report. When a server
 * that mctap started dies with several plays on it, nobody knows which one killed it: it is
 * started again and the suspects are played once more, one after the other (stage.c). */
#include "run/runner.h"

#include "arena.h"
#include "language/problems.h"
#include "play/exchange.h"
#include "reports/report.h"
#include "run/afterword.h"
#include "run/baseline.h"
#include "run/basics.h"
#include "run/capabilities.h"
#include "run/selection.h"
#include "run/stage.h"
#include "run/versions.h"
#include "signals.h"
#include "version.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- verdicts ---- */

static void count_verdict(struct runner *runner, const struct verdict *verdict) {
    struct verdict_summary *summary = &runner->summary;
    switch (verdict->outcome) {
    case VERDICT_PASS:
        summary->passed++;
        break;
    case VERDICT_FAIL:
        summary->failed++;
        summary->not_gating += !verdict->gates;
        summary->known += verdict->known != NULL;
        break;
    case VERDICT_SKIP:
        summary->skipped++;
        break;
    case VERDICT_ERROR:
        summary->errors++;
        break;
    }
}

static void slot_forget_play(struct slot *slot) {
    if (slot->play)
        play_free(slot->play);
    slot->play = NULL;
}

/* Reports every verdict that stands and whose turn it is. */
static void emit(struct runner *runner) {
    while (runner->emitted < runner->plan.count && runner->slots[runner->emitted].settled) {
        struct slot *slot = &runner->slots[runner->emitted++];
        progress_clear(&runner->progress);
        runner->report->point(runner->out, (unsigned)runner->emitted, &slot->verdict);
        slot_forget_play(slot);
    }
    fflush(runner->out);
    progress_update(&runner->progress, runner->settled, (unsigned)runner->plan.count,
                    runner->summary.failed + runner->summary.errors);
}

/* Mostly a pass is told in one line: what travelled need not be kept until its turn comes. */
static bool is_plain_pass(const struct verdict *verdict) {
    return verdict->outcome == VERDICT_PASS && !verdict->note && verdict->remark_count == 0;
}

static void keep_a_line(struct slot *slot) {
    struct verdict *verdict = &slot->verdict;
    *verdict = (struct verdict){.id = verdict->id,
                                .name = verdict->name,
                                .file = verdict->file,
                                .line = verdict->line,
                                .outcome = verdict->outcome,
                                .duration_ms = verdict->duration_ms,
                                .level = verdict->level};
    slot_forget_play(slot);
}

void slot_settle(struct slot *slot, const struct verdict *verdict) {
    struct runner *runner = slot->runner;
    slot->verdict = *verdict;
    if (is_plain_pass(verdict))
        keep_a_line(slot);
    slot->settled = true;
    runner->settled++;
    runner->timed_out +=
        slot->play && slot->verdict.outcome == VERDICT_FAIL && play_timed_out(slot->play);
    if (runner->target_count > 1 && slot->entry->mode != PLAN_MEMBERS)
        slot->verdict.target = runner->targets[slot->entry->target].address->shown;
    bool binding = slot->verdict.level == VERDICT_MUST || runner->settings->strict;
    slot->verdict.gates = slot->verdict.outcome == VERDICT_ERROR || binding;
    if (runner->new_baseline)
        baseline_update(runner->new_baseline, &slot->verdict);
    if (runner->baseline)
        baseline_judge(runner->baseline, &slot->verdict, runner->today);
    count_verdict(runner, &slot->verdict);
    emit(runner);
}

void slot_put_back(struct slot *slot) {
    struct runner *runner = slot->runner;
    runner->pending[runner->pending_count++] = slot;
}

/* A verdict without a play: skipped, or never judged. */
void slot_settle_unplayed(struct slot *slot, enum verdict_outcome outcome, const char *reason) {
    const struct scenario *scenario = slot->entry->scenario;
    struct verdict verdict = {.id = scenario->id,
                              .name = scenario->name,
                              .file = scenario->file,
                              .line = scenario->line,
                              .outcome = outcome,
                              .reason = reason};
    slot_settle(slot, &verdict);
}

/* ---- the order of plays ---- */

/* A shared server that died so often is played on by one scenario at a time, so that each death
 * has its culprit at once and nothing is played twice. */
enum { DEATHS_FRAGILE = 3 };

static bool is_exclusive(const struct plan_entry *entry) {
    return entry->mode == PLAN_ALONE || entry->mode == PLAN_MEMBERS;
}

static unsigned under_way(const struct runner *runner) {
    return runner->in_flight + runner->resting;
}

/* Plays that only wait take no place, but that of a single one: nothing may overlap it. */
static bool is_full(const struct runner *runner, unsigned limit) {
    return (limit == 1 ? under_way(runner) : runner->in_flight) >= limit;
}

/* Long ones mostly wait: as long as there are others they leave room for those. So many may wait
 * that few jobs need no more time than many, but each keeps its connections meanwhile. */
static bool has_room(const struct runner *runner, const struct slot *slot, unsigned long_limit) {
    enum { LONG_MAX = 48 };
    unsigned limit = long_limit > LONG_MAX ? long_limit : LONG_MAX;
    return !plan_is_long(slot->entry) || (runner->long_in_flight < long_limit &&
                                          runner->long_in_flight + runner->resting < limit);
}

static bool may_start(const struct runner *runner, const struct slot *slot, unsigned limit,
                      unsigned long_limit) {
    return !is_full(runner, limit) && has_room(runner, slot, long_limit) && slot_may_start(slot);
}

static void start_waiting(struct runner *runner, bool exclusive, unsigned limit,
                          unsigned long_limit) {
    size_t left = 0;
    for (size_t i = 0; i < runner->pending_count; i++) {
        struct slot *slot = runner->pending[i];
        if (is_exclusive(slot->entry) != exclusive || !may_start(runner, slot, limit, long_limit))
            runner->pending[left++] = slot;
        else if (slot->entry->skip)
            slot_settle_unplayed(slot, VERDICT_SKIP, slot->entry->skip);
        else
            slot_start(slot);
    }
    runner->pending_count = left;
}

/* Starts what may start now; ends the loop when nothing is left. */
void runner_continue(struct runner *runner) {
    if (runner->stopping)
        return;
    if (runner->main_died) {
        if (under_way(runner) == 0)
            runner_recover(runner);
        return;
    }
    bool fragile = runner->deaths >= DEATHS_FRAGILE;
    unsigned limit = fragile ? 1 : crowd_jobs(runner);
    start_waiting(runner, false, limit, limit - limit / 4);
    start_waiting(runner, false, limit, limit); /* nothing else may start now */
    if (under_way(runner) == 0)
        start_waiting(runner, true, 1, 1);
    if (under_way(runner) > 0)
        return;
    if (runner->connection_lost)
        runner_ask_again(runner);
    else
        event_base_loopbreak(runner->base);
}

/* "touch: a new exptime for an item" */
static const char *lack_shown(const struct runner *runner, const struct target *target,
                              enum capability capability) {
    const struct capability_row *row = capability_row(capability);
    const char *name = row->name, *meaning = row->meaning;
    bool named = strncmp(meaning, name, strlen(name)) == 0;
    const char *shown = named ? meaning : arena_format(runner->arena, "%s: %s", name, meaning);
    return runner->target_count == 1
               ? shown
               : arena_format(runner->arena, "%s (%s)", shown, target->address->shown);
}

/* What the targets lack as a whole, a line each; *count of them. */
static const char **list_lacks(const struct runner *runner, size_t *count) {
    const char **lacks =
        arena_alloc(runner->arena, runner->target_count * CAPABILITY_COUNT * sizeof(const char *));
    for (size_t i = 0; i < runner->target_count; i++) {
        const struct target *target = &runner->targets[i];
        if (target->binary_only)
            lacks[(*count)++] = "text: it answers packets only";
        for (int k = 0; k < CAPABILITY_COUNT && !target->binary_only; k++)
            if (!target->offers[k] && (k != CAPABILITY_udp || target->over[TRANSPORT_UDP]))
                lacks[(*count)++] = lack_shown(runner, target, (enum capability)k);
    }
    return lacks;
}

/* A run that ends before its plan has no targets to name. */
static void begin_report(struct runner *runner) {
    size_t count = runner->stopping ? 0 : runner->target_count, lack_count = 0;
    const char **shown = arena_alloc(runner->arena, count * sizeof *shown);
    for (size_t i = 0; i < count; i++) {
        const struct target *target = &runner->targets[i];
        bool told = target->version && *target->version;
        const char *version = told ? target->version : "does not tell its version";
        const char *as = runner->settings->as;
        shown[i] = arena_format(runner->arena, "%s (%s%s%s)", target->address->shown, version,
                                as ? ", played as " : "", as ? as : "");
    }
    struct report_run run = {.unplanned = runner->stopping,
                             .planned = (unsigned)runner->plan.count,
                             .targets = shown,
                             .target_count = count,
                             .lacks = count > 0 ? list_lacks(runner, &lack_count) : NULL,
                             .tool = "mctap " MCTAP_VERSION,
                             .tap_version = runner->settings->tap_version};
    run.lack_count = lack_count;
    runner->report->begin(runner->out, &run);
}

/* Every target answers: plan, and play. */
void runner_play(struct runner *runner) {
    runner->plan = plan_make(runner->arena, runner->settings, runner->catalog->scenarios,
                             runner->catalog->scenario_count, runner->targets, runner->target_count,
                             runner->spawner != NULL);
    runner->slots = arena_alloc(runner->arena, runner->plan.count * sizeof *runner->slots);
    runner->pending = arena_alloc(runner->arena, runner->plan.count * sizeof *runner->pending);
    runner->rows_taken = arena_alloc(runner->arena, runner->plan.row_count);
    for (size_t i = 0; i < runner->plan.count; i++) {
        runner->slots[i].runner = runner;
        runner->slots[i].entry = &runner->plan.entries[i];
        runner->slots[i].serial = (unsigned)i;
        runner->pending[i] = &runner->slots[runner->plan.order[i]];
    }
    runner->pending_count = runner->plan.count;
    runner->summary.planned = (unsigned)runner->plan.count;
    stage_note_keys(runner);
    begin_report(runner);
    runner->began = true;
    runner_continue(runner);
}

/* ---- ends ---- */

void runner_stop(struct runner *runner, enum exit_code code, const char *reason) {
    if (runner->stopping)
        return;
    runner->stopping = true;
    runner->stop_code = code;
    runner->stop_reason = reason;
    event_base_loopbreak(runner->base);
}

static void on_run_timeout(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    struct runner *runner = owner;
    runner_stop(runner, EXIT_FAILURES,
                arena_format(runner->arena, "the run was stopped after %u s (--run-timeout)",
                             runner->settings->run_timeout_ms / 1000));
}

static void on_signal(evutil_socket_t signal_number, short what, void *owner) {
    (void)what;
    struct runner *runner = owner;
    runner_stop(runner, EXIT_INTERRUPTED,
                signal_number == SIGINT ? "interrupted" : "terminated by a signal");
}

/* What was not judged is told as well: nothing is lost. */
static void settle_rest(struct runner *runner) {
    for (size_t i = 0; i < runner->plan.count; i++) {
        struct slot *slot = &runner->slots[i];
        if (slot->settled)
            continue;
        doubt_end(slot);
        slot_forget_play(slot);
        slot_settle_unplayed(slot, VERDICT_ERROR,
                             arena_format(runner->arena, "not judged: %s", runner->stop_reason));
    }
}

static enum exit_code exit_code_of(const struct runner *runner) {
    const struct verdict_summary *summary = &runner->summary;
    if (runner->stopping)
        return runner->stop_code;
    if (runner->target_lost)
        return EXIT_TARGET_LOST;
    if (summary->errors > 0 || summary->failed > summary->not_gating)
        return EXIT_FAILURES;
    return summary->skipped == summary->planned ? EXIT_ALL_SKIPPED : EXIT_AS_EXPECTED;
}

static void loop(struct runner *runner) {
    struct event *timeout = evtimer_new(runner->base, on_run_timeout, runner);
    struct signals signals = signals_watch(runner->base, on_signal, runner);
    struct timeval limit = {(time_t)(runner->settings->run_timeout_ms / 1000), 0};
    evtimer_add(timeout, &limit);
    stage_open(runner);
    if (!runner->stopping) /* a loop that is broken before it begins runs for ever */
        event_base_dispatch(runner->base);
    event_free(timeout);
    signals_ignore(&signals);
}

/* Reads the known failures, and what --write-baseline writes anew: its lines may still lack a
 * reason, but not be wrong otherwise. */
static bool baselines_open(struct runner *runner) {
    const struct settings *settings = runner->settings;
    struct problems problems = {.arena = runner->arena};
    time_t now = time(NULL);
    strftime(runner->today, sizeof runner->today, "%Y-%m-%d", gmtime(&now));
    if (settings->baseline) {
        runner->baseline = baseline_load(&problems, settings->baseline, BASELINE_JUDGES);
        if (settings->file_count == 0)
            baseline_check(runner->baseline, &problems, runner->catalog);
    }
    if (settings->write_baseline)
        runner->new_baseline = baseline_load(&problems, settings->write_baseline, BASELINE_GROWS);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(runner->err, "%s\n", problems.list[i]);
    if (problems.count > 0)
        runner_stop(runner, EXIT_BAD_USAGE, "the baseline has mistakes");
    return problems.count == 0;
}

/* The new baseline, unless the run ended early: what was not judged would look as if it failed. */
static void baselines_close(struct runner *runner) {
    if (!runner->new_baseline || runner->stopping)
        return;
    if (baseline_write(runner->new_baseline)) {
        fprintf(runner->err, "mctap: wrote %s: say why in the last column of each line\n",
                runner->new_baseline->path);
        return;
    }
    runner_stop(runner, EXIT_BAD_USAGE,
                arena_format(runner->arena, "%s cannot be written: %s", runner->new_baseline->path,
                             strerror(errno)));
}

/* False, with the reason, when the files have mistakes or the selection is none. */
static bool may_begin(struct runner *runner) {
    const struct catalog *catalog = runner->catalog;
    if (catalog->problem_count > 0) {
        size_t count = catalog->problem_count;
        for (size_t i = 0; i < count; i++)
            fprintf(runner->err, "%s\n", catalog->problems[i]);
        runner_stop(runner, EXIT_BAD_USAGE,
                    arena_format(runner->arena, "%zu problem%s in the files of scenarios", count,
                                 count == 1 ? "" : "s"));
        return false;
    }
    if (!baselines_open(runner))
        return false;
    const char *problem = selection_problem(runner->arena, &runner->settings->selection, catalog);
    if (problem)
        runner_stop(runner, EXIT_NOTHING_SELECTED, problem);
    return !problem;
}

static void finish(struct runner *runner) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    runner->summary.duration_ms = (unsigned)((now.tv_sec - runner->begin.tv_sec) * 1000 +
                                             (now.tv_nsec - runner->begin.tv_nsec) / 1000000);
    if (runner->stopping)
        settle_rest(runner);
    progress_clear(&runner->progress);
    if (!runner->began) {
        runner->summary.bail_out = runner->stop_reason;
        begin_report(runner);
    }
    basics_note(runner);
    versions_note(runner);
    afterword_of_plays(runner);
    stage_clean(runner);
    stage_close(runner);
    runner->report->end(runner->out, &runner->summary);
    fflush(runner->out);
    baselines_close(runner);
    if (runner->stopping)
        fprintf(runner->err, "mctap: %s\n", runner->stop_reason);
}

enum exit_code runner_run(const struct settings *settings, const struct catalog *catalog, FILE *out,
                          FILE *err) {
    struct runner runner = {.settings = settings,
                            .catalog = catalog,
                            .out = out,
                            .err = err,
                            .arena = arena_new(),
                            .base = event_base_new(),
                            .progress = progress_on(err),
                            .report = report_find(settings->report)};
    clock_gettime(CLOCK_MONOTONIC, &runner.begin);
    event_base_priority_init(runner.base, PRIORITY_COUNT);
    runner.hub = hub_new(runner.base);
    if (may_begin(&runner))
        loop(&runner);
    finish(&runner);
    enum exit_code code = exit_code_of(&runner);
    hub_free(runner.hub);
    event_base_free(runner.base);
    arena_free(runner.arena);
    return code;
}
