/* SPDX-License-Identifier: MIT */
/* test_catalog.c - a whole folder: which files are read and in which order, ids, what the structs
 * hold, and what list, lint and show write. Runs from the top level. */
#include "arena.h"
#include "commands/commands.h"
#include "files.h"
#include "language/catalog.h"

#include "reports/check.h"

#define ROOT "conformance/tests/catalog"
#define BAD  "conformance/tests/catalog-bad"

static void check_order(const struct catalog *catalog) {
    static const char *const ids[] = {
        "another/get-misses", "chapter/every-field/one-server-send-expect-friends",
        "chapter/every-field/a-cluster", "chapter/every-field/all-orders",
        "chapter/every-field/an-open-cluster"};
    CHECK_INT(catalog->problem_count, 0, "the good folder has no problems");
    if (!CHECK_INT(catalog->scenario_count, 5, "the schema and the rules are no scenarios"))
        exit(check_finish());
    for (size_t i = 0; i < 5; i++)
        CHECK_TEXT(catalog->scenarios[i]->id, ids[i], "ids in the order of files");
    CHECK_INT(catalog->rule_count, 5, "all rules are read");
    CHECK_TEXT(catalog->rules[0]->id, "test.first", "and sorted");
    CHECK_TEXT(catalog->rules[1]->until, "1.7", "with their versions");
    CHECK_INT(catalog->rules[1]->level, VERDICT_OBSERVED, "and level");
    CHECK_TEXT(catalog->rules[2]->section, "Another section", "and section");
    CHECK_TEXT(catalog->rules[2]->untestable, "it is said so.", "and reason");
    CHECK(catalog->rules[1]->untestable == NULL, "which most do not have");
}

static void check_roles(const struct scenario *scenario) {
    const struct step *interleave = scenario->interleave;
    CHECK_INT(scenario->outcome_count, 2, "outcomes");
    CHECK_INT(scenario->outcomes[0].orders, 4, "in 4");
    CHECK_INT(scenario->outcomes[0].of, 12, "of 12 orders");
    CHECK(scenario->outcomes[0].when.left.counts, "a count");
    CHECK_TEXT(scenario->outcomes[1].when.left.session, "A1", "of a session");
    if (!CHECK(interleave != NULL, "the interleave") ||
        !CHECK_INT(interleave->role_count, 3, "actors"))
        return;
    CHECK_TEXT(interleave->roles[1].name, "A2", "a crowd is so many actors");
    CHECK_TEXT(interleave->roles[1].steps[0].as, "A2", "whose steps are theirs");
    CHECK_INT(interleave->roles[2].steps[1].condition_count, 2, "two conditions");
    CHECK(!interleave->roles[2].steps[1].conditions[0].left.counts, "a capture");
    CHECK(interleave->roles[2].steps[1].conditions[1].left.counts, "a count");
}

static void check_scenario(const struct scenario *scenario) {
    CHECK_TEXT(scenario->name, "One server: send, expect & friends!", "name");
    CHECK_TEXT(scenario->section, "Tests of the loader", "section");
    CHECK_INT(scenario->line, 5, "line");
    CHECK_INT(scenario->rule_count, 2, "rules");
    CHECK_TEXT(scenario->rules[1]->id, "test.second", "the second rule");
    CHECK_INT(scenario->tag_count, 2, "tags");
    CHECK_INT(scenario->need_count, 2, "needs");
    CHECK_TEXT(scenario->since, "1.4.8", "since");
    CHECK(scenario->alone && scenario->destructive, "alone and destructive");
    CHECK_INT(scenario->cluster.count, 0, "no cluster");
    CHECK_INT(scenario->step_count, 15, "steps");
}

static void check_steps(const struct step *steps) {
    CHECK(steps[0].verb == STEP_OPEN && strcmp(steps[0].name, "B") == 0, "open");
    CHECK_TEXT(steps[0].note, "connects now", "note");
    CHECK(steps[1].verb == STEP_SEND && steps[1].number == 2, "send with expect is a send");
    CHECK_TEXT(steps[1].as, "client", "the default session");
    CHECK_TEXT(steps[1].rule->id, "test.second", "a rule of its own");
    CHECK_TEXT(steps[2].rule->id, "test.first", "else the first of the scenario");
    CHECK(steps[2].cut_count == 2 && steps[2].cuts[1] == 17, "cuts");
    CHECK(steps[2].pause_ms == 7 && steps[2].within_ms == 3000, "pause and deadline");
    CHECK(steps[3].cut_bytes && steps[3].cut_count == 0, "cut into bytes");
    CHECK(steps[3].expect->count == 1 && steps[3].expect->alternatives[0].text.count == 0,
          "silence is one alternative without atoms");
    CHECK_INT(steps[4].eventually_ms, 500, "eventually");
    CHECK(steps[5].expect == NULL && steps[5].tally == NULL, "a send that judges nothing");
    CHECK(steps[5].unread && !steps[4].unread, "and whose reply is not read");
    CHECK(steps[6].verb == STEP_EXPECT && steps[6].expect->count == 2, "any_of");
    CHECK_TEXT(steps[6].expect->alternatives[1].name, "refused", "its second name");
    CHECK(steps[7].verb == STEP_WAIT && steps[7].amount == 2100, "wait");
}

static void check_more_steps(const struct step *steps) {
    CHECK(steps[8].verb == STEP_TOGETHER && steps[8].step_count == 2, "together");
    CHECK_TEXT(steps[8].steps[0].as, "buyer", "the stem of a crowd");
    CHECK(steps[8].steps[0].crowd_first == 1 && steps[8].steps[0].crowd_last == 64, "its range");
    CHECK_INT(steps[8].tally_count, 2, "tally");
    CHECK(steps[8].tally[0].count == 1 && !steps[8].tally[0].rest, "a count");
    CHECK(steps[8].tally[1].rest, "the rest");
    CHECK_TEXT(steps[8].tally[1].shown, "EXISTS\r\n", "a reply as it was written");
    CHECK(steps[11].verb == STEP_REPEAT && steps[11].amount == 10, "repeat");
    CHECK_INT(steps[11].steps[1].verb, STEP_CHECK, "a check inside");
    CHECK_INT(steps[11].steps[1].check->left.offset, 1, "n + 1");
    CHECK_INT(steps[12].check->kind, RELATION_NOT_EQUAL, "a check of two captures");
    CHECK(steps[13].closes && steps[13].half_close, "closes and half_close");
    CHECK(steps[14].verb == STEP_CLOSE, "close");
}

static void check_cluster(const struct scenario *scenario) {
    CHECK_TEXT(scenario->cluster.placement, "python-memcached", "placement");
    if (!CHECK_INT(scenario->cluster.count, 3, "members"))
        return;
    CHECK_INT(scenario->cluster.members[1].weight, 2, "a weight");
    CHECK_INT(scenario->cluster.members[2].weight, 1, "the default weight");
    CHECK_TEXT(scenario->cluster.members[1].server, "b", "clients know it by its name");
    CHECK_TEXT(scenario->cluster.members[2].server, "10.0.0.3:11211", "or by another");
    CHECK(!scenario->cluster.open, "all members are said");
    const struct step *steps = scenario->steps;
    CHECK(steps[0].via != NULL && steps[0].on == NULL, "via");
    CHECK(steps[1].where != NULL && strcmp(steps[1].name, "c") == 0, "where and is");
    CHECK_TEXT(steps[2].name, "nowhere", "nowhere");
    CHECK(steps[3].verb == STEP_STOP && strcmp(steps[3].name, "b") == 0, "stop");
    CHECK_TEXT(steps[6].on, "a", "on");
    CHECK(steps[8].verb == STEP_HANG && strcmp(steps[8].name, "b") == 0, "hang");
    CHECK(steps[9].fails == STEP_UNANSWERED && steps[6].fails == STEP_ANSWERED, "fails");
    CHECK(steps[10].verb == STEP_RESUME, "resume");
}

static void check_open(const struct scenario *scenario) {
    CHECK(scenario->cluster.open, "members left open");
    CHECK(scenario->cluster.placement == NULL, "and the placement");
    CHECK_INT(scenario->cluster.count, 2, "two members are there in any case");
    CHECK_TEXT(scenario->steps[1].name, "placed", "placed");
    CHECK_TEXT(scenario->steps[5].on, "m2", "the second member");
    CHECK_TEXT(scenario->steps[2].by, "dalli", "by of where");
    CHECK_TEXT(scenario->steps[3].by, "memjs", "by of send");
    CHECK_INT(scenario->steps[4].fails, STEP_UNPLACED, "no member");
}

/* What a command writes to out and err, against PATH, and its exit code. */
static void check_output(const char *path, char *out, char *err, int code, int expected_code) {
    size_t length;
    char *expected = file_bytes(path, &length);
    size_t size = strlen(out) + strlen(err) + 1;
    char *both = malloc(size);
    if (both == NULL)
        exit(1);
    snprintf(both, size, "%s%s", out, err);
    string_remove(both, ROOT "/");
    string_remove(both, BAD "/");
    CHECK_TEXT(both, expected, path);
    CHECK_INT(code, expected_code, "its exit code");
    free(both);
    free(expected);
}

static void check_command(command_function *command, bool rules, const char *root, const char *path,
                          int expected) {
    char *out, *err;
    size_t out_length, err_length;
    FILE *out_stream = open_memstream(&out, &out_length);
    FILE *err_stream = open_memstream(&err, &err_length);
    struct options options = {.list_rules = rules, .settings = {.root = root}};
    struct invocation invocation = {
        .arena = arena_new(), .options = &options, .out = out_stream, .err = err_stream};
    int code = command(&invocation);
    fclose(out_stream);
    fclose(err_stream);
    check_output(path, out, err, code, expected);
    free(out);
    free(err);
    arena_free(invocation.arena);
}

/* Single files: their ids, and what is passed over. */
static void check_files(void) {
    static const char *const files[] = {"conformance/tests/../tests/catalog/another.json",
                                        ROOT "/rules/rules.json", ROOT "/scenario.schema.json",
                                        "conformance/tests/loader/file-missing-about.json"};
    struct catalog *catalog = catalog_load(ROOT, files, 4);
    CHECK_INT(catalog->problem_count, 1, "rules and schemas of the root are passed over");
    if (CHECK_INT(catalog->scenario_count, 2, "the other two files are read")) {
        CHECK_TEXT(catalog->scenarios[0]->id, "another/get-misses", "an id is below the root");
        CHECK_TEXT(catalog->scenarios[1]->id, "file-missing-about/a", "or begins with the name");
    }
    catalog_free(catalog);
    catalog = catalog_load(ROOT, (const char *const[]){"/nowhere.json"}, 1);
    CHECK_TEXT(catalog->problems[0], "/nowhere.json: cannot be opened: No such file or directory",
               "a file that does not exist is told");
    catalog_free(catalog);
    catalog = catalog_load("reports/../conformance/tests/./catalog/", NULL, 0);
    CHECK_TEXT(catalog->root, ROOT, "the root is named as seen from the working directory");
    catalog_free(catalog);
    catalog = catalog_load("/nowhere", NULL, 0);
    CHECK_TEXT(catalog->problems[0],
               "/nowhere/rules: the folder cannot be read: No such file or directory",
               "a root that does not exist is told");
    catalog_free(catalog);
    catalog_free(NULL);
}

int main(void) {
    struct catalog *catalog = catalog_load(ROOT, NULL, 0);
    check_order(catalog);
    check_scenario(catalog->scenarios[1]);
    check_steps(catalog->scenarios[1]->steps);
    check_more_steps(catalog->scenarios[1]->steps);
    check_cluster(catalog->scenarios[2]);
    check_roles(catalog->scenarios[3]);
    check_open(catalog->scenarios[4]);
    catalog_free(catalog);
    check_command(command_list, false, ROOT, ROOT "/list.expect", 0);
    check_command(command_list, true, ROOT, ROOT "/rules.expect", 0);
    check_command(command_show, false, ROOT, ROOT "/show.expect", 0);
    check_command(command_lint, false, ROOT, ROOT "/lint.expect", 2);
    check_command(command_lint, false, BAD, BAD "/lint.expect", 2);
    check_files();
    return check_finish();
}
