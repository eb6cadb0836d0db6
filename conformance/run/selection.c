/* SPDX-License-Identifier: MIT */
/* selection.c - patterns and tags against scenarios. See selection.h; invocation.c asks it for the
 * commands that play nothing, runner.c and plan.c for a run. */
#include "run/selection.h"

#include "arena.h"
#include "language/rules.h"
#include "language/suggest.h"

#include <fnmatch.h>
#include <string.h>

/* ---- matching ---- */

/* The id, its beginning up to a slash (which may be written), or a glob. */
static bool pattern_matches(const char *pattern, const char *id) {
    size_t length = strlen(pattern);
    while (length > 1 && pattern[length - 1] == '/')
        length--;
    bool is_beginning =
        strncmp(pattern, id, length) == 0 && (id[length] == '/' || id[length] == '\0');
    return is_beginning || fnmatch(pattern, id, 0) == 0;
}

bool selection_has_tag(const struct scenario *scenario, const char *tag) {
    for (size_t i = 0; i < scenario->tag_count; i++)
        if (strcmp(scenario->tags[i], tag) == 0)
            return true;
    return false;
}

static bool is_meant(const struct scenario *scenario, const char *pattern) {
    return pattern_matches(pattern, scenario->id);
}

typedef bool matcher(const struct scenario *scenario, const char *word);

static bool any_matches(const char *const *words, size_t count, const struct scenario *scenario,
                        matcher *matches) {
    for (size_t i = 0; i < count; i++)
        if (matches(scenario, words[i]))
            return true;
    return false;
}

bool selection_holds(const struct selection *selection, const struct scenario *scenario) {
    if (any_matches(selection->except, selection->except_count, scenario, is_meant) ||
        any_matches(selection->without, selection->without_count, scenario, is_meant) ||
        (selection->levels > 0 && scenario->rules[0]->level >= selection->levels))
        return false;
    if (selection->within_count > 0 &&
        !any_matches(selection->within, selection->within_count, scenario, is_meant))
        return false;
    if (selection->tag_count > 0 &&
        !any_matches(selection->tags, selection->tag_count, scenario, selection_has_tag))
        return false;
    return selection->only_count == 0 ||
           any_matches(selection->only, selection->only_count, scenario, is_meant);
}

/* ---- what may have been meant ---- */

/* Some of a catalogue's words, for "did you mean". */
struct words {
    struct arena *arena;
    const char **list;
    size_t count;
};

static void words_add(struct words *words, const char *word) {
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->list[i], word) == 0)
            return;
    words->list = arena_grow(words->arena, words->list, words->count, sizeof *words->list);
    words->list[words->count++] = word;
}

/* "; did you mean …?" for a tag. */
static const char *tag_hint(struct arena *arena, const struct catalog *catalog, const char *tag) {
    struct words words = {.arena = arena};
    for (size_t i = 0; i < catalog->scenario_count; i++)
        for (size_t k = 0; k < catalog->scenarios[i]->tag_count; k++)
            words_add(&words, catalog->scenarios[i]->tags[k]);
    return suggest_hint(arena, tag, words.list, words.count);
}

/* The id of a scenario whose name, written without its path, begins so or is near; or NULL. */
static const char *id_by_name(struct arena *arena, const struct catalog *catalog,
                              const char *pattern) {
    struct words names = {.arena = arena};
    for (size_t i = 0; i < catalog->scenario_count; i++) {
        const char *id = catalog->scenarios[i]->id, *name = strrchr(id, '/') + 1;
        if (strlen(pattern) > 2 && strncmp(name, pattern, strlen(pattern)) == 0)
            return id;
        words_add(&names, name);
    }
    const char *near = suggest_word(pattern, names.list, names.count);
    for (size_t i = 0; near != NULL && i < catalog->scenario_count; i++)
        if (strcmp(strrchr(catalog->scenarios[i]->id, '/') + 1, near) == 0)
            return catalog->scenarios[i]->id;
    return NULL;
}

static const char *id_hint(struct arena *arena, const struct catalog *catalog,
                           const char *pattern) {
    struct words ids = {.arena = arena};
    for (size_t i = 0; i < catalog->scenario_count; i++) {
        const char *id = catalog->scenarios[i]->id;
        for (const char *slash = strchr(id, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
            words_add(&ids, arena_copy(arena, id, (size_t)(slash - id)));
        words_add(&ids, id);
    }
    const char *near = id_by_name(arena, catalog, pattern);
    if (near == NULL)
        near = suggest_word(pattern, ids.list, ids.count);
    return near != NULL
               ? arena_format(arena, "; did you mean \"%s\"?", near)
               : ", which is an id, its beginning up to a slash, or a glob; \"mctap list\" "
                 "shows all ids";
}

/* When the pattern is the id of a rule: the rule, and the scenarios to ask for instead. */
static const char *rule_hint(struct arena *arena, const struct catalog *catalog,
                             const char *pattern) {
    const struct rule *rule = NULL;
    for (size_t i = 0; i < catalog->rule_count; i++)
        if (strcmp(catalog->rules[i]->id, pattern) == 0)
            rule = catalog->rules[i];
    if (rule == NULL)
        return NULL;
    const char *cited = "";
    for (size_t i = 0; i < catalog->scenario_count; i++)
        for (size_t k = 0; k < catalog->scenarios[i]->rule_count; k++)
            if (catalog->scenarios[i]->rules[k] == rule)
                cited = arena_format(arena, "%s\n  %s", cited, catalog->scenarios[i]->id);
    return arena_format(arena, ": it is a rule (%s: %s)%s%s", rule_level_name(rule->level),
                        rule->text, *cited ? "; these scenarios cite it:" : "; none cites it",
                        cited);
}

/* ---- what is wrong ---- */

static bool matches_nothing(const struct catalog *catalog, const char *word, matcher *matches) {
    for (size_t i = 0; i < catalog->scenario_count; i++)
        if (matches(catalog->scenarios[i], word))
            return false;
    return true;
}

static const char *pattern_problem(struct arena *arena, const struct catalog *catalog,
                                   const char *const *patterns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!matches_nothing(catalog, patterns[i], is_meant))
            continue;
        const char *hint = rule_hint(arena, catalog, patterns[i]);
        return arena_format(arena, "no scenario matches \"%s\"%s", patterns[i],
                            hint != NULL ? hint : id_hint(arena, catalog, patterns[i]));
    }
    return NULL;
}

static const char *tag_problem(struct arena *arena, const struct catalog *catalog,
                               const char *const *tags, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (matches_nothing(catalog, tags[i], selection_has_tag))
            return arena_format(arena, "no scenario has the tag \"%s\"%s", tags[i],
                                tag_hint(arena, catalog, tags[i]));
    return NULL;
}

static const char *list_words(struct arena *arena, const char *line, const char *what,
                              const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        line = arena_format(arena, "%s%s%s \"%s\"", line, *line ? ", " : "", what, words[i]);
    return line;
}

/* Each matches something, and all together nothing. */
static const char *nothing_left(struct arena *arena, const struct selection *selection) {
    const char *asked = list_words(arena, "", "id", selection->only, selection->only_count);
    asked = list_words(arena, asked, "tag", selection->tags, selection->tag_count);
    asked = list_words(arena, asked, "without", selection->except, selection->except_count);
    if (selection->within_count > 0 || selection->without_count > 0)
        asked = arena_format(arena, "%s%sthe profile", asked, *asked ? ", " : "");
    if (selection->levels > 0)
        asked = arena_format(arena, "%s%slevel up to %s", asked, *asked ? ", " : "",
                             rule_level_name((enum verdict_level)(selection->levels - 1)));
    return arena_format(arena, "no scenario is selected: none goes with all of this: %s",
                        *asked ? asked : "the files hold no scenario");
}

const char *selection_problem(struct arena *arena, const struct selection *selection,
                              const struct catalog *catalog) {
    const char *problem = pattern_problem(arena, catalog, selection->only, selection->only_count);
    if (problem == NULL)
        problem = pattern_problem(arena, catalog, selection->except, selection->except_count);
    if (problem == NULL)
        problem = pattern_problem(arena, catalog, selection->within, selection->within_count);
    if (problem == NULL)
        problem = pattern_problem(arena, catalog, selection->without, selection->without_count);
    if (problem == NULL)
        problem = tag_problem(arena, catalog, selection->tags, selection->tag_count);
    for (size_t i = 0; problem == NULL && i < catalog->scenario_count; i++)
        if (selection_holds(selection, catalog->scenarios[i]))
            return NULL;
    return problem != NULL ? problem : nothing_left(arena, selection);
}
