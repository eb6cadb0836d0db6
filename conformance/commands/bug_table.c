/* SPDX-License-Identifier: MIT */
/* bug_table.c - see bug_table.h. */
#include "commands/bug_table.h"

#include "arena.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 16 };

/* Where the columns stand that are read; COLUMNS_MAX for one that is missing. */
struct columns {
    size_t bug, rule, noticed_by;
};

/* Cuts a line into its cells, in place; returns how many there are. */
static size_t split(char *line, char *cells[COLUMNS_MAX]) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *cell = line; cell && count < COLUMNS_MAX; count++) {
        cells[count] = cell;
        cell = strchr(cell, '\t');
        if (cell)
            *cell++ = '\0';
    }
    return count;
}

static size_t find(char *const cells[], size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(cells[i], name) == 0)
            return i;
    return COLUMNS_MAX;
}

static bool read_head(char *line, struct columns *columns) {
    char *cells[COLUMNS_MAX];
    size_t count = split(line, cells);
    columns->bug = find(cells, count, "bug");
    columns->rule = find(cells, count, "rule");
    columns->noticed_by = find(cells, count, "noticed-by");
    return columns->bug < count && columns->rule < count && columns->noticed_by < count;
}

static bool add_line(struct arena *arena, struct bug_table *table, const struct columns *columns,
                     char *line) {
    char *cells[COLUMNS_MAX];
    size_t count = split(line, cells);
    if (count <= columns->bug || count <= columns->rule || count <= columns->noticed_by)
        return false;
    table->bugs = arena_grow(arena, table->bugs, table->count, sizeof *table->bugs);
    table->bugs[table->count++] = (struct bug){arena_string(arena, cells[columns->bug]),
                                               arena_string(arena, cells[columns->rule]),
                                               arena_string(arena, cells[columns->noticed_by])};
    return true;
}

struct bug_table *bug_table_read(struct arena *arena, const char *path, const char **problem) {
    FILE *file = fopen(path, "r");
    struct bug_table *table = arena_alloc(arena, sizeof *table);
    struct columns columns = {COLUMNS_MAX, COLUMNS_MAX, COLUMNS_MAX};
    char *line = NULL;
    size_t size = 0;
    unsigned number = 0;
    *problem = NULL;
    if (!file) {
        *problem = arena_format(arena, "%s: %s", path, strerror(errno));
        return NULL;
    }
    while (!*problem && getline(&line, &size, file) >= 0)
        if (++number == 1 ? !read_head(line, &columns) : !add_line(arena, table, &columns, line))
            *problem = arena_format(arena,
                                    "%s:%u: expected the columns bug, rule and noticed-by with "
                                    "tabs between them",
                                    path, number);
    if (!*problem && number == 0)
        *problem = arena_format(arena, "%s: the file is empty", path);
    free(line);
    fclose(file);
    return *problem ? NULL : table;
}
