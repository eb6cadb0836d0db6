/* SPDX-License-Identifier: MIT */
/* draw.c - bars over the row of calls and returns. See draw.h. */
#include "history/draw.h"

#include "arena.h"
#include "history/anomaly.h"

#include <string.h>

enum { STAMP_WIDTH = 3, STAMPS_MAX = 40 }; /* more stamps are drawn narrower */

const char *draw_session(struct arena *arena, unsigned session) {
    return session < 26 ? arena_format(arena, "%c", 'A' + (int)session)
                        : arena_format(arena, "S%u", session);
}

static size_t last_stamp(const struct history *history) {
    uint64_t last = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        uint64_t latest = op->back == HISTORY_OPEN ? op->call : op->back;
        last = latest > last ? latest : last;
    }
    return (size_t)last;
}

/* "   |-----|   ": an operation that never returned ends with dots. */
static char *bar(struct arena *arena, const struct history_op *op, size_t last, size_t width) {
    size_t columns = (last + 2) * width;
    char *drawn = arena_alloc(arena, columns + 1);
    memset(drawn, ' ', columns);
    size_t begin = (size_t)op->call * width;
    size_t end = op->back == HISTORY_OPEN ? columns - 1 : (size_t)op->back * width;
    memset(drawn + begin, op->back == HISTORY_OPEN ? '.' : '-', end - begin + 1);
    drawn[begin] = '|';
    if (op->back != HISTORY_OPEN)
        drawn[end] = '|';
    return drawn;
}

const char *const *draw_history(struct arena *arena, const struct history *history, size_t wrong,
                                size_t *count) {
    const char **lines = arena_alloc(arena, (history->count + 1) * sizeof *lines);
    size_t last = last_stamp(history), width = last > STAMPS_MAX ? 1 : STAMP_WIDTH, widest = 0;
    for (size_t i = 0; i < history->count; i++) {
        size_t length = strlen(anomaly_request(arena, history, &history->ops[i]));
        widest = length > widest ? length : widest;
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct history_op *op = &history->ops[i];
        lines[i] = arena_format(
            arena, "%-3s %s %-*s  %s%s", draw_session(arena, op->session),
            bar(arena, op, last, width), (int)widest, anomaly_request(arena, history, op),
            anomaly_reply(arena, history, op), i == wrong ? "   <-- cannot be" : "");
    }
    *count = history->count;
    return lines;
}
