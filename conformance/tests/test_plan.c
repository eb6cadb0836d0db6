/* SPDX-License-Identifier: MIT */
/* test_plan.c - which scenarios are selected, in which order they start, and why some are not
 * played. Scenarios and targets are made here; nothing is connected. */
#include "run/plan.h"

#include "run/core.h"
#include "run/selection.h"

#include "arena.h"

#include "reports/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena *arena;
static const struct address here = {.shown = "127.0.0.1:1"};

static struct target target_of(const char *version, const char *items) {
    struct target target = {.address = &here, .version = version, .items = items};
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        target.offers[i] = true;
    return target;
}

static struct plan plan_of(const struct settings *settings, const struct scenario *scenarios,
                           size_t count, const struct target *targets, size_t target_count,
                           bool owned) {
    static const struct rule rule = {.id = "a.rule"};
    static const struct rule *const any_rule[] = {&rule};
    const struct scenario **list = arena_alloc(arena, count * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        struct scenario *scenario = arena_alloc(arena, sizeof *scenario);
        *scenario = scenarios[i];
        if (!scenario->rules)
            scenario->rules = any_rule;
        list[i] = scenario;
    }
    return plan_make(arena, settings, list, count, targets, target_count, owned);
}

/* The one entry of one scenario on one target. */
static struct plan_entry entry_of(const struct scenario *scenario, struct target target,
                                  bool allow_destructive, bool owned) {
    struct settings settings = {.allow_destructive = allow_destructive};
    return plan_of(&settings, scenario, 1, &target, 1, owned).entries[0];
}

static bool selects(const char *only, const char *except, const char *tag, const char *id) {
    static const char *tags[] = {"noreply", "slow"};
    struct selection selection = {.only = &only,
                                  .only_count = only != NULL,
                                  .except = &except,
                                  .except_count = except != NULL,
                                  .tags = &tag,
                                  .tag_count = tag != NULL};
    struct scenario scenario = {.id = id, .tags = tags, .tag_count = 2};
    return selection_holds(&selection, &scenario);
}

static void selection(void) {
    const char *id = "classic/storage/add-refuses";
    CHECK(selects(NULL, NULL, NULL, id), "nothing asked for: everything");
    CHECK(selects(id, NULL, NULL, id), "an id");
    CHECK(selects("classic/storage", NULL, NULL, id), "a beginning up to a slash");
    CHECK(selects("classic", NULL, NULL, id), "a chapter");
    CHECK(!selects("classic/stor", NULL, NULL, id), "a beginning inside a word is none");
    CHECK(selects("classic/storage/", NULL, NULL, id), "the slash may be written");
    CHECK(!selects("classic/stor/", NULL, NULL, id), "which makes no beginning of another");
    CHECK(!selects("classic/storage/add-refuses-more", NULL, NULL, id), "a longer id");
    CHECK(selects("*add*", NULL, NULL, id), "a glob crosses slashes");
    CHECK(selects("classic/*/add-?efuse[a-t]", NULL, NULL, id), "? and sets");
    CHECK(!selects("*replace*", NULL, NULL, id), "a glob that does not match");
    CHECK(!selects(NULL, "classic/storage", NULL, id), "excluded");
    CHECK(!selects(id, "*add*", NULL, id), "exclusion is stronger");
    CHECK(selects(NULL, "story", NULL, id), "excluded elsewhere");
    CHECK(selects(NULL, NULL, "slow", id), "a tag");
    CHECK(!selects(NULL, NULL, "slo", id), "a part of a tag");
    CHECK(!selects("story", NULL, "slow", id), "tag and id: both");
}

static const char *skip_of_versions(const char *since, const char *until, const char *version) {
    struct scenario scenario = {.id = "a", .since = since, .until = until};
    const char *skip = entry_of(&scenario, target_of(version, "0"), false, false).skip;
    struct rule rule = {.id = "a.rule", .since = since, .until = until};
    const struct rule *const rules[] = {&rule};
    struct scenario ruled = {.id = "a", .rules = rules, .rule_count = 1};
    const char *skip_by_rule = entry_of(&ruled, target_of(version, "0"), false, false).skip;
    CHECK_TEXT(skip_by_rule ? skip_by_rule : "", skip ? skip : "", "its first rule counts alike");
    return skip ? skip : "";
}

static void versions(void) {
    CHECK_TEXT(skip_of_versions("1.6.0", NULL, "1.6.18"), "", "since is long past");
    CHECK_TEXT(skip_of_versions("1.6.18", NULL, "1.6.18"), "", "since is inclusive");
    CHECK_TEXT(skip_of_versions("1.6.19", NULL, "1.6.18"),
               "since memcached 1.6.19, the target is 1.6.18", "not yet");
    CHECK_TEXT(skip_of_versions("1.10.0", NULL, "1.9.9"),
               "since memcached 1.10.0, the target is 1.9.9", "10 is more than 9");
    CHECK_TEXT(skip_of_versions(NULL, "1.6.18", "1.6.18"),
               "until memcached 1.6.18, the target is 1.6.18", "until is exclusive");
    CHECK_TEXT(skip_of_versions(NULL, "1.6.18", "1.6.17"), "", "just before");
    CHECK_TEXT(skip_of_versions(NULL, "1.6.18", "1.6.17-rc1_x"), "", "what follows is ignored");
    CHECK_TEXT(skip_of_versions("1.6", NULL, "1.6"), "", "two numbers are a version");
    CHECK_TEXT(skip_of_versions("9.0", NULL, "unknown"), "", "no version: the claim is tried");
    CHECK_TEXT(skip_of_versions("9.0", NULL, NULL), "", "no answer: the claim is tried");
    CHECK_TEXT(skip_of_versions(NULL, "1.6.40", "yrmcds version 1.1.9"),
               "until memcached 1.6.40, the target is no memcached",
               "what memcached gave up is its own");
}

static void played_as(void) {
    struct scenario scenario = {.id = "a", .since = "1.6.27"};
    struct target target = target_of("1.6.18", "0");
    struct settings settings = {.as = "1.6.45"};
    CHECK(!plan_of(&settings, &scenario, 1, &target, 1, false).entries[0].skip,
          "played as a newer version");
    settings.as = "1.6.10";
    CHECK_TEXT(plan_of(&settings, &scenario, 1, &target, 1, false).entries[0].skip,
               "since memcached 1.6.27, the target is played as 1.6.10", "and as an older one");
}

static void capabilities(void) {
    static const char *needs[] = {"gat"};
    struct scenario scenario = {.id = "a", .needs = needs, .need_count = 1};
    struct target target = target_of("1.6.18", "0");
    CHECK(entry_of(&scenario, target, false, false).skip == NULL, "offered: played");
    target.offers[CAPABILITY_gat] = false;
    const char *skip = entry_of(&scenario, target, false, false).skip;
    CHECK_TEXT(skip ? skip : "", "gat: not offered", "not offered: skipped, with the reason");
    CHECK(entry_of(&scenario, target, false, true).skip != NULL, "also on a server of our own");
}

static void dialects(void) {
    struct rule observed = {.id = "o", .level = VERDICT_OBSERVED};
    const struct rule *const rules[] = {&observed};
    struct scenario scenario = {.id = "a", .since = "1.6.40", .rules = rules, .rule_count = 1};
    const char *skip = entry_of(&scenario, target_of("another 1.1", "0"), false, false).skip;
    CHECK_TEXT(skip ? skip : "", "since memcached 1.6.40, the target is no memcached",
               "what memcached does of late is its own");
    observed.level = VERDICT_MUST;
    CHECK(entry_of(&scenario, target_of("another 1.1", "0"), false, false).skip == NULL,
          "what is written is for all");
}

/* Who offers what memcached 1.6.10 brought is asked for what it does since then, and no more. */
static void shown_versions(void) {
    static const char *needs[] = {"touch", "meta"};
    struct rule observed = {.id = "o", .level = VERDICT_OBSERVED, .since = "1.6.10"};
    const struct rule *const rules[] = {&observed};
    struct scenario scenario = {.id = "a", .rules = rules, .rule_count = 1};
    struct target other = target_of("another 1.1", "0"), memcached = target_of("1.6.9", "0");
    struct plan_entry entry = entry_of(&scenario, other, false, false);
    CHECK(entry.skip && entry.foreign, "skipped, and counted as such");
    entry = entry_of(&scenario, memcached, false, false);
    CHECK(entry.skip && !entry.foreign, "of a memcached it is not counted");
    scenario.needs = needs;
    scenario.need_count = 2;
    entry = entry_of(&scenario, other, false, false);
    CHECK(!entry.skip && !entry.foreign, "another server that offers it is asked");
    CHECK(entry_of(&scenario, memcached, false, false).skip != NULL, "memcached tells its version");
    observed.since = "1.6.11";
    CHECK(entry_of(&scenario, other, false, false).foreign, "but not for what came later");
}

static struct step sends(const char *request) {
    struct atom *atom = arena_alloc(arena, sizeof *atom);
    *atom = (struct atom){.kind = ATOM_LITERAL, .bytes = request, .length = strlen(request)};
    struct text *text = arena_alloc(arena, sizeof *text);
    *text = (struct text){.atoms = atom, .count = 1};
    return (struct step){.verb = STEP_SEND, .send = text};
}

static bool sends_word(const char *request, const char *words) {
    const struct step step = sends(request);
    const struct step repeat = {.verb = STEP_REPEAT, .steps = &step, .step_count = 1};
    const struct scenario scenario = {.steps = &step, .step_count = 1};
    const struct scenario nested = {.steps = &repeat, .step_count = 1};
    const struct role roles[] = {{.name = "A"}, {.name = "B", .steps = &repeat, .step_count = 1}};
    const struct step orders = {.verb = STEP_INTERLEAVE, .roles = roles, .role_count = 2};
    const struct scenario interleaved = {.steps = &orders, .step_count = 1};
    bool found = core_sends(&scenario, words);
    CHECK(core_sends(&nested, words) == found, "in a repeat as outside");
    CHECK(core_sends(&interleaved, words) == found, "of an interleave, too");
    return found;
}

static void core_words(void) {
    CHECK(sends_word("incr a 1\r\n", "incr decr"), "the first word");
    CHECK(sends_word("get a\r\ndecr a 1\r\n", "incr decr"), "of a later line");
    CHECK(sends_word("stats\r\n", "stats"), "alone on its line");
    CHECK(!sends_word("get incr\r\n", "incr decr"), "not as an argument");
    CHECK(!sends_word("increment a\r\n", "incr decr"), "not as the beginning of a word");
    CHECK(!sends_word("inc a\r\n", "incr decr"), "nor the other way round");
}

/* Packets need the binary protocol, also those that an actor of an interleave sends. */
static void packets(void) {
    struct atom atom = {.kind = ATOM_PACKET};
    struct text text = {.atoms = &atom, .count = 1};
    const struct step step = {.verb = STEP_SEND, .send = &text};
    const struct role roles[] = {{.name = "A"}, {.name = "B", .steps = &step, .step_count = 1}};
    const struct step orders = {.verb = STEP_INTERLEAVE, .roles = roles, .role_count = 2};
    const struct scenario scenarios[] = {{.id = "a", .steps = &step, .step_count = 1},
                                         {.id = "b", .steps = &orders, .step_count = 1}};
    const char *lacks[] = {"binary"};
    struct settings settings = {0}, lacking = {.lacks = lacks, .lack_count = 1, .profile = "p"};
    struct target target = target_of("1", "0");
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        target.offers[CAPABILITY_binary] = true;
        CHECK(plan_of(&settings, &scenarios[i], 1, &target, 1, true).entries[0].skip == NULL,
              "offered: played");
        const char *skip = plan_of(&lacking, &scenarios[i], 1, &target, 1, true).entries[0].skip;
        CHECK_TEXT(skip ? skip : "", "binary: not in the profile p", "not in the profile: skipped");
        target.offers[CAPABILITY_binary] = false;
        skip = plan_of(&settings, &scenarios[i], 1, &target, 1, true).entries[0].skip;
        CHECK_TEXT(skip ? skip : "", "binary: not offered", "not offered: skipped");
    }
}

/* One of the scenarios that need a missing core command is played. */
static void core_commands(void) {
    struct rule must = {.id = "m", .level = VERDICT_MUST};
    struct rule observed = {.id = "o", .level = VERDICT_OBSERVED};
    const struct rule *const musts[] = {&must}, *const observes[] = {&observed};
    const struct step both[] = {sends("incr a 1\r\n"), sends("append a 0 0 0\r\n\r\n")};
    const struct step one[] = {sends("incr a 1\r\n"), sends("get a\r\n")};
    const struct step get[] = {sends("get a\r\n")};
    const struct scenario scenarios[] = {
        {.id = "both", .rules = musts, .rule_count = 1, .steps = both, .step_count = 2},
        {.id = "observed", .rules = observes, .rule_count = 1, .steps = one, .step_count = 1},
        {.id = "long", .rules = musts, .rule_count = 1, .steps = one, .step_count = 2},
        {.id = "short", .rules = musts, .rule_count = 1, .steps = one, .step_count = 1},
        {.id = "get", .rules = musts, .rule_count = 1, .steps = get, .step_count = 1},
    };
    struct settings settings = {0};
    struct target target = target_of("1", "0");
    struct plan plan = plan_of(&settings, scenarios, COUNT(scenarios), &target, 1, true);
    for (size_t i = 0; i < plan.count; i++)
        CHECK(plan.entries[i].skip == NULL, "nothing is missing: all are played");
    target.offers[CAPABILITY_incr] = target.offers[CAPABILITY_append] = false;
    plan = plan_of(&settings, scenarios, COUNT(scenarios), &target, 1, true);
    for (size_t i = 0; i < 3; i++)
        CHECK_TEXT(plan.entries[i].skip ? plan.entries[i].skip : "",
                   "incr: not offered, as short tells", "needs it, too: skipped");
    CHECK(plan.entries[3].skip == NULL, "a must, and the shortest: played");
    CHECK(plan.entries[4].skip == NULL, "does not need it: played");
    must.level = VERDICT_OPTIONAL;
    plan = plan_of(&settings, scenarios, COUNT(scenarios), &target, 1, true);
    for (size_t i = 1; i < 4; i++)
        CHECK_TEXT(plan.entries[i].skip ? plan.entries[i].skip : "", "incr: not offered",
                   "no must asks for it: none is played");
    must.level = VERDICT_MUST;
    const char *lacks[] = {"incr"};
    struct settings lacking = {.lacks = lacks, .lack_count = 1, .profile = "p"};
    target.offers[CAPABILITY_incr] = target.offers[CAPABILITY_append] = true;
    plan = plan_of(&lacking, scenarios, COUNT(scenarios), &target, 1, true);
    for (size_t k = 0; k < 4; k++)
        CHECK_TEXT(plan.entries[k].skip ? plan.entries[k].skip : "", "incr: not in the profile p",
                   "not in the profile: skipped, whatever the target offers");
    CHECK(plan.entries[4].skip == NULL, "does not need it: played");
    target.offers[CAPABILITY_incr] = target.offers[CAPABILITY_append] = false;
    settings.selection.only = (const char *[]){"both"};
    settings.selection.only_count = 1;
    plan = plan_of(&settings, scenarios, COUNT(scenarios), &target, 1, true);
    CHECK(plan.count == 1 && plan.entries[0].skip == NULL, "the only one is played");
}

static void destruction(void) {
    struct scenario scenario = {.id = "a", .alone = true, .destructive = true};
    struct plan_entry entry = entry_of(&scenario, target_of("1", "603"), false, false);
    CHECK(entry.skip && strstr(entry.skip, "--allow-destructive"), "items guard the target");
    CHECK(entry_of(&scenario, target_of("1", "0"), false, false).skip == NULL,
          "no items, no guard");
    CHECK(entry.skip && strstr(entry.skip, "holds 603 items:"), "they are counted");
    entry = entry_of(&scenario, target_of("1", "1"), false, false);
    CHECK(entry.skip && strstr(entry.skip, "holds 1 item:"), "one is one");
    entry = entry_of(&scenario, target_of("1", NULL), false, false);
    CHECK(entry.skip && strstr(entry.skip, "does not say how many"), "an unknown number, too");
    CHECK(entry_of(&scenario, target_of("1", "603"), true, false).skip == NULL, "unless allowed");
    entry = entry_of(&scenario, target_of("1", "603"), false, true);
    CHECK(entry.skip == NULL && entry.mode == PLAN_IN_TURN, "our own server: in turn");
    scenario.destructive = false;
    entry = entry_of(&scenario, target_of("1", "603"), false, false);
    CHECK(entry.skip == NULL && entry.mode == PLAN_ALONE, "alone only: after the others");
    scenario.alone = false;
    entry = entry_of(&scenario, target_of("1", "603"), false, true);
    CHECK_INT(entry.mode, PLAN_SHARED, "all others share a server");
    struct settings settings = {.fresh = true};
    struct target target = target_of("1", "0");
    struct plan plan = plan_of(&settings, &scenario, 1, &target, 1, true);
    CHECK_INT(plan.entries[0].mode, PLAN_FRESH, "unless each is to have its own");
}

static void clusters(void) {
    static const struct member members[] = {{"a", 1, "a"}, {"b", 1, "b"}};
    static const struct step steps[] = {{.verb = STEP_SEND}, {.verb = STEP_STOP}};
    static const struct step repeat[] = {{.verb = STEP_REPEAT, .steps = steps, .step_count = 2}};
    struct scenario scenario = {.id = "a",
                                .cluster = {"python-memcached", members, 2, false},
                                .steps = steps,
                                .step_count = 1};
    struct settings settings = {0};
    struct target two[] = {target_of("1", "0"), target_of("1", "0"), target_of("1", "0")};
    struct plan plan = plan_of(&settings, &scenario, 1, two, 3, false);
    CHECK_INT(plan.count, 1, "a cluster plays once on all targets");
    CHECK_INT(plan.entries[0].mode, PLAN_MEMBERS, "on them as members");
    CHECK(plan.entries[0].skip == NULL, "three are enough for two");
    plan = plan_of(&settings, &scenario, 1, two, 1, false);
    CHECK(plan.entries[0].skip && strstr(plan.entries[0].skip, "a cluster of 2"), "one is not");
    plan = plan_of(&settings, &scenario, 1, two, 1, true);
    CHECK(plan.entries[0].skip == NULL && plan.entries[0].mode == PLAN_IN_TURN,
          "of our own servers there are as many as it takes");
    two[1].items = "603";
    plan = plan_of(&settings, &scenario, 1, two, 2, false);
    CHECK(plan.entries[0].skip && strstr(plan.entries[0].skip, "destroy"), "one holds items");
    two[1].items = "0";
    scenario.steps = repeat;
    plan = plan_of(&settings, &scenario, 1, two, 2, false);
    CHECK(plan.entries[0].skip && strstr(plan.entries[0].skip, "stops servers"),
          "given servers are never stopped, in a repeat neither");
}

/* Members and placement that the command line says. */
static void open_clusters(void) {
    static const struct member members[] = {{"m1", 1, "m1"}, {"m2", 1, "m2"}};
    static const struct step steps[] = {{.verb = STEP_SEND}};
    static const unsigned weights[] = {4, 1, 2, 3};
    static const struct address address = {.shown = "10.0.0.1:11211"};
    struct scenario scenario = {
        .id = "a", .cluster = {NULL, members, 2, true}, .steps = steps, .step_count = 1};
    struct settings settings = {0};
    struct target targets[] = {target_of("1", "0"), target_of("1", "0")};
    targets[0].address = targets[1].address = &address;
    struct plan plan = plan_of(&settings, &scenario, 1, targets, 1, true);
    const struct cluster_shape *cluster = &plan.entries[0].scenario->cluster;
    CHECK_INT(cluster->count, 3, "nothing said: three servers");
    CHECK_INT(cluster->members[1].weight, 2, "of weights 1:2:1");
    CHECK_TEXT(cluster->members[2].server, "m3", "called m1, m2, m3");
    CHECK_TEXT(cluster->placement, "python-memcached", "as python-memcached has it");
    settings = (struct settings){.placement = "dalli", .weights = weights, .weight_count = 4};
    plan = plan_of(&settings, &scenario, 1, targets, 1, true);
    cluster = &plan.entries[0].scenario->cluster;
    CHECK_INT(cluster->count, 4, "a server for each of --weights");
    CHECK_INT(cluster->members[0].weight, 4, "with it");
    CHECK_TEXT(cluster->placement, "dalli", "and --placement");
    settings.weights = weights + 2;
    settings.weight_count = 2;
    plan = plan_of(&settings, &scenario, 1, targets, 2, false);
    cluster = &plan.entries[0].scenario->cluster;
    CHECK_INT(cluster->count, 2, "given targets are the members");
    CHECK_INT(cluster->members[1].weight, 3, "with the weights of the command line");
    CHECK_TEXT(cluster->members[1].name, "m2", "steps call them m1 and m2");
    CHECK_TEXT(cluster->members[1].server, "10.0.0.1:11211", "clients by their addresses");
    settings.weight_count = 0;
    plan = plan_of(&settings, &scenario, 1, targets, 2, false);
    CHECK_INT(plan.entries[0].scenario->cluster.members[1].weight, 1, "or weight 1");
    plan = plan_of(&settings, &scenario, 1, targets, 1, false);
    CHECK(plan.entries[0].skip && strstr(plan.entries[0].skip, "a cluster of 2 servers or more"),
          "one target is none");
}

static enum plan_mode mode_of(struct scenario scenario, bool fresh) {
    struct settings settings = {.fresh = fresh, .orders = 1000, .spawn = "server {options}"};
    struct target target = target_of("1", "0");
    return plan_of(&settings, &scenario, 1, &target, 1, true).entries[0].mode;
}

/* Who plays where, when mctap starts the servers. */
static void modes(void) {
    static const struct step wait[] = {{.verb = STEP_WAIT, .amount = 600}};
    static const struct step tries[] = {{.verb = STEP_SEND, .eventually_ms = 600}};
    static const struct step stop[] = {{.verb = STEP_STOP, .name = "a"}};
    static const struct member members[] = {{"a", 1, "a"}, {"b", 1, "b"}};
    struct scenario plain = {.id = "a"}, alone = {.id = "a", .alone = true};
    struct scenario options = {.id = "a", .options = "-M"};
    struct scenario cluster = {.id = "a", .cluster = {"python-memcached", members, 2, false}};
    CHECK_INT(mode_of(plain, false), PLAN_SHARED, "all at once on one server");
    CHECK_INT(mode_of(alone, false), PLAN_IN_TURN, "alone: one after another");
    CHECK_INT(mode_of(options, false), PLAN_IN_TURN, "with options, too");
    CHECK_INT(mode_of(cluster, false), PLAN_IN_TURN, "and with several servers");
    CHECK_INT(mode_of(plain, true), PLAN_FRESH, "--fresh: a server each");
    CHECK_INT(mode_of(options, true), PLAN_FRESH, "also with options");
    plain.steps = alone.steps = wait;
    cluster.steps = stop;
    plain.step_count = alone.step_count = cluster.step_count = 1;
    CHECK_INT(mode_of(plain, false), PLAN_SHARED, "whoever waits disturbs nobody there");
    CHECK_INT(mode_of(alone, false), PLAN_FRESH, "but others in a row would wait with it");
    CHECK_INT(mode_of(cluster, false), PLAN_FRESH, "nobody wants members that were stopped");
    alone.steps = tries;
    CHECK_INT(mode_of(alone, false), PLAN_FRESH, "what is tried until it is right may take long");
    options.ends = true;
    CHECK_INT(mode_of(options, false), PLAN_FRESH, "nor a server that was made to end");
}

static void order(void) {
    static const struct step plain[] = {{.verb = STEP_SEND}};
    static const size_t cut[] = {3};
    static const struct step pauses[] = {
        {.verb = STEP_SEND, .cuts = cut, .cut_count = 1, .pause_ms = 200}};
    static const struct role roles[] = {{.steps = plain, .step_count = 1},
                                        {.steps = plain, .step_count = 1}};
    static const struct step orders[] = {
        {.verb = STEP_INTERLEAVE, .roles = roles, .role_count = 2},
        {.verb = STEP_REPEAT, .amount = 999, .steps = plain, .step_count = 1}};
    static const struct step wait_1[] = {{.verb = STEP_WAIT, .amount = 100}};
    static const struct step wait_3[] = {
        {.verb = STEP_REPEAT, .amount = 3, .steps = wait_1, .step_count = 1}};
    struct scenario scenarios[] = {
        {.id = "a"},
        {.id = "b", .steps = wait_1, .step_count = 1},
        {.id = "c"},
        {.id = "d", .steps = wait_3, .step_count = 1},
        {.id = "e", .steps = pauses, .step_count = 1},
        {.id = "f", .steps = orders, .step_count = 2, .interleave = orders},
    };
    static const size_t expected[] = {5, 3, 4, 1, 0, 2};
    struct settings settings = {.orders = 1000};
    struct target targets[] = {target_of("1", "0"), target_of("1", "0")};
    struct plan plan = plan_of(&settings, scenarios, COUNT(scenarios), targets, 1, false);
    CHECK_INT(plan.count, COUNT(scenarios), "all of them");
    CHECK_INT(plan.entries[5].may_last_ms, 501, "two orders of a thousand requests");
    CHECK_INT(plan.entries[3].wait_ms, 300, "a repeated wait counts as often as it is played");
    for (size_t i = 0; i < COUNT(expected); i++) {
        CHECK_TEXT(plan.entries[i].scenario->id, scenarios[i].id, "told in the order of the files");
        CHECK_INT(plan.order[i], expected[i], "those that take longest start first");
    }
    plan = plan_of(&settings, scenarios, COUNT(scenarios), targets, 2, false);
    CHECK_INT(plan.count, 2 * COUNT(scenarios), "each on both targets");
    CHECK(plan.entries[1].target == 1 && plan.entries[0].scenario == plan.entries[1].scenario,
          "one beside the other");
    const char *only = "x";
    settings.selection.only = &only;
    settings.selection.only_count = 1;
    CHECK_INT(plan_of(&settings, scenarios, COUNT(scenarios), targets, 1, false).count, 0,
              "nothing selected, nothing planned");
}

/* Those that play in turn are rows: who shares a row, and that rows start before what is short. */
static void rows(void) {
    static const struct member members[] = {{"a", 1, "a"}, {"b", 1, "b"}};
    struct scenario scenarios[] = {
        {.id = "a"},
        {.id = "b", .alone = true},
        {.id = "c", .options = "-M"},
        {.id = "d", .cluster = {"python-memcached", members, 2, false}},
        {.id = "e", .options = "-M"},
        {.id = "f", .alone = true},
    };
    static const size_t expected[] = {1, 2, 3, 4, 5, 0};
    struct settings settings = {.orders = 1000, .spawn = "server {options}"};
    struct target target = target_of("1", "0");
    struct plan plan = plan_of(&settings, scenarios, COUNT(scenarios), &target, 1, true);
    for (size_t i = 0; i < COUNT(expected); i++)
        CHECK_INT(plan.order[i], expected[i], "rows start before what all play at once");
    CHECK_INT(plan.row_count, 3, "a row for each kind of servers");
    CHECK_INT(plan.entries[1].row, plan.entries[5].row, "without options");
    CHECK_INT(plan.entries[2].row, plan.entries[4].row, "with equal options");
    CHECK(plan.entries[1].row != plan.entries[2].row, "not with others");
    CHECK(plan.entries[1].row != plan.entries[3].row, "nor for a cluster, which has more servers");
}

int main(void) {
    arena = arena_new();
    selection();
    versions();
    played_as();
    capabilities();
    dialects();
    shown_versions();
    core_words();
    packets();
    core_commands();
    destruction();
    clusters();
    open_clusters();
    modes();
    order();
    rows();
    arena_free(arena);
    return check_finish();
}
