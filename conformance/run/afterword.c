/* SPDX-License-Identifier: MIT */
/* afterword.c - see afterword.h. */
#include "run/afterword.h"

#include "arena.h"
#include "run/stage.h"

#include <assert.h>

void afterword_add(struct runner *runner, const char *sentence) {
    struct verdict_summary *summary = &runner->summary;
    fprintf(runner->err, "mctap: %s\n", sentence);
    assert(summary->remark_count < AFTERWORD_MAX);
    runner->remarks[summary->remark_count++] = sentence;
    summary->remarks = runner->remarks;
}

static void tell_of_deaths(struct runner *runner) {
    if (runner->deaths == 0 || runner->stopping)
        return;
    const char *alone =
        runner->unexplained ? " while scenarios overlapped, and none of them kills it alone" : "";
    afterword_add(runner, arena_format(runner->arena,
                                       "the server died %u time%s%s, and what was under way was "
                                       "played again, one by one; the last time %s",
                                       runner->deaths, runner->deaths == 1 ? "" : "s", alone,
                                       runner->last_death));
}

static void tell_of_crowding(struct runner *runner) {
    if (runner->crowded > 0)
        afterword_add(
            runner,
            arena_format(runner->arena,
                         "the target did not take connections as fast as they came: %u scenario%s "
                         "failed and %s played again, and from then on few at once. Is the queue "
                         "that it gives to listen() short? (request_queue_size in Python's "
                         "socketserver)",
                         runner->crowded, runner->crowded == 1 ? "" : "s",
                         runner->crowded == 1 ? "was" : "were"));
}

/* A server that is right but slow would look broken without this word. */
static void tell_of_time(struct runner *runner) {
    enum { TOLD_FROM = 3 };
    if (runner->timed_out >= TOLD_FROM)
        afterword_add(
            runner,
            arena_format(runner->arena,
                         "%u scenarios ran out of time: if the server is right but slow, ask it "
                         "less at once (--jobs 8; --jobs 1 if it serves one connection at a time) "
                         "or give it longer than %u ms (--timeout)",
                         runner->timed_out, runner->settings->timeout_ms));
}

void afterword_of_plays(struct runner *runner) {
    tell_of_deaths(runner);
    tell_of_crowding(runner);
    tell_of_time(runner);
}
