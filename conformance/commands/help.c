/* SPDX-License-Identifier: MIT */
/* help.c - `mctap help [COMMAND]`. */
#include "commands/commands.h"

#include "run/runner.h"

int command_help(struct invocation *invocation) {
    struct options *options = invocation->options;
    const struct settings *settings = &options->settings;
    options->command = OPTIONS_COMMAND_COUNT;
    if (settings->word_count > 0) {
        options->command = options_find_command(options, settings->words[0]);
        if (options->command == OPTIONS_COMMAND_COUNT)
            return invocation_wrong(invocation, options->problem);
    }
    options_help(invocation->out, options);
    return EXIT_AS_EXPECTED;
}
