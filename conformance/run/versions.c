/* SPDX-License-Identifier: MIT */
/* versions.c - see versions.h. */
#include "run/versions.h"

#include "arena.h"
#include "run/capabilities.h"
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>

/* The first memcached whose claims are written; what tells an older one is none. */
static const char oldest[] = "1.2.0";

/* A claim, and the target that it is about. */
struct claim {
    struct arena *arena;
    const struct target *target;
    const char *as;         /* or NULL */
    unsigned long at_least; /* a foreign target is taken for this version; 0: for none */
    enum verdict_level level;
};

/* 1.6.18 as a number that compares; 0 if it does not begin like a version. */
static unsigned long number_of(const char *version) {
    unsigned long part[3] = {0, 0, 0};
    const char *rest = version;
    for (int i = 0; i < 3; i++) {
        char *end;
        part[i] = strtoul(rest, &end, 10);
        if (end == rest)
            return i == 0 ? 0 : (part[0] * 1000 + part[1]) * 1000 + part[2];
        rest = *end == '.' ? end + 1 : end;
        if (*end != '.')
            break;
    }
    return (part[0] * 1000 + part[1]) * 1000 + part[2];
}

bool versions_are_foreign(const struct target *target) {
    return !target->version || number_of(target->version) < number_of(oldest);
}

/* What is asked of another server than memcached. */
static const char *foreign_reason(const struct claim *claim, const char *since, const char *until) {
    if (until)
        return arena_format(claim->arena, "until memcached %s, the target is no memcached", until);
    if (since && claim->level != VERDICT_MUST && number_of(since) > claim->at_least)
        return arena_format(claim->arena, "since memcached %s, the target is no memcached", since);
    return NULL;
}

static const char *reason_for(const struct claim *claim, const char *since, const char *until) {
    const char *told = claim->target->version, *as = claim->as;
    if (!as && versions_are_foreign(claim->target))
        return foreign_reason(claim, since, until);
    unsigned long version = number_of(as ? as : told);
    const char *is = as ? arena_format(claim->arena, "is played as %s", as)
                        : arena_format(claim->arena, "is %s", told);
    if (since && version < number_of(since))
        return arena_format(claim->arena, "since memcached %s, the target %s", since, is);
    if (until && version >= number_of(until))
        return arena_format(claim->arena, "until memcached %s, the target %s", until, is);
    return NULL;
}

/* The newest memcached that brought a capability which the scenario needs, if the target has it. */
static unsigned long shown_by(const struct scenario *scenario, const struct target *target) {
    unsigned long newest = 0;
    for (size_t i = 0; i < scenario->need_count; i++) {
        enum capability capability = capability_find(scenario->needs[i]);
        if (capability == CAPABILITY_COUNT || !target->offers[capability])
            continue;
        unsigned long since = number_of(capability_row(capability)->since);
        newest = since > newest ? since : newest;
    }
    return newest;
}

const char *versions_skip(struct arena *arena, const struct scenario *scenario,
                          const struct target *target, const char *as) {
    const struct rule *rule = scenario->rules[0];
    struct claim claim = {arena, target, as, shown_by(scenario, target), rule->level};
    const char *reason = reason_for(&claim, scenario->since, scenario->until);
    return reason ? reason : reason_for(&claim, rule->since, rule->until);
}

void versions_note(struct runner *runner) {
    for (size_t i = 0; i < runner->plan.count; i++) {
        const struct plan_entry *entry = &runner->plan.entries[i];
        runner->summary.foreign += entry->foreign;
    }
}
