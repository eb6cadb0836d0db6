/* SPDX-License-Identifier: MIT */
/* join.c - requests of a scenario in one write. See cut.h.
 *
 * Steps that follow each other on one session are joined when the bytes of the later one do not
 * depend on a reply to the earlier one, and when nothing else is asked of them than to send and to
 * judge one reply. What was silence stays so: the replies of the others must follow at once. */
#include "play/cut.h"

#include "arena.h"

#include <string.h>

static void note_value(const struct atom *atom, void *owner) {
    if (atom->kind == ATOM_VALUE)
        *(bool *)owner = true;
}

static bool uses_captures(const struct text *text) {
    bool found = false;
    text_visit(text, note_value, &found);
    return found;
}

/* Does the pattern stop at its end whatever follows? {lines} would run on. */
static bool has_lines(const struct text *text) {
    for (size_t i = 0; i < text->count; i++)
        if (text->atoms[i].kind == ATOM_LINES || text->atoms[i].kind == ATOM_PACKETS)
            return true;
    return false;
}

/* A plain request with a plain reply. One that has a name is counted when it comes, alone. */
static bool is_plain(const struct step *step) {
    return step->verb == STEP_SEND && step->send && step->send->count > 0 && step->expect &&
           step->expect->count == 1 && !step->expect->alternatives[0].name &&
           step->crowd_last == 0 && step->tally_count == 0 && !step->closes && !step->half_close &&
           !step->cut_bytes && step->cut_count == 0 && step->pause_ms == 0 &&
           step->eventually_ms == 0 && step->via == NULL && step->condition_count == 0 &&
           step->fails == STEP_ANSWERED && step->over != TRANSPORT_UDP &&
           !has_lines(&step->expect->alternatives[0].text);
}

static bool same_place(const struct step *a, const struct step *b) {
    bool same_member = a->on == b->on || (a->on && b->on && strcmp(a->on, b->on) == 0);
    return strcmp(a->as, b->as) == 0 && same_member && a->over == b->over;
}

static bool may_follow(const struct step *before, const struct step *step) {
    return is_plain(before) && is_plain(step) && same_place(before, step) &&
           !uses_captures(step->send) && !uses_captures(&step->expect->alternatives[0].text);
}

static struct text text_of_two(struct arena *arena, const struct text *a, const struct text *b) {
    struct text text = {arena_alloc(arena, (a->count + b->count) * sizeof(struct atom)),
                        a->count + b->count};
    if (a->count > 0)
        memcpy(text.atoms, a->atoms, a->count * sizeof(struct atom));
    if (b->count > 0)
        memcpy(text.atoms + a->count, b->atoms, b->count * sizeof(struct atom));
    return text;
}

static void append(struct arena *arena, struct step *step, const struct step *next) {
    struct text *send = arena_alloc(arena, sizeof *send);
    struct pattern *expect = arena_alloc(arena, sizeof *expect);
    *send = text_of_two(arena, step->send, next->send);
    expect->count = 1;
    expect->alternatives = arena_alloc(arena, sizeof *expect->alternatives);
    expect->alternatives[0].text = text_of_two(arena, &step->expect->alternatives[0].text,
                                               &next->expect->alternatives[0].text);
    step->send = send;
    step->expect = expect;
    step->within_ms = next->within_ms > step->within_ms ? next->within_ms : step->within_ms;
}

const struct step *steps_join(struct arena *arena, const struct step *steps, size_t count,
                              size_t *joined) {
    struct step *list = arena_alloc(arena, (count + 1) * sizeof *list);
    *joined = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && may_follow(&steps[i - 1], &steps[i])) {
            append(arena, &list[*joined - 1], &steps[i]);
            continue;
        }
        struct step *step = &list[(*joined)++];
        *step = steps[i];
        if (step->verb == STEP_REPEAT)
            step->steps = steps_join(arena, steps[i].steps, steps[i].step_count, &step->step_count);
    }
    return list;
}
