/* SPDX-License-Identifier: MIT */
/* basics.c - failed scenarios from which others may follow. See basics.h. */
#include "run/basics.h"

#include "arena.h"
#include "run/capabilities.h"
#include "run/core.h"
#include "run/selection.h"
#include "run/stage.h"

static bool has_news(const struct slot *slot) {
    return slot->verdict.outcome == VERDICT_FAIL && !slot->verdict.known;
}

/* That a command is missing stands at the top of the report. */
static bool tells_of_missing(const struct runner *runner, const struct slot *slot) {
    const struct target *target = &runner->targets[slot->entry->target];
    for (int i = 0; i < CAPABILITY_COUNT; i++) {
        const char *words = capability_row((enum capability)i)->words;
        if (words && !target->offers[i] && core_sends(slot->entry->scenario, words))
            return true;
    }
    return false;
}

static size_t steps_of(const struct slot *slot) {
    return slot->entry->scenario->step_count;
}

/* The one with the fewest steps stands first; nothing is easier to look at. */
static void insert(const struct slot **basics, size_t count, const struct slot *slot) {
    size_t at = count;
    for (; at > 0 && steps_of(basics[at - 1]) > steps_of(slot); at--)
        basics[at] = basics[at - 1];
    basics[at] = slot;
}

void basics_note(struct runner *runner) {
    struct verdict_summary *summary = &runner->summary;
    const char **ids = arena_alloc(runner->arena, runner->plan.count * sizeof *ids);
    const struct slot **basics = arena_alloc(runner->arena, runner->plan.count * sizeof *basics);
    size_t count = 0, failures = 0;
    for (size_t i = 0; i < runner->plan.count; i++) {
        const struct slot *slot = &runner->slots[i];
        if (!has_news(slot))
            continue;
        failures++;
        if (selection_has_tag(slot->entry->scenario, "basic") && !tells_of_missing(runner, slot))
            insert(basics, count++, slot);
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = basics[i]->verdict.id;
    summary->basics = ids;
    summary->basic_count = failures > count ? count : 0;
}
