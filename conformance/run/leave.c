/* SPDX-License-Identifier: MIT */
/* leave.c - after the last play, on servers that somebody else started: are they still there, and
 * what of ours is to be taken away. See stage.h. */
#include "run/stage.h"

#include "arena.h"
#include "play/keys.h"
#include "run/cleaner.h"
#include "run/probe.h"

#include <event2/event.h>

enum { HASTE_MS = 500 /* for the clean-up after a run that was stopped */ };

static void on_asked_again(struct target *target, const char *problem, void *owner) {
    struct runner *runner = owner;
    if (problem) {
        runner->target_lost = true;
        fprintf(runner->err, "mctap: %s does not answer any more: %s\n", target->address->shown,
                problem);
    }
    if (--runner->in_flight == 0)
        event_base_loopbreak(runner->base);
}

void stage_note_keys(struct runner *runner) {
    for (size_t i = 0; !runner->spawner && i < runner->target_count; i++) {
        runner->targets[i].keys = keys_new();
        probe_note_key(runner->targets[i].keys);
    }
}

static void on_cleaned(struct target *target, const char *problem, void *owner) {
    struct runner *runner = owner;
    (void)target;
    if (problem)
        fprintf(runner->err, "mctap: %s\n", problem);
    if (--runner->in_flight == 0)
        event_base_loopbreak(runner->base);
}

/* Whoever interrupts a run does not want to wait for long. */
void stage_clean(struct runner *runner) {
    unsigned timeout_ms = runner->settings->timeout_ms;
    if (runner->stopping && timeout_ms > HASTE_MS)
        timeout_ms = HASTE_MS;
    struct cleaner **cleaners =
        arena_alloc(runner->arena, runner->target_count * sizeof(struct cleaner *));
    runner->in_flight = 0;
    for (size_t i = 0; i < runner->target_count; i++) {
        size_t count = 0;
        if (runner->targets[i].keys)
            keys_list(runner->targets[i].keys, &count);
        if (count == 0)
            continue;
        runner->in_flight++;
        cleaners[i] = cleaner_start(runner->hub, runner->arena, &runner->targets[i], timeout_ms,
                                    on_cleaned, runner);
    }
    if (runner->in_flight > 0)
        event_base_dispatch(runner->base);
    for (size_t i = 0; i < runner->target_count; i++) {
        if (cleaners[i])
            cleaner_stop(cleaners[i]);
        keys_free(runner->targets[i].keys);
    }
}

/* A server that somebody else started cannot be watched, only asked. */
void runner_ask_again(struct runner *runner) {
    for (size_t i = 0; i < runner->target_count; i++) {
        struct target *target = arena_alloc(runner->arena, sizeof *target);
        target->address = runner->targets[i].address;
        target->credentials = runner->targets[i].credentials;
        runner->in_flight++;
        runner->probes[i] = probe_start(runner->hub, runner->arena, target,
                                        runner->settings->timeout_ms, on_asked_again, runner);
    }
}
