/* SPDX-License-Identifier: MIT */
/* scenario_load.h - from a file to scenarios, strictly; the language is in scenarios/README.md.
 *
 *   scenario_load.c      a file, and the fields of a scenario
 *   scenario_start.c     what it asks of the server's start, and transports
 *   scenario_cluster.c   its cluster, and references to the members
 *   scenario_step.c      the steps: which verb, which fields go with it
 *   scenario_exchange.c  what send and expect steps carry: sessions, patterns, tallies, cuts
 *   scenario_order.c     interleave, if, outcomes: actors that take turns in every order
 *   scenario_check.c     whether the fields of a step go together
 *   scenario_names.c     which sessions and captures exist at a step
 *   scenario_judged.c    whether a whole scenario judges what it asks for
 *
 * catalog.c calls scenarios_load(); the rest is between these files. Every mistake is told and
 * reading goes on with the next field, so that one run shows them all. */
#pragma once

#include "language/json.h"
#include "language/rules.h"
#include "language/scenario.h"
#include "language/text_load.h"

#include <stdbool.h>
#include <stddef.h>

struct scenario_list {
    const struct scenario **list;
    size_t count;
    struct ids ids;
};

/* Adds the scenarios of problems->file that have no mistake. Their ids are `prefix`, a slash and
 * the name as a slug. */
void scenarios_load(struct problems *problems, const struct rules *rules, const char *prefix,
                    struct scenario_list *scenarios);

/* A session that was used, or a capture in it: `name` is NULL or the capture. A crowd is one
 * entry; first and last are 0 for a session alone. */
struct known_name {
    const char *session, *name;
    unsigned first, last;
};

/* A scenario while it is read. */
struct loading {
    struct problems *problems;
    const struct rules *rules;
    struct scenario *scenario;
    struct known_name *names; /* made by the steps so far */
    size_t name_count;
    bool
        names_unsure; /* a mistake, which was told, hides names: what refers to them may be right */
    const char *const *counters; /* names of alternatives of any_of: how often each came */
    size_t counter_count;
    const char *role;        /* the actor whose steps are read, or NULL */
    unsigned repeats;        /* that the step being read stands in */
    const struct rule *rule; /* what a step without `rule` judges */
};

/* Tells when nothing is judged, and requests whose reply no step judges. For scenarios without
 * other mistakes. */
void judged_check(struct loading *loading, const struct json *scenario);

/* Reads a list of steps; `together`: of a step "together". `steps` is filled also when some have
 * mistakes. */
void steps_load(struct loading *loading, const struct json *list, bool together,
                const struct step **steps, size_t *count);

/* Tells the fields of a step that do not go together; for a `together` also its steps. */
void step_check(struct loading *loading, const struct json *value, const struct step *step,
                bool together);

/* Reads as, on, via, expect, tally, closes, cut, half_close, unread and the times into the step. */
void exchange_load(struct loading *loading, const struct json *value, struct step *step);

/* A text that may name only captures that exist; NULL after telling what is wrong. */
const struct text *step_text_load(struct loading *loading, const struct json *value,
                                  enum text_use use);

/* The field `tally` of the step. */
void tally_load(struct loading *loading, const struct json *value, struct step *step);

/* How many sessions play the step: 1, or the size of the crowd. */
size_t step_sessions(const struct step *step);

/* Tells when the tally of a step does not fit the number of sessions. */
void tally_check(struct loading *loading, const struct json *value, const struct step *step,
                 size_t sessions);

/* scenario->options and scenario->over. */
void start_load(struct loading *loading, const struct json *scenario);

/* The field `over` of a step or scenario; `otherwise` where it has none. */
enum transport over_load(struct loading *loading, const struct json *value,
                         enum transport otherwise);

/* scenario->cluster from the field `cluster`. */
void cluster_load(struct loading *loading, const struct json *cluster);

/* The name of a placement in this field; NULL if it is absent or unknown, which is told. */
const char *placement_load(struct loading *loading, const struct json *object, const char *field);

/* The name of a member of the cluster, which `name` or the field `field` of a step holds, or NULL
 * after telling. */
const char *member_find(struct loading *loading, const struct json *name, bool or_nowhere);
const char *member_load(struct loading *loading, const struct json *step, const char *field,
                        bool or_nowhere);

/* A relation whose captures and counts exist; false after telling what is wrong. */
bool step_relation_load(struct loading *loading, const struct json *value,
                        struct relation *relation);

/* Finds the names that an any_of anywhere in the scenario gives its alternatives. */
void counters_find(struct loading *loading, const struct json *scenario);

/* The operand of `interleave`: { "buyer1..2": [steps], "owner": [steps] }. */
void interleave_load(struct loading *loading, const struct json *roles, struct step *step);

/* The field `if` of a step: a relation, or a list of them. */
void conditions_load(struct loading *loading, const struct json *value, struct step *step);

/* The field `outcomes` of the scenario, whose steps were read. */
void outcomes_load(struct loading *loading, const struct json *value);

/* "buyer1..64" -> its stem and numbers; "A" -> the name, and 0 for both numbers. False after
 * telling what is wrong with it. */
bool session_parse(struct loading *loading, const char *written, struct place at, const char **stem,
                   unsigned *first, unsigned *last);

/* Remembers the sessions and captures of a step for those that follow. */
void names_add(struct loading *loading, const struct step *step);

/* Have the sessions of two steps a name in common? */
bool names_overlap(const struct step *a, const struct step *b);

/* Tells when no step before `at` has used the session, or captured `name` in it (session NULL:
 * in any). */
bool names_check_session(struct loading *loading, struct place at, const char *session);
bool names_check_capture(struct loading *loading, struct place at, const char *session,
                         const char *name);
