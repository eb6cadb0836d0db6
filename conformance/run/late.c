/* SPDX-License-Identifier: MIT */
/* late.c - was a play held up so long that its failure says nothing about the server? See stage.h.
 *
 * Only scenarios that say something about time are played again, and only when they took longer
 * than their waits and the margin that every such scenario leaves. What is not about time fails
 * whenever it is played, so no fault is hidden by chance; and a pass that came late says so. */
#include "run/stage.h"

#include "arena.h"
#include "run/duration.h"

enum { REPLAYS_MAX = 3 };

/* By how much the play took longer than its waits if that may have made it fail; else 0. */
static unsigned lateness_ms(const struct slot *slot) {
    const struct verdict *verdict = play_verdict(slot->play);
    unsigned waits_ms = play_waits_ms(slot->play);
    bool answered = verdict->received.length > 0 || verdict->request.length == 0;
    if (verdict->outcome != VERDICT_FAIL || !answered ||
        verdict->duration_ms < waits_ms + TIME_MARGIN_MS ||
        !scenario_is_about_time(slot->entry->scenario))
        return 0;
    return verdict->duration_ms - waits_ms;
}

bool late_plays_again(struct slot *slot) {
    unsigned late_ms = slot->replays - slot->crowded_replays < REPLAYS_MAX ? lateness_ms(slot) : 0;
    if (late_ms > slot->late_ms)
        slot->late_ms = late_ms;
    return late_ms > 0;
}

const char *late_note(const struct slot *slot) {
    if (slot->late_ms == 0)
        return NULL;
    return arena_format(slot->runner->arena,
                        "it failed when it was held up for %u ms, and was played again",
                        slot->late_ms);
}
