/* SPDX-License-Identifier: MIT */
/* baseline_file.c - reads and writes the file of a baseline. See baseline.h. */
#include "run/baseline.h"

#include "arena.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4, LINE_MAX_BYTES = 4096 };

static const char header[] =
    "# Known failures of NAME VERSION. Columns, a tab between them: the id of the scenario, how "
    "it\n"
    "# fails (* however, ~ now and then), the last day of this line (- none), and why, which you "
    "have to say.\n";

/* ---- reading ---- */

struct reading {
    struct problems *problems;
    struct baseline *baseline;
    enum baseline_use use;
    int line;
};

static struct place here(const struct reading *reading) {
    return (struct place){reading->line, 1, NULL};
}

static bool is_day(const char *text) {
    static const char form[] = "0000-00-00";
    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    return strcmp(text + 5, "01-01") >= 0 && strcmp(text + 5, "12-31") <= 0;
}

/* Splits at tabs; returns how many columns there are. */
static size_t split(char *line, char *columns[COLUMNS]) {
    size_t count = 0;
    for (char *at = line; at; count++) {
        char *tab = strchr(at, '\t');
        if (tab)
            *tab++ = '\0';
        if (count < COLUMNS)
            columns[count] = at;
        at = tab;
    }
    return count;
}

/* NULL, or what is wrong with the columns. */
static const char *wrong_columns(const struct reading *reading, char *const columns[COLUMNS]) {
    struct arena *arena = reading->problems->arena;
    if (columns[1][0] == '\0')
        return "the second column, how it fails, is empty: write * for any failure";
    if (strcmp(columns[2], "-") != 0 && !is_day(columns[2]))
        return arena_format(arena, "\"%s\" is no day: expected YYYY-MM-DD, or - for no end",
                            columns[2]);
    if (reading->use == BASELINE_JUDGES && columns[3][strspn(columns[3], " ")] == '\0')
        return arena_format(arena, "no reason: say in the last column why %s fails", columns[0]);
    for (size_t i = 0; i < reading->baseline->count; i++)
        if (strcmp(reading->baseline->entries[i].id, columns[0]) == 0)
            return arena_format(arena, "%s is listed before, in line %d", columns[0],
                                reading->baseline->entries[i].line);
    return NULL;
}

static void read_entry(struct reading *reading, char *line) {
    struct baseline *baseline = reading->baseline;
    char *columns[COLUMNS];
    size_t count = split(line, columns);
    if (count != COLUMNS) {
        problem_add(reading->problems, here(reading),
                    "%zu column%s: expected four with a tab between them: id, how it fails, last "
                    "day, reason",
                    count, count == 1 ? "" : "s");
        return;
    }
    const char *wrong = wrong_columns(reading, columns);
    if (wrong)
        problem_add(reading->problems, here(reading), "%s", wrong);
    baseline->entries =
        arena_grow(baseline->arena, baseline->entries, baseline->count, sizeof *baseline->entries);
    baseline->entries[baseline->count++] =
        (struct baseline_entry){.id = arena_string(baseline->arena, columns[0]),
                                .seen = arena_string(baseline->arena, columns[1]),
                                .until = arena_string(baseline->arena, columns[2]),
                                .reason = arena_string(baseline->arena, columns[3]),
                                .line = reading->line};
}

static void read_line(struct reading *reading, char *line) {
    struct baseline *baseline = reading->baseline;
    size_t length = strlen(line);
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
    if (line[0] != '#' && length > 0) {
        read_entry(reading, line);
    } else if (baseline->count == 0) {
        baseline->remarks = arena_grow(baseline->arena, (void *)baseline->remarks,
                                       baseline->remark_count, sizeof *baseline->remarks);
        baseline->remarks[baseline->remark_count++] = arena_string(baseline->arena, line);
    }
}

struct baseline *baseline_load(struct problems *problems, const char *path, enum baseline_use use) {
    struct baseline *baseline = arena_alloc(problems->arena, sizeof *baseline);
    *baseline = (struct baseline){.arena = problems->arena, .path = path};
    struct reading reading = {.problems = problems, .baseline = baseline, .use = use};
    char line[LINE_MAX_BYTES];
    problems->file = path;
    FILE *file = fopen(path, "r");
    if (!file) {
        if (errno != ENOENT || use == BASELINE_JUDGES)
            problem_add_file(problems, "the baseline cannot be read: %s", strerror(errno));
        return baseline;
    }
    while (fgets(line, sizeof line, file)) {
        reading.line++;
        if (strlen(line) == sizeof line - 1) {
            problem_add(problems, here(&reading), "the line is longer than %zu bytes",
                        sizeof line - 2);
            break;
        }
        read_line(&reading, line);
    }
    fclose(file);
    return baseline;
}

/* ---- writing ---- */

static int by_id(const void *left, const void *right) {
    const struct baseline_entry *a = left, *b = right;
    return strcmp(a->id, b->id);
}

bool baseline_write(const struct baseline *baseline) {
    FILE *file = fopen(baseline->path, "w");
    if (!file)
        return false;
    for (size_t i = 0; i < baseline->remark_count; i++)
        fprintf(file, "%s\n", baseline->remarks[i]);
    if (baseline->remark_count == 0)
        fputs(header, file);
    if (baseline->count > 0)
        qsort(baseline->entries, baseline->count, sizeof *baseline->entries, by_id);
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        if (!entry->dropped)
            fprintf(file, "%s\t%s\t%s\t%s\n", entry->id, entry->seen, entry->until, entry->reason);
    }
    bool written = !ferror(file);
    return fclose(file) == 0 && written;
}
