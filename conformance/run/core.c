/* SPDX-License-Identifier: MIT */
/* core.c - finds the commands that scenarios send, and the ones to leave out. See core.h. */
#include "run/core.h"

#include "arena.h"
#include "language/steps.h"
#include "run/capabilities.h"

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

/* What is looked for, and how many lines stood in front of it. */
struct search {
    const char *words;
    size_t lines;
};

/* Looks at the first word of each line that begins in the literal. `*begins` says whether its
 * first byte begins a line, and then whether what follows it does. */
static bool literal_has(const struct atom *atom, struct search *search, bool *begins) {
    const char *bytes = atom->bytes;
    for (size_t i = 0; i < atom->length; i++) {
        size_t length = 0;
        while (i + length < atom->length && (unsigned char)bytes[i + length] > ' ')
            length++;
        if (*begins && length > 0 && is_word(search->words, bytes + i, length))
            return true;
        *begins = bytes[i] == '\n';
        search->lines += *begins;
    }
    return false;
}

static bool text_has(const struct text *text, struct search *search) {
    bool begins = true;
    for (size_t i = 0; i < text->count; i++) {
        if (text->atoms[i].kind == ATOM_LITERAL) {
            if (literal_has(&text->atoms[i], search, &begins))
                return true;
        } else {
            if (text->atoms[i].kind == ATOM_REPEAT && text_has(&text->atoms[i].body, search))
                return true;
            begins = false;
        }
    }
    return false;
}

static bool step_sends(const struct step *step, const void *words) {
    struct search search = {.words = words};
    return step->send && text_has(step->send, &search);
}

bool core_sends(const struct scenario *scenario, const char *words) {
    return steps_any(scenario->steps, scenario->step_count, step_sends, words);
}

/* ---- how well it tells that a command is missing ---- */

static bool step_awaits_error(const struct step *step, const void *unused) {
    (void)unused;
    for (size_t i = 0; step->expect && i < step->expect->count; i++)
        if (text_has(&step->expect->alternatives[i].text,
                     &(struct search){.words = "ERROR CLIENT_ERROR SERVER_ERROR"}))
            return true;
    return false;
}

/* Provokes errors: a server of few commands may fail at the first of them, for another reason. */
static bool awaits_errors(const struct scenario *scenario) {
    return steps_any(scenario->steps, scenario->step_count, step_awaits_error, NULL);
}

/* Does the first step that sends the command await bytes, too? Not of a noreply. */
static bool is_asked(const struct scenario *scenario, const char *words) {
    for (size_t i = 0; i < scenario->step_count; i++)
        if (step_sends(&scenario->steps[i], words))
            return scenario->steps[i].expect &&
                   scenario->steps[i].expect->alternatives[0].text.count > 0;
    return false;
}

/* How many lines are sent before the command; each may be what fails instead of it. */
static size_t lines_before(const struct scenario *scenario, const char *words) {
    struct search search = {.words = words};
    for (size_t i = 0; i < scenario->step_count; i++)
        if (scenario->steps[i].send && text_has(scenario->steps[i].send, &search))
            break;
    return search.lines;
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

/* The one that tells best needs no other missing command and is a must. The step that fails is the
 * one that sent the command: it judges the answer, and little went before it that could fail. */
static bool tells_better(const struct plan_entry *one, const struct plan_entry *other,
                         const char *words, const struct missing *missing) {
    const struct scenario *a = one->scenario, *b = other->scenario;
    size_t more = needed(one, missing), less = needed(other, missing);
    if (more != less)
        return more < less;
    if (a->rules[0]->level != b->rules[0]->level)
        return a->rules[0]->level < b->rules[0]->level;
    if (is_asked(a, words) != is_asked(b, words))
        return is_asked(a, words);
    if (awaits_errors(a) != awaits_errors(b))
        return !awaits_errors(a);
    size_t here = lines_before(a, words), there = lines_before(b, words);
    return here != there ? here < there : a->step_count < b->step_count;
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
    const char *words = capability_row(capability)->words;
    for (size_t i = 0; i < plan->count; i++)
        if (is_candidate(&plan->entries[i], index, capability) &&
            (!teller || tells_better(&plan->entries[i], teller, words, missing)))
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
