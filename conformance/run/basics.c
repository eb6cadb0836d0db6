/* SPDX-License-Identifier: MIT */
/* basics.c - failed scenarios from which others may follow. See basics.h. */
#include "run/basics.h"

#include "arena.h"
#include "run/selection.h"
#include "run/stage.h"

static bool has_news(const struct slot *slot) {
    return slot->verdict.outcome == VERDICT_FAIL && !slot->verdict.known;
}

void basics_note(struct runner *runner) {
    struct verdict_summary *summary = &runner->summary;
    const char **ids = arena_alloc(runner->arena, runner->plan.count * sizeof *ids);
    size_t count = 0, failures = 0;
    for (size_t i = 0; i < runner->plan.count; i++) {
        const struct slot *slot = &runner->slots[i];
        if (!has_news(slot))
            continue;
        failures++;
        if (selection_has_tag(slot->entry->scenario, "basic"))
            ids[count++] = slot->verdict.id;
    }
    summary->basics = ids;
    summary->basic_count = failures > count ? count : 0;
}
