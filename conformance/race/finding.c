/* SPDX-License-Identifier: MIT */
/* finding.c - what is told of a wrong history. See finding.h. */
#include "race/finding.h"

#include "arena.h"
#include "history/anomaly.h"
#include "history/draw.h"
#include "history/narrow.h"
#include "history/pairs.h"
#include "history/replay.h"
#include "history/shrink.h"
#include "history/surroundings.h"
#include "must.h"
#include "shell.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "lost update: …. Session C, key k: cas 51 unique 3 cannot be answered STORED (right would be
 * EXISTS)" */
static const char *wrong_shown(struct arena *arena, const struct history *small, size_t wrong,
                               const struct anomaly *anomaly, const char *name) {
    const struct history_op *op = &small->ops[wrong];
    return arena_format(arena, "%s: %s. Session %s, key %s: %s cannot be answered %s%s%s%s",
                        anomaly->name, anomaly->sentence, draw_session(arena, op->session), name,
                        anomaly_request(arena, small, op), anomaly_reply(arena, small, op),
                        anomaly->right ? " (right would be " : "",
                        anomaly->right ? anomaly->right : "", anomaly->right ? ")" : "");
}

static void draw(struct arena *arena, const struct history *small, size_t wrong,
                 const struct anomaly *anomaly, struct finding *finding) {
    size_t drawn;
    const char *const *picture = draw_history(arena, small, wrong, &drawn);
    const char **lines = arena_alloc(arena, (drawn + 1) * sizeof *lines);
    lines[0] = arena_format(arena, "%s, from left to right in time:", anomaly->name);
    for (size_t i = 0; i < drawn; i++)
        lines[i + 1] = picture[i];
    finding->lines = lines;
    finding->line_count = drawn + 1;
}

/* The ways in which the mistake may come again, each a scenario: as it is shown, with pauses, all
 * at once, with more of what was done before, and with every two kinds of operations at once. */
static const struct way {
    const char *name;
    enum { AS_IT_WAS, AT_ONCE, LAST_FIRST, ALL_BEFORE, PAIRS } shape;
    unsigned rounds, pause_ms;
} ways[] = {
    {"", AS_IT_WAS, 50, 0},
    {", slowly", AS_IT_WAS, 15, 12},
    {", all at once", AT_ONCE, 40, 0},
    {", all at once, last first", LAST_FIRST, 40, 0},
    {", with all changes before it", ALL_BEFORE, 5, 0},
    {", or another of two at once", PAIRS, 8, 0},
};

static size_t way_make(const struct way *way, const struct history *whole,
                       const struct history *small, struct history *made[PAIRS_MAX]) {
    switch (way->shape) {
    case AT_ONCE:
    case LAST_FIRST:
        made[0] = surroundings_at_once(small, way->shape == LAST_FIRST);
        return 1;
    case ALL_BEFORE:
        made[0] = surroundings_before(whole, small);
        return 1;
    case PAIRS:
        return pairs_make(whole->ops[small->ops[0].id].key % 2 == 1, made);
    case AS_IT_WAS:
        break;
    }
    return 0;
}

/* Adds the scenario of one way to the file, if it can be one. */
static bool save_way(FILE *file, const struct way *way, const struct history *whole,
                     const struct history *small, const struct anomaly *anomaly, bool is_first) {
    struct history *made[PAIRS_MAX];
    size_t count = way_make(way, whole, small, made), length = 0;
    char name[200], *text = NULL;
    snprintf(name, sizeof name, "%s%s", anomaly->name, way->name);
    struct replay_title title = {name, anomaly->sentence, way->rounds, way->pause_ms};
    FILE *scenario = must(open_memstream(&text, &length), "a scenario");
    const struct history *const *shapes = count > 0 ? (const struct history *const *)made : &small;
    bool is_whole = replay_write(scenario, shapes, count > 0 ? count : 1, &title);
    fclose(scenario);
    if (is_whole) {
        if (!is_first)
            replay_between(file);
        fwrite(text, 1, length, file);
    }
    free(text);
    for (size_t i = 0; i < count; i++)
        history_free(made[i]);
    return is_whole;
}

static void save_as(struct arena *arena, const struct history *whole, const struct history *small,
                    const struct anomaly *anomaly, const char *path, const char *run,
                    struct finding *finding) {
    FILE *file = fopen(path, "w");
    size_t scenarios = 0;
    if (file)
        replay_begin_file(file, small);
    for (size_t i = 0; file && i < sizeof ways / sizeof ways[0]; i++)
        scenarios += save_way(file, &ways[i], whole, small, anomaly, scenarios == 0);
    if (file)
        replay_end_file(file);
    bool written = file && fclose(file) == 0;
    if (scenarios > 0 && written)
        finding->saved = arena_format(arena, "%s --file %s", run, shell_quote(arena, path));
    else if (written && remove(path) == 0)
        finding->problem = arena_format(arena,
                                        "%s is not written: the history of %zu operations can go "
                                        "in too many ways to be a scenario",
                                        path, small->count);
    else
        finding->problem =
            arena_format(arena, "the scenario cannot be saved as %s: %s", path, strerror(errno));
}

/* The smallest part that is wrong; *wrong and *key tell where it is. */
static struct history *smallest(struct arena *arena, const struct history *history, size_t *wrong,
                                unsigned *key) {
    struct history *found = NULL;
    size_t *ops = arena_alloc(arena, (history->key_count + 1U) * sizeof *ops), count, index;
    search_all(history, SEARCH_CONFIGS_MAX, ops, &count);
    for (size_t i = 0; i < count; i++) {
        struct search_verdict verdict = {.result = SEARCH_WRONG, .op = ops[i]};
        struct history *small = shrink_history(history, &verdict, &index);
        if (found && small->count >= found->count) {
            history_free(small);
            continue;
        }
        history_free(found);
        found = small;
        *wrong = index;
        *key = history->ops[ops[i]].key;
    }
    assert(found); /* the history is wrong */
    return found;
}

struct finding finding_make(struct arena *arena, const struct history *history,
                            const char *const *names, const char *save, const char *run) {
    struct finding finding = {0};
    size_t wrong = 0;
    unsigned key = 0;
    struct history *small = smallest(arena, history, &wrong, &key);
    wrong = narrow_history(small, wrong);
    struct anomaly anomaly = anomaly_find(arena, small, wrong);
    finding.message = wrong_shown(arena, small, wrong, &anomaly, names[key]);
    draw(arena, small, wrong, &anomaly, &finding);
    if (save)
        save_as(arena, history, small, &anomaly, save, run, &finding);
    history_free(small);
    return finding;
}
