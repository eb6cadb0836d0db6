/* SPDX-License-Identifier: MIT */
/* main.c - mctap: reads the options and calls the command; the only file that ends the program. */
#include "arena.h"
#include "commands/commands.h"
#include "run/runner.h"
#include "version.h"

#include <signal.h>
#include <sys/resource.h>

/* Many scenarios overlap, and each may have many sessions. */
static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static command_function *const functions[] = {
#define COMMAND(name, letter, usage, rest, help) command_##name,
#include "commands/commands.def"
#undef COMMAND
};

int main(int argc, char **argv) {
    struct arena *arena = arena_new();
    struct options options = options_read(arena, argc, argv);
    struct invocation invocation = {
        .arena = arena, .program = argv[0], .options = &options, .out = stdout, .err = stderr};
    int code = EXIT_AS_EXPECTED;
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    switch (options.what) {
    case OPTIONS_COMMAND:
        code = functions[options.command](&invocation);
        break;
    case OPTIONS_HELP:
        options_help(stdout, &options);
        break;
    case OPTIONS_VERSION:
        printf("mctap %s\n", MCTAP_VERSION);
        break;
    case OPTIONS_WRONG:
        code = invocation_wrong(&invocation, options.problem);
        break;
    }
    arena_free(arena);
    return code;
}
