/* SPDX-License-Identifier: MIT */
/* test_duration.c - how long scenarios take by what is written, and which are about time. */
#include "run/duration.h"

#include "reports/check.h"

#include <limits.h>

int main(void) {
    static const struct step mute[] = {
        {.verb = STEP_SEND, .fails = STEP_UNANSWERED, .within_ms = 300}};
    static const struct step plain[] = {{.verb = STEP_SEND}};
    static const struct role roles[] = {{.steps = mute, .step_count = 1},
                                        {.steps = plain, .step_count = 1}};
    static const struct step turns[] = {{.verb = STEP_WAIT, .amount = 100},
                                        {.verb = STEP_INTERLEAVE, .roles = roles, .role_count = 2}};
    static const size_t cut[] = {3};
    static const struct step parts[] = {
        {.verb = STEP_SEND, .cuts = cut, .cut_count = 1, .pause_ms = 200},
        {.verb = STEP_SEND, .cuts = cut, .cut_count = 1, .pause_ms = 300}};
    static const struct step together[] = {
        {.verb = STEP_TOGETHER, .steps = parts, .step_count = 2}};
    static const struct step crowd[] = {{.verb = STEP_SEND, .crowd_first = 1, .crowd_last = 1000}};
    static const struct step once[] = {{.verb = STEP_WAIT, .amount = 600000}};
    static const struct step often[] = {
        {.verb = STEP_REPEAT, .amount = 100000, .steps = once, .step_count = 1}};
    struct scenario scenario = {.steps = turns, .step_count = 2, .interleave = &turns[1]};
    CHECK_INT(scenario_duration(&scenario, 250).waits_ms, 800,
              "the waits of two orders, those of the actors too");
    CHECK_INT(scenario_duration(&scenario, 1).waits_ms, 400, "of one, when no more are played");
    scenario = (struct scenario){.steps = together, .step_count = 1};
    CHECK_INT(scenario_duration(&scenario, 250).may_last_ms, 300,
              "what is sent together takes as long as the slowest");
    scenario = (struct scenario){.steps = crowd, .step_count = 1};
    CHECK_INT(scenario_duration(&scenario, 250).may_last_ms, 250, "a crowd is so many exchanges");
    scenario = (struct scenario){.steps = often, .step_count = 1};
    CHECK(scenario_duration(&scenario, 250).waits_ms == UINT_MAX,
          "more milliseconds than a number holds are many, and not few");
    scenario = (struct scenario){.steps = crowd, .step_count = 1};
    CHECK(!scenario_is_about_time(&scenario), "a crowd says nothing about time");
    scenario = (struct scenario){.steps = turns, .step_count = 2};
    CHECK(scenario_is_about_time(&scenario), "a wait does");
    return check_finish();
}
