/* SPDX-License-Identifier: MIT */
/* scenario_cluster.c - the cluster of a scenario, and references to its members. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/fields.h"
#include "language/lexeme.h"
#include "language/suggest.h"
#include "placement/members.h"

#include <string.h>

enum { MEMBERS_MIN = 2, MEMBERS_MAX = 16, WEIGHT_MAX = 1000 };

static const struct field cluster_fields[] = {
    {"placement", JSON_STRING, false},
    {"members", JSON_LIST, false},
};

static const struct field member_fields[] = {
    {"name", JSON_STRING, true},
    {"weight", JSON_NUMBER, false},
    {"server", JSON_STRING, false},
};

/* Words that are no members where one is asked for. */
static const char *const no_members[] = {"nowhere", "placed"};
enum { NO_MEMBERS = sizeof no_members / sizeof *no_members };

static bool is_no_member(const char *word) {
    for (size_t i = 0; i < NO_MEMBERS; i++)
        if (strcmp(no_members[i], word) == 0)
            return true;
    return false;
}

static const struct member *find(const struct member *members, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (members[i].name != NULL && strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

const char *placement_load(struct loading *loading, const struct json *object, const char *field) {
    struct problems *problems = loading->problems;
    const char *name = field_string(problems, object, field);
    if (name == NULL || placement_find(name) != NULL)
        return name;
    size_t count;
    const char *const *names = placement_names(&count);
    problem_add(problems, json_member(object, field)->at, "unknown placement \"%s\"%s", name,
                suggest_hint(problems->arena, name, names, count));
    return NULL;
}

static void load_server(struct loading *loading, const struct json *value, struct member *member) {
    struct problems *problems = loading->problems;
    const char *server = field_string(problems, value, "server"), *problem;
    member->server = server != NULL ? server : member->name;
    if (server != NULL && !members_name_is_fine(problems->arena, server, &problem))
        problem_add(problems, json_member(value, "server")->at, "%s", problem);
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
    if (!lexeme_is_name(name) || is_no_member(name))
        problem_add(problems, json_member(value, "name")->at,
                    "\"%s\" cannot name a member; a name has letters, digits and _ and is not "
                    "\"nowhere\" or \"placed\"",
                    name);
    else if (find(members, index, name) != NULL)
        problem_add(problems, json_member(value, "name")->at, "two members are called \"%s\"",
                    name);
    member->name = name;
    load_server(loading, value, member);
}

/* As many members as the command line says, m1, m2 and so on; two are there in any case. */
static void leave_open(struct cluster_shape *shape) {
    static const struct member first_two[] = {{"m1", 1, "m1"}, {"m2", 1, "m2"}};
    shape->open = true;
    shape->members = first_two;
    shape->count = sizeof first_two / sizeof *first_two;
}

void cluster_load(struct loading *loading, const struct json *cluster) {
    struct problems *problems = loading->problems;
    struct cluster_shape *shape = &loading->scenario->cluster;
    fields_check(problems, cluster, "a cluster", cluster_fields,
                 sizeof cluster_fields / sizeof *cluster_fields);
    if (cluster->kind != JSON_OBJECT)
        return;
    shape->placement = placement_load(loading, cluster, "placement");
    const struct json *list = field_of(cluster, "members", JSON_LIST);
    if (json_member(cluster, "members") == NULL)
        leave_open(shape);
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
    if (shape->count == 0 || (or_nowhere && is_no_member(string)))
        return string; /* outside of clusters scenario_check.c refuses the step */
    if (find(shape->members, shape->count, string) != NULL)
        return string;
    const char **names = arena_alloc(problems->arena, (shape->count + NO_MEMBERS) * sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < shape->count; i++)
        if (shape->members[i].name != NULL)
            names[count++] = shape->members[i].name;
    for (size_t i = 0; or_nowhere && i < NO_MEMBERS; i++)
        names[count++] = no_members[i];
    problem_add(problems, name->at, "the cluster has no member \"%s\"%s", string,
                suggest_hint(problems->arena, string, names, count));
    return NULL;
}
