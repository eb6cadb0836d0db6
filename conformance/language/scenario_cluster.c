/* SPDX-License-Identifier: MIT */
/* scenario_cluster.c - the cluster of a scenario, and references to its members. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/suggest.h"
#include "placement/placement.h"

#include <string.h>

enum { MEMBERS_MIN = 2, MEMBERS_MAX = 16, WEIGHT_MAX = 1000 };

static const struct field cluster_fields[] = {
    {"placement", JSON_STRING, true},
    {"members", JSON_LIST, true},
};

static const struct field member_fields[] = {
    {"name", JSON_STRING, true},
    {"weight", JSON_NUMBER, false},
};

static const struct member *find(const struct member *members, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (members[i].name != NULL && strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static void load_placement(struct loading *loading, const struct json *cluster) {
    struct problems *problems = loading->problems;
    const char *name = field_string(problems, cluster, "placement");
    loading->scenario->cluster.placement = name;
    if (name == NULL || placement_find(name) != NULL)
        return;
    size_t count;
    const char *const *names = placement_names(&count);
    problem_add(problems, json_member(cluster, "placement")->at, "unknown placement \"%s\"%s", name,
                suggest_hint(problems->arena, name, names, count));
}

static void load_member(struct loading *loading, const struct json *value, struct member *members,
                        size_t index) {
    struct problems *problems = loading->problems;
    struct member *member = &members[index];
    fields_check(problems, value, "a member", member_fields,
                 sizeof member_fields / sizeof *member_fields);
    if (value->kind != JSON_OBJECT)
        return;
    const char *name = field_string(problems, value, "name");
    member->weight = 1;
    if (json_member(value, "weight") != NULL)
        member->weight = field_number(problems, value, "weight", 1, WEIGHT_MAX);
    if (name == NULL)
        return;
    if (!lexeme_is_name(name) || strcmp(name, "nowhere") == 0)
        problem_add(problems, json_member(value, "name")->at,
                    "\"%s\" cannot name a member; a name has letters, digits and _ and is not "
                    "\"nowhere\"",
                    name);
    else if (find(members, index, name) != NULL)
        problem_add(problems, json_member(value, "name")->at, "two members are called \"%s\"",
                    name);
    member->name = name;
}

void cluster_load(struct loading *loading, const struct json *cluster) {
    struct problems *problems = loading->problems;
    struct cluster_shape *shape = &loading->scenario->cluster;
    fields_check(problems, cluster, "a cluster", cluster_fields,
                 sizeof cluster_fields / sizeof *cluster_fields);
    if (cluster->kind != JSON_OBJECT)
        return;
    load_placement(loading, cluster);
    const struct json *list = field_of(cluster, "members", JSON_LIST);
    if (list == NULL)
        return;
    if (list->count < MEMBERS_MIN || list->count > MEMBERS_MAX)
        problem_add(problems, list->at, "a cluster has %d to %d members, but %zu came", MEMBERS_MIN,
                    MEMBERS_MAX, list->count);
    struct member *members = arena_alloc(problems->arena, list->count * sizeof *members);
    for (const struct json *value = list->first; value != NULL; value = value->next)
        load_member(loading, value, members, shape->count++);
    shape->members = members;
}

const char *member_load(struct loading *loading, const struct json *step, const char *field,
                        bool or_nowhere) {
    const struct json *name = field_of(step, field, JSON_STRING);
    return name == NULL ? NULL : member_find(loading, name, or_nowhere);
}

const char *member_find(struct loading *loading, const struct json *name, bool or_nowhere) {
    struct problems *problems = loading->problems;
    const struct cluster_shape *shape = &loading->scenario->cluster;
    const char *string = name->string;
    if (shape->count == 0 || (or_nowhere && strcmp(string, "nowhere") == 0))
        return string; /* outside of clusters scenario_check.c refuses the step */
    if (find(shape->members, shape->count, string) != NULL)
        return string;
    const char **names = arena_alloc(problems->arena, (shape->count + 1) * sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < shape->count; i++)
        if (shape->members[i].name != NULL)
            names[count++] = shape->members[i].name;
    if (or_nowhere)
        names[count++] = "nowhere";
    problem_add(problems, name->at, "the cluster has no member \"%s\"%s", string,
                suggest_hint(problems->arena, string, names, count));
    return NULL;
}
