/* SPDX-License-Identifier: MIT */
/* progress.c - see progress.h. `\r` returns to the left edge, ESC [ K wipes to the right one. */
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAR_COLUMNS = 24 };

#define WIPE  "\r\033[K"
#define RED   "\033[31m"
#define PLAIN "\033[0m"

struct progress progress_on(FILE *out) {
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool terminal = isatty(fileno(out)) && term != NULL && strcmp(term, "dumb") != 0;
    return (struct progress){
        .out = terminal ? out : NULL,
        .colour = no_color == NULL || no_color[0] == '\0',
    };
}

void progress_update(struct progress *progress, unsigned done, unsigned planned, unsigned failed) {
    static const char full[BAR_COLUMNS + 1] = "########################";
    static const char empty[BAR_COLUMNS + 1] = "........................";
    if (progress->out == NULL || planned == 0)
        return;
    if (done > planned)
        done = planned;
    int filled = (int)((unsigned long long)done * BAR_COLUMNS / planned);
    fprintf(progress->out, WIPE "[%.*s%.*s] %u/%u", filled, full, BAR_COLUMNS - filled, empty, done,
            planned);
    if (failed > 0)
        fprintf(progress->out, "  %s%u failed%s", progress->colour ? RED : "", failed,
                progress->colour ? PLAIN : "");
    fflush(progress->out);
    progress->drawn = true;
}

void progress_clear(struct progress *progress) {
    if (progress->out == NULL || !progress->drawn)
        return;
    fputs(WIPE, progress->out);
    fflush(progress->out);
    progress->drawn = false;
}
