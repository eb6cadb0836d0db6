/* SPDX-License-Identifier: MIT */
/* core.c - finds the commands that scenarios send, and the ones to leave out. See core.h. */
#include "run/core.h"

#include "arena.h"
#include "language/steps.h"
#include "run/capabilities.h"
#include "run/selection.h"

#include <string.h>

/* ---- what a scenario sends ---- */

static bool is_word(const char *words, const char *word, size_t length) {
    for (const char *at = words; *at;) {
        size_t here = strcspn(at, " ");
        if (here == length && memcmp(at, word, length) == 0)
            return true;
        at += here + (at[here] == ' ');
    }
    return false;
}

/* Looks at the first word of each line that begins in the literal. `*begins` says whether its
 * first byte begins a line, and then whether what follows it does. */
static bool literal_has(const struct atom *atom, const char *words, bool *begins) {
    const char *bytes = atom->bytes;
    for (size_t i = 0; i < atom->length; i++) {
        size_t length = 0;
        while (i + length < atom->length && (unsigned char)bytes[i + length] > ' ')
            length++;
        if (*begins && length > 0 && is_word(words, bytes + i, length))
            return true;
        *begins = bytes[i] == '\n';
    }
    return false;
}

static bool text_has(const struct text *text, const char *words) {
    bool begins = true;
    for (size_t i = 0; i < text->count; i++) {
        if (text->atoms[i].kind == ATOM_LITERAL) {
            if (literal_has(&text->atoms[i], words, &begins))
                return true;
        } else {
            if (text->atoms[i].kind == ATOM_REPEAT && text_has(&text->atoms[i].body, words))
                return true;
            begins = false;
        }
    }
    return false;
}

static bool step_has(const struct step *step, const void *words) {
    return step->send && text_has(step->send, words);
}

bool core_sends(const struct scenario *scenario, const char *words) {
    return steps_any(scenario->steps, scenario->step_count, step_has, words);
}

/* ---- what is left out ---- */

struct missing {
    enum capability list[CAPABILITY_COUNT];
    size_t count;
};

static bool needs(const struct plan_entry *entry, enum capability capability) {
    return core_sends(entry->scenario, capability_row(capability)->words);
}

static size_t needed(const struct plan_entry *entry, const struct missing *missing) {
    size_t count = 0;
    for (size_t i = 0; i < missing->count; i++)
        count += needs(entry, missing->list[i]);
    return count;
}

/* The one that tells best: needs no other missing command, is basic, a must, has few steps. */
static bool tells_better(const struct plan_entry *one, const struct plan_entry *other,
                         const struct missing *missing) {
    size_t more = needed(one, missing), less = needed(other, missing);
    if (more != less)
        return more < less;
    bool basic = selection_has_tag(one->scenario, "basic");
    if (basic != selection_has_tag(other->scenario, "basic"))
        return basic;
    enum verdict_level level = one->scenario->rules[0]->level;
    if (level != other->scenario->rules[0]->level)
        return level < other->scenario->rules[0]->level;
    return one->scenario->step_count < other->scenario->step_count;
}

static bool is_candidate(const struct plan_entry *entry, size_t index, enum capability capability) {
    return entry->target == index && !entry->skip && needs(entry, capability);
}

/* Nobody must have a command that only observed and optional rules know. */
static bool is_must(const struct plan_entry *teller) {
    return teller && teller->scenario->rules[0]->level == VERDICT_MUST;
}

static void skip_but_one(struct arena *arena, struct plan *plan, size_t index,
                         enum capability capability, const struct missing *missing) {
    const struct plan_entry *teller = NULL;
    for (size_t i = 0; i < plan->count; i++)
        if (is_candidate(&plan->entries[i], index, capability) &&
            (!teller || tells_better(&plan->entries[i], teller, missing)))
            teller = &plan->entries[i];
    const char *name = capability_row(capability)->name;
    const char *reason = is_must(teller) ? arena_format(arena, "%s: not offered, as %s tells", name,
                                                        teller->scenario->id)
                                         : arena_format(arena, "%s: not offered", name);
    for (size_t i = 0; i < plan->count; i++)
        if (is_candidate(&plan->entries[i], index, capability) &&
            (&plan->entries[i] != teller || !is_must(teller)))
            plan->entries[i].skip = reason;
}

void core_skip(struct arena *arena, struct plan *plan, const struct target *target, size_t index) {
    struct missing missing = {.count = 0};
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        if (capability_row((enum capability)i)->words && !target->offers[i])
            missing.list[missing.count++] = (enum capability)i;
    for (size_t i = 0; i < missing.count; i++)
        skip_but_one(arena, plan, index, missing.list[i], &missing);
}
