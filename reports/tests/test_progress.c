/* SPDX-License-Identifier: MIT */
/* test_progress.c - the progress line on a real pseudo-terminal, and its silence elsewhere. */
#define _XOPEN_SOURCE 700 /* pseudo-terminals */

#include "progress.h"

#include "reports/check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A terminal with two ends: the program writes on `out`, the test reads `screen`. */
struct terminal {
    int screen;
    FILE *out;
};

static struct terminal terminal_new(void) {
    struct terminal terminal = {.screen = posix_openpt(O_RDWR | O_NOCTTY)};
    if (terminal.screen < 0 || grantpt(terminal.screen) != 0 || unlockpt(terminal.screen) != 0)
        abort();
    int device = open(ptsname(terminal.screen), O_RDWR | O_NOCTTY);
    terminal.out = device < 0 ? NULL : fdopen(device, "w");
    if (terminal.out == NULL)
        abort();
    return terminal;
}

static void terminal_free(struct terminal *terminal) {
    fclose(terminal->out);
    close(terminal->screen);
}

/* What has been drawn since the last look. */
static const char *terminal_read(const struct terminal *terminal) {
    static char drawn[500];
    ssize_t length = read(terminal->screen, drawn, sizeof drawn - 1);
    drawn[length < 0 ? 0 : length] = '\0';
    return drawn;
}

static void test_drawing(void) {
    struct terminal terminal = terminal_new();
    struct progress progress = progress_on(terminal.out);
    progress_update(&progress, 74, 148, 0);
    CHECK_TEXT(terminal_read(&terminal), "\r\033[K[############............] 74/148",
               "half of the bar after half of the scenarios");
    progress_update(&progress, 148, 148, 2);
    CHECK_TEXT(terminal_read(&terminal),
               "\r\033[K[########################] 148/148  \033[31m2 failed\033[0m",
               "failures are red");
    progress_clear(&progress);
    CHECK_TEXT(terminal_read(&terminal), "\r\033[K", "clear wipes the line");
    progress_clear(&progress);
    progress_update(&progress, 3, 0, 0);
    progress_update(&progress, 5, 2, 0);
    CHECK_TEXT(terminal_read(&terminal), "\r\033[K[########################] 2/2",
               "clear again and a plan of 0 draw nothing; a bar is never more than full");
    terminal_free(&terminal);
}

static void test_no_color(void) {
    struct terminal terminal = terminal_new();
    setenv("NO_COLOR", "1", 1);
    struct progress progress = progress_on(terminal.out);
    progress_update(&progress, 0, 4, 1);
    CHECK_TEXT(terminal_read(&terminal), "\r\033[K[........................] 0/4  1 failed",
               "NO_COLOR takes the colour away");
    unsetenv("NO_COLOR");
    terminal_free(&terminal);
}

static void test_silence(void) {
    struct terminal terminal = terminal_new();
    FILE *file = tmpfile();
    if (file == NULL)
        abort();
    struct progress to_file = progress_on(file);
    progress_update(&to_file, 1, 2, 1);
    progress_clear(&to_file);
    CHECK_INT(ftell(file), 0, "a file never sees a byte");
    fclose(file);

    setenv("TERM", "dumb", 1);
    CHECK(progress_on(terminal.out).out == NULL, "a dumb terminal is left alone");
    unsetenv("TERM");
    CHECK(progress_on(terminal.out).out == NULL, "so is one of unknown kind");
    terminal_free(&terminal);
}

int main(void) {
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    test_drawing();
    test_no_color();
    test_silence();
    return check_finish();
}
