/* SPDX-License-Identifier: MIT */
/* profile.c - reads profiles. See profile.h; invocation.c calls it when the scenarios are found. */
#include "commands/profile.h"

#include "arena.h"
#include "commands/commands.h"
#include "language/fields.h"
#include "language/suggest.h"
#include "run/capabilities.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROFILES_MAX = 64 };

static const struct field fields[] = {
    {"about", JSON_STRING, true}, {"as", JSON_STRING, false},    {"lacks", JSON_LIST, false},
    {"only", JSON_LIST, false},   {"exclude", JSON_LIST, false},
};

static int by_alphabet(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Tells the profiles that there are: for a name that is none. */
static bool refuse_name(struct invocation *invocation, const char *folder, const char *name) {
    const char *names[PROFILES_MAX];
    size_t count = 0;
    DIR *directory = opendir(folder);
    struct dirent *entry;
    while (directory && (entry = readdir(directory)) && count < PROFILES_MAX) {
        size_t length = strlen(entry->d_name);
        if (length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0)
            names[count++] = arena_copy(invocation->arena, entry->d_name, length - 5);
    }
    if (directory)
        closedir(directory);
    qsort(names, count, sizeof *names, by_alphabet);
    invocation_wrong(invocation,
                     arena_format(invocation->arena, "there is no profile \"%s\"%s", name,
                                  suggest_hint(invocation->arena, name, names, count)));
    return false;
}

/* A list of strings. */
static void read_words(struct problems *problems, const struct json *profile, const char *field,
                       const char ***words, size_t *count) {
    const struct json *list = field_of(profile, field, JSON_LIST);
    for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
        if (item->kind != JSON_STRING) {
            problem_add(problems, item->at, "\"%s\" is a list of strings", field);
            continue;
        }
        *words = arena_grow(problems->arena, (void *)*words, *count, sizeof **words);
        (*words)[(*count)++] = item->string;
    }
}

static void check_lacks(struct problems *problems, const struct json *profile,
                        const struct settings *settings) {
    for (size_t i = 0; i < settings->lack_count; i++)
        if (capability_find(settings->lacks[i]) == CAPABILITY_COUNT)
            problem_add(problems, json_member(profile, "lacks")->at, "unknown capability \"%s\"",
                        settings->lacks[i]);
}

static void read_profile(struct problems *problems, const struct json *profile,
                         struct settings *settings) {
    struct selection *selection = &settings->selection;
    const char *as = field_version(problems, profile, "as");
    field_string(problems, profile, "about");
    if (!settings->as) /* --as goes before */
        settings->as = as;
    read_words(problems, profile, "lacks", &settings->lacks, &settings->lack_count);
    read_words(problems, profile, "only", &selection->within, &selection->within_count);
    read_words(problems, profile, "exclude", &selection->without, &selection->without_count);
    check_lacks(problems, profile, settings);
}

bool profile_apply(struct invocation *invocation, const char *root) {
    struct settings *settings = &invocation->options->settings;
    struct arena *arena = invocation->arena;
    const char *folder = arena_format(arena, "%s/profiles", root), *name = settings->profile;
    const char *path = arena_format(arena, "%s/%s.json", folder, name);
    struct problems problems = {.arena = arena, .file = path};
    if (strchr(name, '/') || access(path, R_OK) != 0)
        return refuse_name(invocation, folder, name);
    const struct json *profile = json_read(&problems);
    if (profile &&
        fields_check(&problems, profile, "a profile", fields, sizeof fields / sizeof *fields))
        read_profile(&problems, profile, settings);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(invocation->err, "%s\n", problems.list[i]);
    return problems.count == 0;
}
