/* SPDX-License-Identifier: MIT */
/* check_run.c - see check_run.h. */
#include "client/check_run.h"

#include "arena.h"
#include "language/suggest.h"
#include "run/runner.h"
#include "settings.h"
#include "signals.h"
#include "version.h"

#include <fnmatch.h>
#include <string.h>

/* ---- selection ---- */

/* The id, its beginning up to a dot, or a glob. */
static bool matches(const char *pattern, const char *id) {
    size_t length = strlen(pattern);
    bool begins = strncmp(pattern, id, length) == 0 && (id[length] == '.' || id[length] == '\0');
    return begins || fnmatch(pattern, id, 0) == 0;
}

static bool is_selected(const struct selection *selection, const char *id) {
    bool meant = selection->only_count == 0;
    for (size_t i = 0; i < selection->only_count; i++)
        meant = meant || matches(selection->only[i], id);
    for (size_t i = 0; i < selection->except_count; i++)
        meant = meant && !matches(selection->except[i], id);
    return meant;
}

/* What is wrong with a list of patterns, in words; NULL: each matches something. */
static const char *pattern_problem(struct arena *arena, const struct check_run *run,
                                   const char *const *patterns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        const char **ids = arena_alloc(arena, run->count * sizeof *ids);
        for (size_t k = 0; k < run->count; k++) {
            ids[k] = run->checks[k].id;
            found = found || matches(patterns[i], ids[k]);
        }
        const char *near = suggest_word(patterns[i], ids, run->count);
        if (!found)
            return arena_format(arena, "no check is called \"%s\"%s%s%s", patterns[i],
                                near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    return NULL;
}

static const char *selection_trouble(struct arena *arena, const struct check_run *run,
                                     unsigned *planned) {
    const struct selection *selection = run->selection;
    const char *problem = pattern_problem(arena, run, selection->only, selection->only_count);
    if (!problem)
        problem = pattern_problem(arena, run, selection->except, selection->except_count);
    *planned = 0;
    for (size_t i = 0; i < run->count; i++)
        *planned += is_selected(selection, run->checks[i].id);
    if (!problem && *planned == 0)
        problem = "nothing is left of the checks";
    return problem;
}

/* ---- one check ---- */

/* Why the failure of a check does not gate, or NULL. The words of reports are about servers. */
static const char *todo_of(struct trial *trial, const struct check_run *run,
                           const struct check *check) {
    if (check->level == VERDICT_OBSERVED)
        return arena_format(trial->arena, "observed of %s, the protocol does not ask for it",
                            run->kind);
    return check->level == VERDICT_OPTIONAL ? "a matter of taste, the protocol leaves it open"
                                            : NULL;
}

static void verdict_begin(struct trial *trial, const struct check_run *run,
                          const struct check *check) {
    trial->verdict = (struct verdict){.id = check->id,
                                      .name = check->sentence,
                                      .outcome = VERDICT_PASS,
                                      .level = check->level,
                                      .todo = todo_of(trial, run, check),
                                      .rule = check->id,
                                      .sentence = check->sentence};
}

static void make(struct trial *trial, const struct check_run *run, const struct check *check) {
    unsigned long long begin = trial_now_ms();
    backends_reset(trial->backends);
    verdict_begin(trial, run, check);
    trial->argument = check->argument;
    if (run->prepare(trial))
        check->make(trial);
    struct verdict *verdict = &trial->verdict;
    verdict->duration_ms = (unsigned)(trial_now_ms() - begin);
    verdict->gates = verdict->level == VERDICT_MUST || run->strict;
    verdict->events = backends_events(trial->backends, &verdict->event_count);
    const char **lines = arena_alloc(trial->arena, sizeof *lines);
    lines[0] = arena_format(trial->arena, "%s%s%s", run->repeat, check->id, run->repeat_end);
    verdict->reproduce = lines;
    verdict->reproduce_count = 1;
}

static void count(struct verdict_summary *summary, const struct verdict *verdict) {
    summary->passed += verdict->outcome == VERDICT_PASS;
    summary->skipped += verdict->outcome == VERDICT_SKIP;
    summary->failed += verdict->outcome == VERDICT_FAIL;
    summary->not_gating += verdict->outcome == VERDICT_FAIL && !verdict->gates;
    summary->errors += verdict->outcome == VERDICT_ERROR;
}

/* ---- the run ---- */

static const char INTERRUPTED[] = "interrupted";

static int exit_code(const struct verdict_summary *summary) {
    if (summary->failed > summary->not_gating || summary->errors > 0 || summary->bail_out)
        return EXIT_FAILURES;
    return summary->skipped == summary->planned ? EXIT_ALL_SKIPPED : EXIT_AS_EXPECTED;
}

static void make_all(struct trial *trial, const struct check_run *run,
                     struct verdict_summary *summary) {
    struct arena *whole = trial->arena;
    for (size_t i = 0; i < run->count && !summary->bail_out; i++) {
        if (!is_selected(run->selection, run->checks[i].id))
            continue;
        trial->arena = arena_new();
        make(trial, run, &run->checks[i]);
        if (trial->interrupted) { /* its verdict says nothing */
            summary->bail_out = INTERRUPTED;
            backends_reset(trial->backends);
            arena_free(trial->arena);
            break;
        }
        count(summary, &trial->verdict);
        run->report->point(run->out,
                           summary->passed + summary->failed + summary->skipped + summary->errors,
                           &trial->verdict);
        fflush(run->out);
        backends_reset(trial->backends); /* its notes are of the arena that goes now */
        arena_free(trial->arena);
        if (trial_now_ms() >= trial->ends_at_ms)
            summary->bail_out = "the time of --run-timeout is up";
    }
    trial->arena = whole;
}

/* What a signal ends. */
struct ending {
    struct trial *trial;
    const struct check_run *run;
};

static void on_signal(evutil_socket_t number, short what, void *owner) {
    struct ending *ending = owner;
    (void)number;
    (void)what;
    ending->trial->interrupted = true;
    if (ending->run->interrupt)
        ending->run->interrupt(ending->trial);
    event_base_loopbreak(ending->trial->base);
}

int check_run(struct trial *trial, const struct check_run *run) {
    unsigned planned;
    unsigned long long begin = trial_now_ms();
    const char *problem = selection_trouble(trial->arena, run, &planned);
    struct verdict_summary summary = {.planned = planned, .bail_out = problem};
    int code = EXIT_NOTHING_SELECTED;
    struct ending ending = {trial, run};
    struct signals signals = signals_watch(trial->base, on_signal, &ending);
    trial->ends_at_ms = begin + run->run_timeout_ms;
    if (!problem) {
        const struct check first = {.id = "begin", .sentence = ""};
        verdict_begin(trial, run, &first);
        backends_reset(trial->backends);
        if (!run->prepare(trial) || !run->begin(trial)) {
            summary.bail_out = trial->interrupted ? INTERRUPTED : trial->verdict.reason;
            code = EXIT_TARGET_LOST;
        }
    }
    const char *subjects[] = {run->subject};
    run->report->begin(run->out, &(struct report_run){.unplanned = summary.bail_out != NULL,
                                                      .planned = planned,
                                                      .targets = subjects,
                                                      .target_count = 1,
                                                      .tool = "mctap " MCTAP_VERSION,
                                                      .tap_version = run->tap_version});
    if (summary.bail_out) {
        fprintf(run->err, "mctap: %s\n", summary.bail_out);
        summary.planned = 0;
    } else {
        make_all(trial, run, &summary);
        code = exit_code(&summary);
    }
    summary.duration_ms = (unsigned)(trial_now_ms() - begin);
    run->report->end(run->out, &summary);
    signals_ignore(&signals);
    return trial->interrupted ? EXIT_INTERRUPTED : code;
}
