/* SPDX-License-Identifier: MIT */
/* plan.c - capabilities, versions, isolation. See plan.h. */
#include "run/plan.h"

#include "arena.h"
#include "language/steps.h"
#include "play/start_line.h"
#include "run/capabilities.h"
#include "run/core.h"
#include "run/duration.h"
#include "run/membership.h"
#include "run/selection.h"
#include "run/versions.h"

#include <string.h>

/* ---- reasons to skip ---- */

/* Does the step send a packet, or for `packets` (a bool) false anything else? */
static bool is_sent(const struct step *step, const void *packets) {
    const struct text *send = step->send;
    return send && send->count > 0 &&
           (send->atoms[0].kind == ATOM_PACKET) == *(const bool *)packets;
}

static bool sends(const struct scenario *scenario, bool packets) {
    return steps_any(scenario->steps, scenario->step_count, is_sent, &packets);
}

/* Does the profile say that targets lack it? */
static bool is_lacked(const struct settings *settings, const char *capability) {
    for (size_t i = 0; i < settings->lack_count; i++)
        if (strcmp(settings->lacks[i], capability) == 0)
            return true;
    return false;
}

static const char *lack_reason(struct arena *arena, const struct settings *settings,
                               const struct scenario *scenario) {
    if (settings->lack_count == 0)
        return NULL;
    for (size_t i = 0; i < scenario->need_count; i++)
        if (is_lacked(settings, scenario->needs[i]))
            return arena_format(arena, "%s: not in the profile %s", scenario->needs[i],
                                settings->profile);
    for (int i = 0; i < CAPABILITY_COUNT; i++) {
        const char *name = capability_row((enum capability)i)->name;
        const char *words = capability_row((enum capability)i)->words;
        bool used = (words && core_sends(scenario, words)) ||
                    (i == CAPABILITY_binary && sends(scenario, true)) ||
                    (i == CAPABILITY_udp && scenario->uses[TRANSPORT_UDP]);
        if (used && is_lacked(settings, name))
            return arena_format(arena, "%s: not in the profile %s", name, settings->profile);
    }
    return NULL;
}

static const char *need_reason(struct arena *arena, const struct scenario *scenario,
                               const struct target *target) {
    for (size_t i = 0; i < scenario->need_count; i++) {
        enum capability capability = capability_find(scenario->needs[i]);
        if (capability < CAPABILITY_COUNT && !target->offers[capability])
            return arena_format(arena, "%s: not offered", scenario->needs[i]);
    }
    if (!target->offers[CAPABILITY_binary] && sends(scenario, true))
        return "binary: not offered";
    return NULL;
}

const char *plan_options(const struct scenario *scenario) {
    if (scenario->options)
        return scenario->options;
    return scenario->uses[TRANSPORT_UDP] ? "-U {udp_port}" : "";
}

size_t plan_servers(const struct scenario *scenario) {
    return scenario->cluster.count > 0 ? scenario->cluster.count : 1;
}

bool plan_is_shared(const struct scenario *scenario) {
    return !scenario->alone && scenario->cluster.count == 0 && !scenario->options;
}

/* A server with these options has to be started, and its users have to be known to it. */
static const char *start_reason(struct arena *arena, const struct settings *settings,
                                const struct scenario *scenario, bool owned) {
    if (!scenario->options)
        return NULL;
    if (!owned)
        return arena_format(arena,
                            "needs a server started with %s: only with --spawn and {options}",
                            scenario->options);
    if (!start_line_has(settings->spawn, "options"))
        return arena_format(arena,
                            "needs a server started with %s: write {options} into --spawn where "
                            "they may stand",
                            scenario->options);
    if (start_wants_password(scenario->options) && start_wants_password(settings->spawn) &&
        start_options_have(scenario->options, 'S') != start_options_have(settings->spawn, 'S'))
        return arena_format(arena,
                            "needs a server started with %s: --spawn asks for another password",
                            scenario->options);
    if (start_options_have(scenario->options, 'S') && !settings->knows_users &&
        !start_has_saslpasswd())
        return "needs saslpasswd2, to make users for SASL (Debian: sasl2-bin)";
    return NULL;
}

/* Options of the scenario may open a way, which those of --spawn may close. */
static bool leads(const struct settings *settings, const struct scenario *scenario,
                  const struct target *target, enum transport way) {
    if (scenario->options)
        return start_line_leads(settings->spawn, scenario->options, way) ||
               !start_line_leads("", scenario->options, way);
    return target->over[way] && (way != TRANSPORT_UDP || target->offers[CAPABILITY_udp]);
}

/* Sessions go a way that the target does not offer. */
static const char *way_reason(struct arena *arena, const struct settings *settings,
                              const struct scenario *scenario, const struct target *target) {
    for (int i = TRANSPORT_TCP; i < TRANSPORT_COUNT; i++)
        if (scenario->uses[i] && !leads(settings, scenario, target, (enum transport)i))
            return arena_format(arena, "%s: not offered", transport_word((enum transport)i));
    return NULL;
}

static bool is_of_member(const struct step *step, const void *nothing) {
    (void)nothing;
    return step_row(step->verb)->operand == OPERAND_MEMBER;
}

static bool stops_members(const struct scenario *scenario) {
    return steps_any(scenario->steps, scenario->step_count, is_of_member, NULL);
}

static const char *cluster_reason(struct arena *arena, const struct scenario *scenario,
                                  size_t target_count) {
    if (target_count < scenario->cluster.count)
        return arena_format(arena, "a cluster of %zu servers%s: give so many targets, or --spawn",
                            scenario->cluster.count, scenario->cluster.open ? " or more" : "");
    if (stops_members(scenario))
        return "stops servers: only with servers that mctap starts (--spawn)";
    return NULL;
}

static const char *safety_reason(struct arena *arena, const struct settings *settings,
                                 const struct scenario *scenario, const struct target *target) {
    bool destroys = scenario->destructive || scenario->cluster.count > 0;
    if (!destroys || settings->allow_destructive)
        return NULL;
    if (target->items && strcmp(target->items, "0") == 0)
        return NULL;
    const char *holds = target->items ? arena_format(arena, "holds %s item%s", target->items,
                                                     strcmp(target->items, "1") == 0 ? "" : "s")
                                      : "does not say how many items it holds";
    return arena_format(arena,
                        "would destroy items, and %s %s: --allow-destructive plays it all the same",
                        target->address->shown, holds);
}

/* ---- servers that mctap starts ---- */

/* One that takes long would let the others wait; and nobody can use a server that was made to end,
 * or members that were stopped. */
static enum plan_mode owned_mode(const struct settings *settings, const struct plan_entry *entry) {
    const struct scenario *scenario = entry->scenario;
    if (settings->fresh)
        return PLAN_FRESH;
    if (plan_is_shared(scenario))
        return PLAN_SHARED;
    bool spoils = scenario->ends || stops_members(scenario);
    return spoils || plan_is_long(entry) ? PLAN_FRESH : PLAN_IN_TURN;
}

/* ---- entries ---- */

static struct plan_entry entry_make(struct arena *arena, const struct settings *settings,
                                    const struct scenario *scenario, const struct target *targets,
                                    size_t target, size_t target_count, bool owned) {
    bool is_cluster = scenario->cluster.count > 0;
    struct duration duration = scenario_duration(scenario, settings->orders);
    struct plan_entry entry = {.scenario = scenario,
                               .target = target,
                               .mode = is_cluster        ? PLAN_MEMBERS
                                       : scenario->alone ? PLAN_ALONE
                                                         : PLAN_SHARED,
                               .wait_ms = duration.waits_ms,
                               .may_last_ms = duration.may_last_ms};
    entry.skip = lack_reason(arena, settings, scenario);
    if (!entry.skip)
        entry.skip = need_reason(arena, scenario, &targets[target]);
    if (!entry.skip) {
        entry.skip = versions_skip(arena, scenario, &targets[target], settings->as);
        entry.foreign = entry.skip && !settings->as && versions_are_foreign(&targets[target]);
    }
    if (!entry.skip)
        entry.skip = start_reason(arena, settings, scenario, owned);
    if (!entry.skip)
        entry.skip = way_reason(arena, settings, scenario, &targets[target]);
    if (!entry.skip && targets[target].binary_only && !scenario->options && sends(scenario, false))
        entry.skip = "text: not offered; the target answers packets only";
    if (owned) {
        entry.mode = owned_mode(settings, &entry);
        return entry;
    }
    if (!entry.skip && is_cluster)
        entry.skip = cluster_reason(arena, scenario, target_count);
    for (size_t i = 0; i < (is_cluster ? target_count : 1) && !entry.skip; i++)
        entry.skip = safety_reason(arena, settings, scenario, &targets[is_cluster ? i : target]);
    return entry;
}

/* ---- the order in which they start ---- */

/* From so many on it is felt when nothing overlaps it. */
enum { LONG_MS = 500 };

bool plan_is_long(const struct plan_entry *entry) {
    return entry->may_last_ms >= LONG_MS;
}

/* Those that play in turn make a row, so they begin before those that all play at once. */
static unsigned rank_of(const struct plan_entry *entry) {
    bool first = entry->mode == PLAN_IN_TURN && !plan_is_long(entry);
    return first ? LONG_MS - 1 : entry->may_last_ms;
}

static void order_by_rank(const struct plan_entry *entries, size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t j = i;
        for (; j > 0 && rank_of(&entries[order[j - 1]]) < rank_of(&entries[i]); j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

/* Equal options, and as many servers: they play one after another. */
static void number_rows(struct arena *arena, struct plan *plan) {
    const struct scenario **first = arena_alloc(arena, plan->count * sizeof(struct scenario *));
    for (size_t i = 0; i < plan->count; i++) {
        const struct scenario *scenario = plan->entries[i].scenario;
        size_t row = 0;
        if (plan->entries[i].mode != PLAN_IN_TURN)
            continue;
        while (row < plan->row_count &&
               (plan_servers(first[row]) != plan_servers(scenario) ||
                strcmp(plan_options(first[row]), plan_options(scenario)) != 0))
            row++;
        if (row == plan->row_count)
            first[plan->row_count++] = scenario;
        plan->entries[i].row = row;
    }
}

struct plan plan_make(struct arena *arena, const struct settings *settings,
                      const struct scenario *const *scenarios, size_t count,
                      const struct target *targets, size_t target_count, bool owned) {
    struct plan plan = {0};
    for (size_t i = 0; i < count; i++) {
        if (!selection_holds(&settings->selection, scenarios[i]))
            continue;
        const struct scenario *scenario =
            membership_fill(arena, settings, scenarios[i], targets, target_count, owned);
        size_t plays = scenario->cluster.count > 0 ? 1 : target_count;
        for (size_t target = 0; target < plays; target++) {
            plan.entries = arena_grow(arena, plan.entries, plan.count, sizeof *plan.entries);
            plan.entries[plan.count++] =
                entry_make(arena, settings, scenario, targets, target, target_count, owned);
        }
    }
    for (size_t target = 0; target < target_count; target++)
        core_skip(arena, &plan, &targets[target], target);
    number_rows(arena, &plan);
    size_t *order = arena_alloc(arena, plan.count * sizeof *order);
    order_by_rank(plan.entries, order, plan.count);
    plan.order = order;
    return plan;
}
