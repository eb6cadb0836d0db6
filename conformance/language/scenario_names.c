/* SPDX-License-Identifier: MIT */
/* scenario_names.c - which sessions and captures exist at a step. A scenario is read in the order
 * it is played, so what no step before has named is a mistake, most often a misspelling. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/steps.h"
#include "language/suggest.h"

#include <stdlib.h>
#include <string.h>

/* Is `session` the one of this entry: the same name, or "buyer3" of the crowd buyer1..64? */
static bool name_is_session(const struct known_name *known, const char *session) {
    if (known->last == 0)
        return strcmp(known->session, session) == 0;
    size_t stem = strlen(known->session);
    if (strncmp(known->session, session, stem) != 0 || session[stem] < '1' || session[stem] > '9')
        return false;
    char *end;
    unsigned long number = strtoul(session + stem, &end, 10);
    return *end == '\0' && number >= known->first && number <= known->last;
}

bool names_overlap(const struct step *a, const struct step *b) {
    if ((a->crowd_last == 0) == (b->crowd_last == 0))
        return strcmp(a->as, b->as) == 0 && a->crowd_first <= b->crowd_last &&
               b->crowd_first <= a->crowd_last;
    const struct step *crowd = a->crowd_last != 0 ? a : b, *single = a->crowd_last != 0 ? b : a;
    const struct known_name known = {crowd->as, NULL, crowd->crowd_first, crowd->crowd_last};
    return name_is_session(&known, single->as);
}

/* The session that a step makes or uses, or NULL. */
static const char *session_of(const struct step *step) {
    return step_row(step->verb)->operand == OPERAND_NEW_SESSION ? step->name : step->as;
}

static void add(struct loading *loading, const struct step *step, const char *capture) {
    const char *session = session_of(step);
    for (size_t i = 0; i < loading->name_count; i++) {
        const struct known_name *known = &loading->names[i];
        bool same_capture = capture == NULL
                                ? known->name == NULL
                                : known->name != NULL && strcmp(known->name, capture) == 0;
        if (same_capture && strcmp(known->session, session) == 0 &&
            known->first == step->crowd_first && known->last == step->crowd_last)
            return;
    }
    loading->names = arena_grow(loading->problems->arena, loading->names, loading->name_count,
                                sizeof *loading->names);
    loading->names[loading->name_count++] =
        (struct known_name){session, capture, step->crowd_first, step->crowd_last};
}

/* What a step adds names to, for each atom of its pattern. */
struct adding {
    struct loading *loading;
    const struct step *step;
};

static void add_capture(const struct atom *atom, void *owner) {
    const struct adding *adding = owner;
    if (atom_is_wildcard(atom) && atom->name != NULL)
        add(adding->loading, adding->step, atom->name);
}

void names_add(struct loading *loading, const struct step *step) {
    struct adding adding = {loading, step};
    for (size_t i = 0; i < step->step_count; i++)
        names_add(loading, &step->steps[i]);
    if (step->roles != NULL)
        return; /* their steps were added as they were read */
    if (session_of(step) == NULL)
        return;
    add(loading, step, NULL);
    for (size_t i = 0; step->expect != NULL && i < step->expect->count; i++)
        text_visit(&step->expect->alternatives[i].text, add_capture, &adding);
}

bool names_check_session(struct loading *loading, struct place at, const char *session) {
    const char **sessions =
        arena_alloc(loading->problems->arena, (loading->name_count + 1) * sizeof *sessions);
    size_t count = 0;
    for (size_t i = 0; i < loading->name_count; i++) {
        if (name_is_session(&loading->names[i], session))
            return true;
        if (loading->names[i].name == NULL)
            sessions[count++] = loading->names[i].session;
    }
    if (loading->names_unsure)
        return true;
    problem_add(loading->problems, at, "no step before this one uses the session \"%s\"%s", session,
                suggest_hint(loading->problems->arena, session, sessions, count));
    return false;
}

/* What {name} may have been meant to be: a capture, or a word that has a meaning of its own. Not
 * {as}, which is too near to {cas}. */
static const char *capture_hint(struct loading *loading, const char *session, const char *name) {
    static const char *const words[] = {"key",  "now",  "round", "u64",
                                        "word", "text", "lines", "bytes"};
    enum { WORD_COUNT = sizeof words / sizeof *words };
    struct arena *arena = loading->problems->arena;
    const char **known = arena_alloc(arena, (loading->name_count + WORD_COUNT) * sizeof *known);
    size_t count = 0;
    for (size_t i = 0; i < loading->name_count; i++)
        if (loading->names[i].name != NULL)
            known[count++] = loading->names[i].name;
    for (size_t i = 0; session == NULL && i < WORD_COUNT; i++)
        known[count++] = words[i];
    const char *near = suggest_word(name, known, count);
    return near != NULL && strcmp(near, name) != 0
               ? arena_format(arena, "; did you mean {%s}?", near)
               : arena_format(arena, "; a capture is written {%s=u64} in an \"expect\"", name);
}

bool names_check_capture(struct loading *loading, struct place at, const char *session,
                         const char *name) {
    for (size_t i = 0; i < loading->name_count; i++) {
        const struct known_name *known = &loading->names[i];
        if (known->name != NULL && strcmp(known->name, name) == 0 &&
            (session == NULL || name_is_session(known, session)))
            return true;
    }
    if (loading->names_unsure)
        return true;
    struct arena *arena = loading->problems->arena;
    const char *where = session == NULL ? "" : arena_format(arena, " in session %s", session);
    problem_add(loading->problems, at, "no step before this one captures \"%s\"%s%s", name, where,
                capture_hint(loading, session, name));
    return false;
}
