/* SPDX-License-Identifier: MIT */
/* scenario_check.c - whether the fields of one step go together, and the steps of a `together`.
 * Fields that could not be read are NULL or 0 here and were told already. */
#include "language/scenario_load.h"

#include "arena.h"
#include "language/steps.h"

#include <string.h>

static bool has(const struct json *value, const char *field) {
    return json_member(value, field) != NULL;
}

/* Tells `message` at the field. */
static void refuse(struct loading *loading, const struct json *value, const char *field,
                   const char *message) {
    problem_add(loading->problems, json_member(value, field)->key_at, "%s", message);
}

/* Told at each field that only a cluster gives a meaning. */
static void refuse_cluster_fields(struct loading *loading, const struct json *value,
                                  const struct step_row *verb) {
    const char *const fields[] = {"on", "via", "by", "fails", verb->word};
    size_t count = (verb->groups & STEP_GROUP_CLUSTER) != 0 ? 5 : 4;
    for (size_t i = 0; i < count; i++)
        if (has(value, fields[i]))
            problem_add(loading->problems, json_member(value, fields[i])->key_at,
                        "\"%s\" needs a scenario with \"cluster\"", fields[i]);
}

static void check_cluster(struct loading *loading, const struct json *value,
                          const struct step *step) {
    const struct step_row *verb = step_row(step->verb);
    bool exchanges = (verb->groups & STEP_GROUP_EXCHANGE) != 0;
    bool addressed = exchanges || (verb->groups & STEP_GROUP_ON) != 0;
    if (loading->scenario->cluster.count == 0)
        refuse_cluster_fields(loading, value, verb);
    else if (has(value, "on") && has(value, "via"))
        refuse(loading, value, "via", "a step goes \"on\" a member or \"via\" a key, not both");
    else if (addressed && !has(value, "on") && !has(value, "via"))
        problem_add(loading->problems, value->at,
                    exchanges
                        ? "in a cluster the step must say \"on\" which member or \"via\" which key"
                        : "in a cluster the step must say \"on\" which member");
    if (step->where != NULL && step->where->count == 0)
        refuse(loading, value, verb->word,
               arena_format(loading->problems->arena, "the key of \"%s\" is empty", verb->word));
    if ((verb->groups & STEP_GROUP_IS) != 0 && !has(value, "is"))
        problem_add(loading->problems, value->at,
                    "\"%s\" needs the field \"is\": a member, \"placed\" or \"nowhere\"",
                    verb->word);
}

/* Fields that need or exclude another one. */
static void check_pairs(struct loading *loading, const struct json *value) {
    static const struct {
        const char *field, *other;
        bool needed; /* else excluded */
        const char *message;
    } pairs[] = {
        {"pause_ms", "cut", true, "\"pause_ms\" is the pause between cuts and needs \"cut\""},
        {"eventually_ms", "expect", true, "\"eventually_ms\" needs \"expect\""},
        {"eventually_ms", "closes", false,
         "\"eventually_ms\" repeats the request, so the connection cannot have been closed"},
        {"eventually_ms", "half_close", false,
         "\"eventually_ms\" repeats the request, so the sending side cannot have been closed"},
        {"unread", "expect", false,
         "what is \"unread\" is expected by a later step of the session"},
        {"unread", "tally", false, "what is \"unread\" is expected by a later step of the session"},
        {"unread", "closes", false, "a session that does not read does not see that it was closed"},
        {"unread", "fails", false, "a step that \"fails\" ends its connection itself"},
        {"tally", "expect", false, "a step has \"expect\" or \"tally\", not both"},
        {"by", "on", false, "\"by\" says how a key is placed, but the step goes \"on\" a member"},
        {"fails", "expect", false,
         "a step that \"fails\" receives nothing, so nothing can be \"expect\"ed"},
        {"fails", "tally", false, "a step that \"fails\" receives nothing to count"},
        {"fails", "closes", false, "a step that \"fails\" ends its connection itself"},
        {"fails", "cut", false, "the bytes of a step that \"fails\" cannot be cut"},
        {"fails", "half_close", false, "a step that \"fails\" ends its connection itself"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (has(value, pairs[i].field) && has(value, pairs[i].other) != pairs[i].needed)
            refuse(loading, value, pairs[i].field, pairs[i].message);
}

static void check_send(struct loading *loading, const struct json *value, const struct step *step) {
    check_pairs(loading, value);
    if (step->fails != STEP_ANSWERED && step->crowd_last > 0)
        refuse(loading, value, "fails", "a step that \"fails\" is of one session, not of a crowd");
    if (step->fails == STEP_UNPLACED && !has(value, "via"))
        refuse(loading, value, "fails", "only a step \"via\" a key can find no member");
    if (step->send != NULL && step->send->count == 0 && !step->half_close)
        refuse(loading, value, "send", "\"send\" is empty; there is nothing to send");
    if (!has(value, "tally") || step->as == NULL)
        return;
    if (step->crowd_last == 0)
        refuse(loading, value, "tally",
               "\"tally\" counts the replies of a crowd: \"as\": \"buyer1..64\"");
    else
        tally_check(loading, value, step, step_sessions(step));
}

/* Do two steps use a session in common? On different members the same name is two connections,
 * and which member a key leads to is not known here. */
static bool share_session(const struct step *a, const struct step *b) {
    if (a->as == NULL || b->as == NULL || a->via != NULL || b->via != NULL ||
        (a->on != NULL && b->on != NULL && strcmp(a->on, b->on) != 0))
        return false;
    return names_overlap(a, b);
}

static void check_together(struct loading *loading, const struct json *value,
                           const struct step *step) {
    size_t sessions = 0;
    const struct json *inner_value = json_member(value, "together")->first;
    for (size_t i = 0; i < step->step_count; i++, inner_value = inner_value->next) {
        const struct step *inner = &step->steps[i];
        sessions += step_sessions(inner);
        if (has(value, "tally") && inner_value->kind == JSON_OBJECT &&
            (has(inner_value, "expect") || has(inner_value, "tally")))
            problem_add(loading->problems, inner_value->at,
                        "the \"tally\" of the \"together\" judges this reply; the step cannot "
                        "judge it too");
        for (size_t k = 0; k < i; k++)
            if (share_session(&step->steps[k], inner))
                problem_add(loading->problems, inner_value->at,
                            "step %zu of this \"together\" uses the session \"%s\" too; sessions "
                            "that play together are different ones",
                            k + 1, inner->as);
    }
    if (sessions < 2 && step->step_count > 0)
        problem_add(loading->problems, value->at, "\"together\" needs two sessions at least");
    if (has(value, "tally"))
        tally_check(loading, value, step, sessions);
}

void step_check(struct loading *loading, const struct json *value, const struct step *step,
                bool together) {
    if (together && step->verb != STEP_SEND)
        problem_add(loading->problems, value->at, "the steps of a \"together\" are \"send\" steps");
    else if (together && has(value, "eventually_ms"))
        refuse(loading, value, "eventually_ms",
               "\"eventually_ms\" cannot stand inside a \"together\"");
    else if (together && has(value, "fails"))
        refuse(loading, value, "fails", "\"fails\" cannot stand inside a \"together\"");
    check_cluster(loading, value, step);
    if (step->verb == STEP_SEND)
        check_send(loading, value, step);
    else if (step->verb == STEP_TOGETHER)
        check_together(loading, value, step);
    else if (step->verb == STEP_EXPECT && step->crowd_last == 0 && step->as != NULL)
        names_check_session(loading, value->at, step->as);
}
