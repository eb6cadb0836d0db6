/* SPDX-License-Identifier: MIT */
/* run.c - `mctap run`: plays the scenarios against servers; run/runner.h does it. */
#include "commands/commands.h"

#include "run/membership.h"
#include "run/runner.h"

enum { ORDERS = 250 /* of an interleave; mctap explore plays more */ };

int command_run(struct invocation *invocation) {
    struct settings *settings = &invocation->options->settings;
    int code = EXIT_BAD_USAGE;
    const char *problem = membership_problem(invocation->arena, settings);
    if (problem)
        return invocation_wrong(invocation, problem);
    if (settings->orders == 0)
        settings->orders = ORDERS;
    struct catalog *catalog = invocation_catalog(invocation);
    if (!catalog)
        return code;
    if (invocation_default_target(invocation))
        code = (int)runner_run(settings, catalog, invocation->out, invocation->err);
    catalog_free(catalog);
    return code;
}
