/* SPDX-License-Identifier: MIT */
/* test_shell.c - quoted words, and that a real shell reads back what was quoted. */
#include "shell.h"

#include "arena.h"

#include "reports/check.h"

#include <stdio.h>

static const struct row {
    const char *word, *quoted;
} rows[] = {
    {"plain", "plain"},
    {"127.0.0.1:11211", "127.0.0.1:11211"},
    {"unix:/tmp/a b", "'unix:/tmp/a b'"},
    {"[::1]:11211", "'[::1]:11211'"},
    {"classic/*", "'classic/*'"},
    {"", "''"},
    {"'", "''\\'''"},
    {"sh -c 'exec \"$0\"' {port}", "'sh -c '\\''exec \"$0\"'\\'' {port}'"},
    {"a\nb\\c$d`e!", "'a\nb\\c$d`e!'"},
};

/* What the shell makes of the quoted word. */
static void check_shell(struct arena *arena, const struct row *row) {
    char told[200] = "";
    // NOLINTNEXTLINE(cert-env33-c): a shell is what the words are for
    FILE *shell = popen(arena_format(arena, "printf %%s %s", shell_quote(arena, row->word)), "r");
    size_t length = shell == NULL ? 0 : fread(told, 1, sizeof told - 1, shell);
    if (shell != NULL)
        pclose(shell);
    told[length] = '\0';
    CHECK_TEXT(told, row->word, "the shell reads it back");
}

int main(void) {
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_TEXT(shell_quote(arena, rows[i].word), rows[i].quoted, "quoted where it must be");
        check_shell(arena, &rows[i]);
    }
    arena_free(arena);
    return check_finish();
}
