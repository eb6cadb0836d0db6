/* SPDX-License-Identifier: MIT */
/* show.c - `mctap show`: scenarios written out for a reader, with the sentences of their
 * rules and the bytes of each step in the notation of scenarios. */
#include "commands/commands.h"

#include "arena.h"
#include "language/rules.h"
#include "language/steps.h"

#include <inttypes.h>
#include <string.h>

/* Where the text of a step begins, behind "12. ". */
enum { INDENT = 2, NUMBER_WIDTH = 4 };

struct shower {
    struct arena *arena;
    FILE *out;
    enum transport over; /* of the scenario */
};

static void show_steps(struct shower *shower, const struct step *steps, size_t count,
                       const struct rule *rule, int indent);

static const char *quote(struct shower *shower, const struct text *text) {
    return text_quote(shower->arena, text);
}

/* One line of a step: what, and the operand. */
static void line(struct shower *shower, int indent, const char *what, const char *operand) {
    fprintf(shower->out, "%*s%-9s %s\n", indent, "", what, operand);
}

static void show_expect(struct shower *shower, const struct step *step, int indent) {
    const struct pattern *expect = step->expect;
    for (size_t i = 0; expect != NULL && i < expect->count; i++) {
        const struct alternative *alternative = &expect->alternatives[i];
        const char *bytes =
            alternative->text.count == 0 ? "silence" : quote(shower, &alternative->text);
        if (alternative->name != NULL)
            bytes = arena_format(shower->arena, "%s (%s)", bytes, alternative->name);
        line(shower, indent, i == 0 ? "expects" : "or", bytes);
    }
    for (size_t i = 0; i < step->tally_count; i++) {
        const struct tally_row *row = &step->tally[i];
        line(shower, indent, i == 0 ? "expects" : "and",
             arena_format(shower->arena, "%s %s", row->wanted, quote(shower, &row->reply)));
    }
    if (step->closes)
        line(shower, indent, "expects", "the end of the connection");
}

static void show_conditions_of(struct shower *shower, const struct step *step, int indent) {
    for (size_t i = 0; i < step->condition_count; i++)
        line(shower, indent, i == 0 ? "if" : "and", step->conditions[i].shown);
}

static const char *cuts_show(struct shower *shower, const struct step *step) {
    const char *cuts = step->cut_bytes ? "into single bytes" : "at";
    for (size_t i = 0; i < step->cut_count; i++)
        cuts = arena_format(shower->arena, "%s %zu", cuts, step->cuts[i]);
    if (step->pause_ms > 0)
        cuts = arena_format(shower->arena, "%s, %u ms between", cuts, step->pause_ms);
    return cuts;
}

static const char *failure_show(enum step_failure failure) {
    switch (failure) {
    case STEP_REFUSED:
        return "the connection is refused";
    case STEP_UNPLACED:
        return "the client finds no member";
    case STEP_UNANSWERED:
        return "nothing is answered";
    case STEP_ANSWERED:
        break;
    }
    return "";
}

static void show_exchange(struct shower *shower, const struct step *step, int indent) {
    show_conditions_of(shower, step, indent);
    if (step->on != NULL)
        line(shower, indent, "on", step->on);
    if (step->via != NULL)
        line(shower, indent, "via", quote(shower, step->via));
    if (step->by != NULL)
        line(shower, indent, "by", step->by);
    if (step->send != NULL)
        line(shower, indent, "sends", quote(shower, step->send));
    if (step->cut_bytes || step->cut_count > 0)
        line(shower, indent, "cut", cuts_show(shower, step));
    if (step->half_close)
        line(shower, indent, "closes", "its sending side, and still reads");
    if (step->unread)
        line(shower, indent, "reads", "nothing until its next step");
    show_expect(shower, step, indent);
    if (step->fails != STEP_ANSWERED)
        line(shower, indent, "fails", failure_show(step->fails));
    if (step->eventually_ms > 0)
        line(shower, indent, "repeats",
             arena_format(shower->arena, "until it does, at most %u ms", step->eventually_ms));
}

/* What stands behind the verb, for verbs that exchange nothing. No default: the compiler names
 * the kind of operand that is missing here. */
static const char *operand_show(struct shower *shower, const struct step *step) {
    switch (step_row(step->verb)->operand) {
    case OPERAND_MILLISECONDS:
        return arena_format(shower->arena, "%u", step->amount);
    case OPERAND_TIMES:
        return arena_format(shower->arena, "%u times", step->amount);
    case OPERAND_RELATION:
        return step->check->shown;
    case OPERAND_NEW_SESSION:
    case OPERAND_SESSION:
    case OPERAND_MEMBER:
        return step->on == NULL ? step->name
                                : arena_format(shower->arena, "%s on %s", step->name, step->on);
    case OPERAND_KEY:
        return arena_format(shower->arena, "%s is: %s%s%s", quote(shower, step->where), step->name,
                            step->by ? " by " : "", step->by ? step->by : "");
    case OPERAND_ROLES:
        return "once for each order of their turns:";
    case OPERAND_STEPS:
        return "all send, then the replies are read";
    case OPERAND_BYTES:
    case OPERAND_PATTERN:
    case OPERAND_COUNT:
        break;
    }
    return ""; /* show_exchange() writes them */
}

/* "A", "buyer1..64"; "" for steps that have no session of their own. */
static const char *session_show(struct shower *shower, const struct step *step) {
    if (step->crowd_last > 0)
        return arena_format(shower->arena, "%s%u..%u", step->as, step->crowd_first,
                            step->crowd_last);
    return step->as;
}

/* The actors of a crowd play the same steps: they are written once. */
static void show_roles(struct shower *shower, const struct step *step, int indent) {
    for (size_t i = 0; i < step->role_count; i++) {
        const struct role *role = &step->roles[i];
        if (i > 0 && step->roles[i - 1].written == role->written)
            continue;
        line(shower, indent, "actor", role->written);
        show_steps(shower, role->steps, role->step_count, step->rule, indent);
    }
}

static void show_over(struct shower *shower, const struct step *step, int indent) {
    if (step->over != shower->over)
        line(shower, indent, "over", transport_word(step->over));
}

/* `rule` is what is judged where the step stands; one of its own is named. */
static void show_step(struct shower *shower, const struct step *step, const struct rule *rule,
                      int indent) {
    const struct step_row *verb = step_row(step->verb);
    bool exchanges = (verb->groups & STEP_GROUP_EXCHANGE) != 0;
    int inner = indent + NUMBER_WIDTH;
    fprintf(shower->out, "%*s%2u. ", indent, "", step->number);
    if (exchanges) {
        fprintf(shower->out, "%s\n", session_show(shower, step));
        show_over(shower, step, inner);
        show_exchange(shower, step, inner);
    } else {
        line(shower, 0, verb->word, operand_show(shower, step));
        show_over(shower, step, inner);
        show_steps(shower, step->steps, step->step_count, step->rule, inner);
        show_roles(shower, step, inner);
        show_expect(shower, step, inner);
    }
    if (step->rule != rule)
        line(shower, inner, "judges", step->rule->id);
    if (step->within_ms > 0)
        line(shower, inner, "within", arena_format(shower->arena, "%u ms", step->within_ms));
    if (step->note != NULL)
        line(shower, inner, "note", step->note);
}

static void show_steps(struct shower *shower, const struct step *steps, size_t count,
                       const struct rule *rule, int indent) {
    for (size_t i = 0; i < count; i++)
        show_step(shower, &steps[i], rule, indent);
}

static void show_words(struct shower *shower, const char *what, const char *const *words,
                       size_t count) {
    for (size_t i = 0; i < count; i++)
        line(shower, INDENT, i == 0 ? what : "", words[i]);
}

static void show_cluster(struct shower *shower, const struct cluster_shape *cluster) {
    const char *placement = cluster->placement ? cluster->placement : "--placement";
    for (size_t i = 0; i < cluster->count && !cluster->open; i++) {
        const struct member *member = &cluster->members[i];
        bool renamed = strcmp(member->server, member->name) != 0;
        line(shower, INDENT, i == 0 ? "cluster" : "",
             arena_format(shower->arena, "%s%s%s, weight %u%s%s", member->name,
                          renamed ? " for clients " : "", renamed ? member->server : "",
                          member->weight, i == 0 ? ", placed as by " : "",
                          i == 0 ? placement : ""));
    }
    if (cluster->open)
        line(shower, INDENT, "cluster",
             arena_format(shower->arena, "the targets, or as many as --weights says; placed as %s",
                          cluster->placement ? cluster->placement : "--placement says"));
}

/* What decides whether and how it is played. */
static void show_conditions(struct shower *shower, const struct scenario *scenario) {
    show_words(shower, "tags", scenario->tags, scenario->tag_count);
    show_words(shower, "needs", scenario->needs, scenario->need_count);
    if (scenario->since != NULL)
        line(shower, INDENT, "since", scenario->since);
    if (scenario->until != NULL)
        line(shower, INDENT, "until", scenario->until);
    if (scenario->alone)
        line(shower, INDENT, "alone",
             scenario->destructive ? "nothing else plays meanwhile; destroys items of others"
                                   : "nothing else plays meanwhile");
    if (scenario->options != NULL)
        line(shower, INDENT, "options", scenario->options);
    if (scenario->over != TRANSPORT_DEFAULT)
        line(shower, INDENT, "over", transport_word(scenario->over));
    if (scenario->ends)
        line(shower, INDENT, "ends", "the server has to end by it");
    show_cluster(shower, &scenario->cluster);
}

static void show_rules(struct shower *shower, const struct scenario *scenario) {
    for (size_t i = 0; i < scenario->rule_count; i++) {
        const struct rule *rule = scenario->rules[i];
        line(shower, INDENT, i == 0 ? "rule" : "and",
             arena_format(shower->arena, "%s (%s; %s, \"%s\")", rule->id,
                          rule_level_name(rule->level), rule->document, rule->section));
        line(shower, INDENT, "", rule->text);
    }
}

static void show_scenario(struct shower *shower, const struct scenario *scenario) {
    fprintf(shower->out, "%s\n", scenario->id);
    line(shower, INDENT, "claim", scenario->name);
    line(shower, INDENT, "why", scenario->why);
    show_rules(shower, scenario);
    show_conditions(shower, scenario);
    for (size_t i = 0; i < scenario->outcome_count; i++)
        line(shower, INDENT, i == 0 ? "outcome" : "",
             arena_format(shower->arena, "%s when %s, in %" PRIu64 " of %" PRIu64 " orders",
                          scenario->outcomes[i].name, scenario->outcomes[i].when.shown,
                          scenario->outcomes[i].orders, scenario->outcomes[i].of));
    line(shower, INDENT, "written",
         arena_format(shower->arena, "%s:%d", scenario->file, scenario->line));
    show_steps(shower, scenario->steps, scenario->step_count, scenario->rules[0], INDENT);
}

static void show(struct invocation *invocation, const struct catalog *catalog,
                 const struct scenario *const *selected, size_t count) {
    (void)catalog;
    for (size_t i = 0; i < count; i++) {
        struct shower shower = {arena_new(), invocation->out, selected[i]->over};
        if (i > 0)
            fprintf(invocation->out, "\n");
        show_scenario(&shower, selected[i]);
        arena_free(shower.arena);
    }
}

int command_show(struct invocation *invocation) {
    return invocation_with_selected(invocation, show);
}
