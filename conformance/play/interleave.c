/* SPDX-License-Identifier: MIT */
/* interleave.c - the orders of a scenario with actors. See interleave.h. */
#include "play/interleave.h"

#include "arena.h"
#include "language/order.h"
#include "language/steps.h"
#include "play/condition.h"
#include "play/explain.h"
#include "play/flow.h"
#include "play/inside.h"
#include "play/perform.h"

#include <inttypes.h>
#include <string.h>

/* A table with more rows than this is told by its last line alone. */
enum { ROWS_MAX = 1000 };

struct exploration {
    const struct step *interleave;
    size_t *turns, turn_count;
    const struct step *steps; /* in this order; from the arena of the order */
    bool *idle;               /* turns[i] passed without a step */
    uint64_t number, planned, total;
    bool sampled;
    struct dice dice;
    uint64_t *seen; /* how often each outcome of the scenario was */
    const char **rows;
    size_t row_count, width;
};

/* ---- how it is told ---- */

/* "get": what a turn does, in one word. */
static const char *step_word(struct arena *arena, const struct step *step) {
    const struct text *text = step->send;
    if (text == NULL || text->count == 0 || text->atoms[0].kind != ATOM_LITERAL)
        return step_row(step->verb)->word;
    const char *bytes = text->atoms[0].bytes;
    return arena_copy(arena, bytes, strcspn(bytes, " \r\n"));
}

static const char *turn_shown(struct arena *arena, const struct step *step, bool idle) {
    return arena_format(arena, "%s %s", step->as, idle ? "-" : step_word(arena, step));
}

static size_t widest_turn(struct arena *arena, const struct step *interleave) {
    size_t widest = 0;
    for (size_t i = 0; i < interleave->role_count; i++)
        for (size_t k = 0; k < interleave->roles[i].step_count; k++) {
            size_t width = strlen(turn_shown(arena, &interleave->roles[i].steps[k], false));
            widest = width > widest ? width : widest;
        }
    return widest;
}

static const char *turns_shown(struct arena *arena, const struct exploration *exploration,
                               int width, const char *between) {
    const char *shown = "";
    for (size_t i = 0; i < exploration->turn_count; i++)
        shown = arena_format(arena, "%s%s%-*s", shown, i == 0 ? "" : between, width,
                             turn_shown(arena, &exploration->steps[i], exploration->idle[i]));
    return shown;
}

const char *exploration_shown(struct play *play) {
    const struct exploration *exploration = play->exploration;
    if (exploration->steps == NULL)
        return NULL;
    return arena_format(play->arena, "order %" PRIu64 " of %" PRIu64 ": %s", exploration->number,
                        exploration->planned, turns_shown(play->arena, exploration, 0, ", "));
}

static void remark(struct play *play, const char *line) {
    struct exploration *exploration = play->exploration;
    exploration->rows = arena_grow(play->lasting, (void *)exploration->rows, exploration->row_count,
                                   sizeof *exploration->rows);
    exploration->rows[exploration->row_count++] = line;
}

/* The row of an order: its turns, the left side of each outcome's relation, the outcomes. */
static void add_row(struct play *play, const char *outcomes) {
    struct exploration *exploration = play->exploration;
    if (exploration->planned > ROWS_MAX)
        return;
    remark(play, arena_format(play->lasting, "%5" PRIu64 "  %s  %s", exploration->number,
                              turns_shown(play->arena, exploration, (int)exploration->width, "  "),
                              outcomes));
}

/* The last lines of the table: how often each outcome was, and of what. */
static void add_totals(struct play *play) {
    const struct exploration *exploration = play->exploration;
    const struct scenario *scenario = play->setup.scenario;
    const char *of = arena_format(play->lasting, "%" PRIu64 " orders", exploration->planned);
    if (exploration->sampled)
        of = arena_format(
            play->lasting, "%" PRIu64 " sampled orders (of %s%" PRIu64 "; --seed %" PRIu64 ")",
            exploration->planned, exploration->total == UINT64_MAX ? "more than " : "",
            exploration->total, play->setup.seed);
    for (size_t i = 0; i < scenario->outcome_count; i++)
        remark(play, arena_format(play->lasting, "%s (%s): in %" PRIu64 " of %s",
                                  scenario->outcomes[i].name, scenario->outcomes[i].when.shown,
                                  exploration->seen[i], of));
    if (scenario->outcome_count == 0)
        remark(play, arena_format(play->lasting, "every expectation held in %s", of));
}

/* ---- outcomes ---- */

/* "sold 2, late 0": what the relations compare, each once. */
static const char *add_compared(struct arena *arena, const struct scenario *scenario, size_t index,
                                const char *value, const char *shown) {
    const char *name = scenario->outcomes[index].when.left.name;
    for (size_t i = 0; name != NULL && i < index; i++) {
        const char *before = scenario->outcomes[i].when.left.name;
        if (before != NULL && strcmp(before, name) == 0)
            return shown;
    }
    if (name == NULL)
        return shown;
    return arena_format(arena, "%s%s%s %s", shown, *shown ? ", " : "", name, value);
}

/* Notes what came of the order that has ended; false when an outcome cannot be judged. */
static bool note_outcomes(struct play *play) {
    struct exploration *exploration = play->exploration;
    const struct scenario *scenario = play->setup.scenario;
    const char *compared = "", *held = "";
    for (size_t i = 0; i < scenario->outcome_count; i++) {
        const struct outcome *outcome = &scenario->outcomes[i];
        struct judged judged = condition_judge(play, &outcome->when, NULL);
        if (judged.problem) {
            play_error(play, exploration->interleave, judged.problem);
            return false;
        }
        exploration->seen[i] += judged.holds;
        compared = add_compared(play->arena, scenario, i, judged.left, compared);
        if (judged.holds)
            held = arena_format(play->arena, "%s%s%s", held, *held ? ", " : "", outcome->name);
    }
    add_row(play, arena_format(play->arena, "%s%s%s", compared, *held ? "  " : "", held));
    return true;
}

/* Of a sample, a share that is neither none nor all is known only about: six standard deviations
 * are allowed, (seen - samples * p)^2 <= 36 * samples * p * (1 - p), p = orders / of. */
static bool share_fits(const struct outcome *outcome, uint64_t seen, uint64_t samples) {
    double p = (double)outcome->orders / (double)outcome->of;
    double off = (double)seen - (double)samples * p;
    if (outcome->orders == 0 || outcome->orders == outcome->of)
        return seen == (outcome->orders == 0 ? 0 : samples);
    return off * off <= 36 * (double)samples * p * (1 - p);
}

static void judge_outcomes(struct play *play) {
    const struct exploration *exploration = play->exploration;
    const struct scenario *scenario = play->setup.scenario;
    for (size_t i = 0; i < scenario->outcome_count; i++) {
        const struct outcome *outcome = &scenario->outcomes[i];
        uint64_t seen = exploration->seen[i];
        if (exploration->sampled ? share_fits(outcome, seen, exploration->planned)
                                 : seen == outcome->orders)
            continue;
        play->verdict.step = arena_format(play->arena, "outcome \"%s\"", outcome->name);
        explain_step(play, exploration->interleave,
                     arena_format(play->arena,
                                  "%s (%s) in %" PRIu64 " of %" PRIu64 " orders, expected %" PRIu64
                                  " of %" PRIu64,
                                  outcome->name, outcome->when.shown, seen, exploration->planned,
                                  outcome->orders, outcome->of));
        play->verdict.line = outcome->line;
        play->verdict.event_count = 0; /* of the last order alone */
        return;
    }
}

/* The table stands in the report when it was asked for, or tells why the play failed; that the
 * orders were sampled is always told. */
static void tell(struct play *play) {
    const struct exploration *exploration = play->exploration;
    size_t first = exploration->row_count;
    add_totals(play);
    if (play->setup.show_orders || play->finished)
        first = 0;
    else if (!exploration->sampled)
        return;
    play->verdict.remarks = exploration->rows + first;
    play->verdict.remark_count = exploration->row_count - first;
}

/* ---- orders ---- */

struct exploration *exploration_new(struct play *play) {
    const struct step *interleave = play->setup.scenario->interleave;
    struct exploration *exploration = arena_alloc(play->lasting, sizeof *exploration);
    size_t *steps = arena_alloc(play->lasting, interleave->role_count * sizeof *steps), sum = 0;
    for (size_t i = 0; i < interleave->role_count; i++)
        sum += steps[i] = interleave->roles[i].step_count;
    exploration->interleave = interleave;
    exploration->turns = arena_alloc(play->lasting, sum * sizeof *exploration->turns);
    exploration->idle = arena_alloc(play->lasting, sum * sizeof *exploration->idle);
    exploration->turn_count = order_first(exploration->turns, steps, interleave->role_count);
    exploration->total = order_count(steps, interleave->role_count);
    exploration->sampled = exploration->total > play->setup.orders_max;
    exploration->planned = exploration->sampled ? play->setup.orders_max : exploration->total;
    exploration->number = 1;
    exploration->dice = dice_of(play->setup.seed);
    exploration->seen = arena_alloc(play->lasting, (play->setup.scenario->outcome_count + 1) *
                                                       sizeof *exploration->seen);
    exploration->width = widest_turn(play->lasting, interleave);
    if (exploration->sampled)
        order_shuffle(exploration->turns, sum, &exploration->dice);
    return exploration;
}

uint64_t exploration_next(struct play *play) {
    struct exploration *exploration = play->exploration;
    if (!note_outcomes(play))
        return 0;
    if (exploration->number == exploration->planned) {
        judge_outcomes(play);
        tell(play);
        return 0;
    }
    exploration->number++;
    exploration->steps = NULL;
    if (exploration->sampled)
        order_shuffle(exploration->turns, exploration->turn_count, &exploration->dice);
    else
        order_next(exploration->turns, exploration->turn_count);
    return exploration->number;
}

void exploration_note_idle(struct play *play, const struct step *step) {
    struct exploration *exploration = play->exploration;
    if (exploration == NULL || exploration->steps == NULL)
        return;
    for (size_t i = 0; i < exploration->turn_count; i++)
        if (&exploration->steps[i] == step)
            exploration->idle[i] = true;
}

/* The steps of all actors as one list, in this order. */
enum step_progress perform_interleave(struct play *play, const struct step *step) {
    struct exploration *exploration = play->exploration;
    struct step *steps = arena_alloc(play->arena, exploration->turn_count * sizeof *steps);
    size_t *next = arena_alloc(play->arena, step->role_count * sizeof *next);
    for (size_t i = 0; i < exploration->turn_count; i++) {
        size_t actor = exploration->turns[i];
        steps[i] = step->roles[actor].steps[next[actor]++];
        exploration->idle[i] = false;
    }
    exploration->steps = steps;
    play->frames[play->depth++] = (struct frame){steps, exploration->turn_count, 0, 1, 1};
    return PROGRESS_NEXT;
}
