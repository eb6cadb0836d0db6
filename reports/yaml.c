/* SPDX-License-Identifier: MIT */
/* yaml.c - see yaml.h. */
#include "yaml.h"

#include "escape.h"

#include <stdbool.h>
#include <string.h>

/* Enough for any sentence. prove matches a quoted scalar with a regular expression that gives up
 * beyond 65534 characters, so there must be some bound. */
enum { SCALAR_SIZE = 1001, LINE_SIZE = 4001 };

void yaml_scalar(FILE *out, const char *key, const char *text) {
    char printable[SCALAR_SIZE];
    if (text == NULL)
        return;
    escape_text(printable, sizeof printable, text);
    fprintf(out, YAML_INDENT "%s: \"", key);
    for (const char *c = printable; *c != '\0'; c++) {
        if (*c == '\\' || *c == '"')
            fputc('\\', out);
        fputc(*c, out);
    }
    fputs("\"\n", out);
}

void yaml_block(FILE *out, const char *key) {
    fprintf(out, YAML_INDENT "%s: |\n", key);
}

/* A leading blank would set the indent of the whole block, and tappy takes a line that begins
 * with three dots, however deep, for the end of the document. */
void yaml_line(FILE *out, const char *text) {
    char printable[LINE_SIZE];
    escape_text(printable, sizeof printable, text + strspn(text, " "));
    if (printable[0] == '\0')
        return;
    bool dots = strncmp(printable, "...", 3) == 0;
    fprintf(out, YAML_BLOCK_INDENT "%s%s\n", dots ? "\\x2e" : "", dots ? printable + 1 : printable);
}
