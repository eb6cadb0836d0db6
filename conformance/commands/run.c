/* SPDX-License-Identifier: MIT */
/* run.c - `mctap run`: plays the scenarios against servers; run/runner.h does it. */
#include "commands/commands.h"

#include "run/membership.h"
#include "run/runner.h"

int command_run(struct invocation *invocation) {
    int code = EXIT_BAD_USAGE;
    const char *problem = membership_problem(invocation->arena, &invocation->options->settings);
    if (problem)
        return invocation_wrong(invocation, problem);
    struct catalog *catalog = invocation_catalog(invocation);
    if (!catalog)
        return code;
    if (invocation_default_target(invocation))
        code = (int)runner_run(&invocation->options->settings, catalog, invocation->out,
                               invocation->err);
    catalog_free(catalog);
    return code;
}
