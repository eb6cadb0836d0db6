/* SPDX-License-Identifier: MIT */
/* test_core.c - which of the scenarios that need a missing command is played, to tell of it: the
 * one that judges the answer to the command, provokes no error, and sends little in front of it. */
#include "run/core.h"

#include "arena.h"

#include "reports/check.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct arena *arena;

static struct text text_of(const char *bytes) {
    struct atom *atom = arena_alloc(arena, sizeof *atom);
    *atom = (struct atom){.kind = ATOM_LITERAL, .bytes = bytes, .length = strlen(bytes)};
    return (struct text){.atoms = atom, .count = *bytes != '\0'};
}

static struct step exchange_of(const char *request, const char *reply) {
    struct text *send = arena_alloc(arena, sizeof *send);
    struct pattern *expect = arena_alloc(arena, sizeof *expect);
    *send = text_of(request);
    *expect = (struct pattern){.alternatives = arena_alloc(arena, sizeof *expect->alternatives),
                               .count = 1};
    expect->alternatives->text = text_of(reply);
    return (struct step){.verb = STEP_SEND, .send = send, .expect = expect};
}

/* Each scenario tells better than those in front of it. */
static void tellers(void) {
    const struct rule rule = {.id = "m", .level = VERDICT_MUST};
    const struct rule *const rules[] = {&rule};
    const struct step get = exchange_of("get a\r\n", "END\r\n"),
                      incr = exchange_of("incr a 1\r\n", "NOT_FOUND\r\n");
    const struct step silent[] = {exchange_of("incr a 1 noreply\r\n", "")},
                      refused[] = {exchange_of("get\r\n", "ERROR\r\n"), incr},
                      late[] = {get, get, incr}, soon[] = {get, incr, get, get};
    const struct scenario scenarios[] = {
        {.id = "silent", .steps = silent, .step_count = COUNT(silent)},
        {.id = "refused", .steps = refused, .step_count = COUNT(refused)},
        {.id = "late", .steps = late, .step_count = COUNT(late)},
        {.id = "soon", .steps = soon, .step_count = COUNT(soon)}};
    struct scenario ruled[COUNT(scenarios)];
    struct target target = {.version = "1"};
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        target.offers[i] = i != CAPABILITY_incr;
    for (size_t count = COUNT(scenarios); count > 1; count--) {
        struct plan_entry entries[COUNT(scenarios)] = {0};
        struct plan plan = {.entries = entries, .count = count};
        for (size_t i = 0; i < count; i++) {
            ruled[i] = scenarios[i];
            ruled[i].rules = rules;
            ruled[i].rule_count = 1;
            entries[i].scenario = &ruled[i];
        }
        core_skip(arena, &plan, &target, 0);
        for (size_t i = 0; i < count; i++)
            CHECK((entries[i].skip == NULL) == (i == count - 1), scenarios[i].id);
    }
}

int main(void) {
    arena = arena_new();
    tellers();
    arena_free(arena);
    return check_finish();
}
