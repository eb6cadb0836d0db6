/* SPDX-License-Identifier: MIT */
/* finding.c - what is told of a wrong history. See finding.h. */
#include "race/finding.h"

#include "arena.h"
#include "history/anomaly.h"
#include "history/draw.h"
#include "history/narrow.h"
#include "history/replay.h"
#include "history/shrink.h"
#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "the cas "B2" unique 17 of session B cannot have been answered STORED (right: EXISTS)" */
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

static void save_as(struct arena *arena, const struct history *small, const struct anomaly *anomaly,
                    const char *path, const char *run, struct finding *finding) {
    FILE *file = fopen(path, "w");
    bool whole = file && replay_write(file, small, anomaly->name, anomaly->sentence);
    bool written = file && fclose(file) == 0;
    if (whole && written)
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
        save_as(arena, small, &anomaly, save, run, &finding);
    history_free(small);
    return finding;
}
