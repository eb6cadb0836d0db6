/* SPDX-License-Identifier: MIT */
/* catalog.c - finds the files of rules and scenarios and has them read; the contract is in
 * catalog.h. What stands inside the files is the business of rules.c and scenario_load.c. */
#include "language/catalog.h"

#include "arena.h"
#include "language/problems.h"
#include "language/rules.h"
#include "language/scenario_load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    FOLDERS_DEEP_MAX = 8,
    ENTRIES_MAX = 20000, /* files and folders that are looked at: a whole disk is none of ours */
};

/* A catalogue while it is filled. */
struct filling {
    struct problems problems;
    struct rules rules;
    struct scenario_list scenarios;
    const char *root;
    char *real_root;  /* without symbolic links, from realpath(); NULL when there is no root */
    unsigned entries; /* looked at below the folder that was named */
};

static bool ends_with(const char *string, const char *end) {
    size_t length = strlen(string), end_length = strlen(end);
    return length >= end_length && strcmp(string + length - end_length, end) == 0;
}

static char *path_join(struct arena *arena, const char *folder, const char *name) {
    return arena_format(arena, "%s%s%s", folder, ends_with(folder, "/") ? "" : "/", name);
}

static bool is_data(const char *name) {
    return ends_with(name, ".json") && !ends_with(name, ".schema.json");
}

static void load_rules_file(struct filling *filling, const char *path) {
    filling->problems.file = path;
    rules_load(&filling->problems, &filling->rules);
}

/* The id of the file: its path below root without ".json", or its base name. */
static const char *file_id(struct filling *filling, const char *path) {
    struct arena *arena = filling->problems.arena;
    char *real = realpath(path, NULL);
    const char *id = path;
    if (real != NULL && filling->real_root != NULL) {
        size_t length = strlen(filling->real_root);
        if (strncmp(real, filling->real_root, length) == 0 && real[length] == '/')
            id = arena_string(arena, real + length + 1);
    }
    free(real);
    if (id == path && strrchr(path, '/') != NULL)
        id = strrchr(path, '/') + 1;
    size_t length = strlen(id);
    return arena_copy(arena, id, ends_with(id, ".json") ? length - strlen(".json") : length);
}

static void load_scenarios_file(struct filling *filling, const char *path) {
    filling->problems.file = path;
    scenarios_load(&filling->problems, &filling->rules, file_id(filling, path),
                   &filling->scenarios);
}

static void walk(struct filling *filling, const char *folder, unsigned depth, const char *skip,
                 void (*load)(struct filling *, const char *));

/* One entry of a folder: a file that is loaded, a folder that is walked, or neither. What a link
 * leads to may lie anywhere, so no folder is entered by one. */
static void visit(struct filling *filling, const char *path, const char *name, unsigned depth,
                  void (*load)(struct filling *, const char *)) {
    struct stat status;
    if (stat(path, &status) != 0) {
        filling->problems.file = path;
        problem_add_file(&filling->problems, "cannot be opened: %s", strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        if (lstat(path, &status) == 0 && !S_ISLNK(status.st_mode))
            walk(filling, path, depth + 1, NULL, load);
    } else if (S_ISREG(status.st_mode) && is_data(name)) {
        load(filling, path);
    }
}

/* Is it one of the words, which stand with blanks between them? */
static bool stands_in(const char *words, const char *name) {
    size_t length = strlen(name);
    for (const char *at = words; (at = strstr(at, name)); at++)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* Is there more here than any collection of scenarios has? That is told, and nothing else: what was
 * found up to here is about files that are no scenarios. */
static bool is_too_much(struct filling *filling, const char *folder) {
    if (++filling->entries == ENTRIES_MAX) {
        filling->problems.file = folder;
        filling->problems.count = 0;
        problem_add_file(&filling->problems,
                         "more than %d files and folders were looked at up to here: name a folder "
                         "that holds scenarios and little else",
                         ENTRIES_MAX);
    }
    return filling->entries >= ENTRIES_MAX;
}

/* Every file below the folder, in the order of names; hidden ones and `skip` are left out. */
static void walk(struct filling *filling, const char *folder, unsigned depth, const char *skip,
                 void (*load)(struct filling *, const char *)) {
    struct dirent **entries;
    filling->problems.file = folder;
    if (depth > FOLDERS_DEEP_MAX) {
        problem_add_file(&filling->problems, "lies more than %d folders deep", FOLDERS_DEEP_MAX);
        return;
    }
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0) {
        problem_add_file(&filling->problems, "the folder cannot be read: %s", strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (name[0] != '.' && (skip == NULL || !stands_in(skip, name)) &&
            !problems_enough(&filling->problems) && !is_too_much(filling, folder)) {
            visit(filling, path_join(filling->problems.arena, folder, name), name, depth, load);
        }
        free(entries[i]);
    }
    free(entries);
}

/* Passes over rules, profiles and schemas of the root: `mctap lint scenarios/...` with a shell's
 * wildcard names those too. */
static void load_unless_rules(struct filling *filling, const char *path) {
    const char *id = file_id(filling, path);
    bool is_other = strncmp(id, "rules/", 6) == 0 || strncmp(id, "profiles/", 9) == 0;
    if (!ends_with(path, ".schema.json") && !is_other)
        load_scenarios_file(filling, path);
}

/* The files that were named, and those in folders that were named. */
static void load_named(struct filling *filling, const char *const *files, size_t count) {
    for (size_t i = 0; i < count && !problems_enough(&filling->problems); i++) {
        const char *path = arena_string(filling->problems.arena, files[i]);
        struct stat status;
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            walk(filling, path, 0, NULL, load_unless_rules);
        else
            load_unless_rules(filling, path);
    }
}

static void load_all(struct filling *filling) {
    size_t before = filling->problems.count;
    walk(filling, filling->root, 0, "rules profiles", load_scenarios_file);
    filling->problems.file = filling->root;
    if (filling->scenarios.count == 0 && filling->problems.count == before &&
        filling->entries < ENTRIES_MAX)
        problem_add_file(&filling->problems, "there is no file of scenarios (*.json) below here");
}

static void keep_some_problems(struct problems *problems) {
    if (!problems_enough(problems))
        return;
    problems->list[PROBLEMS_TOLD_MAX] = arena_format(
        problems->arena, "there are more than %d problems: mend these first", PROBLEMS_TOLD_MAX);
    problems->count = PROBLEMS_TOLD_MAX + 1;
}

/* The root as messages and reports name it: below the working directory without its path. */
static const char *short_root(struct arena *arena, const char *root, const char *real_root) {
    char *here = realpath(".", NULL);
    const char *name = real_root == NULL ? root : real_root;
    size_t length = here == NULL ? 0 : strlen(here);
    if (here != NULL && real_root != NULL && strncmp(real_root, here, length) == 0) {
        if (real_root[length] == '/')
            name = real_root + length + 1;
        else if (real_root[length] == '\0')
            name = ".";
    }
    free(here);
    return arena_string(arena, name);
}

struct catalog *catalog_load(const char *root, const char *const *files, size_t file_count) {
    struct arena *arena = arena_new();
    struct filling filling = {
        .problems = {.arena = arena},
        .real_root = realpath(root, NULL),
    };
    filling.root = short_root(arena, root, filling.real_root);
    walk(&filling, path_join(arena, filling.root, "rules"), 0, NULL, load_rules_file);
    rules_sort(&filling.rules);
    if (file_count > 0)
        load_named(&filling, files, file_count);
    else
        load_all(&filling);
    free(filling.real_root);
    keep_some_problems(&filling.problems);
    struct catalog *catalog = arena_alloc(arena, sizeof *catalog);
    *catalog = (struct catalog){
        .arena = arena,
        .root = filling.root,
        .rules = filling.rules.list,
        .rule_count = filling.rules.count,
        .scenarios = filling.scenarios.list,
        .scenario_count = filling.scenarios.count,
        .problems = filling.problems.list,
        .problem_count = filling.problems.count,
    };
    return catalog;
}

void catalog_free(struct catalog *catalog) {
    if (catalog != NULL)
        arena_free(catalog->arena);
}
