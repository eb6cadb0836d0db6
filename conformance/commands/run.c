/* SPDX-License-Identifier: MIT */
/* run.c - `mctap run`: plays the scenarios against servers; run/runner.h does it. */
#include "commands/commands.h"

#include "run/runner.h"

int command_run(struct invocation *invocation) {
    struct catalog *catalog = invocation_catalog(invocation);
    int code = EXIT_BAD_USAGE;
    if (!catalog)
        return code;
    if (invocation_default_target(invocation))
        code = (int)runner_run(&invocation->options->settings, catalog, invocation->out,
                               invocation->err);
    catalog_free(catalog);
    return code;
}
