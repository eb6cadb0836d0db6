/* SPDX-License-Identifier: MIT */
/* main.c - mctap: reads the options and calls the command; the only file that ends the program. */
#include "arena.h"
#include "commands/commands.h"
#include "run/runner.h"
#include "version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Many scenarios overlap, and each may have many sessions. */
static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Of the three standard descriptors one that is closed would become that of a connection, and the
 * report would go there. */
static void hold_standard_descriptors(void) {
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What was printed has left, or its reader has gone, as `head` does. */
static int after_output(int code) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    bool failed = fflush(stdout) != 0;
    const char *reason = failed ? strerror(errno) : "an earlier part of it failed";
    if (!failed && !ferror(stdout))
        return code;
    if (poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0)
        return code;
    fprintf(stderr, "mctap: the output could not be written: %s\n", reason);
    return code == EXIT_AS_EXPECTED ? EXIT_BAD_USAGE : code;
}

static command_function *const functions[] = {
#define COMMAND(name, letter, usage, rest, help) command_##name,
#include "commands/commands.def"
#undef COMMAND
};

int main(int argc, char **argv) {
    hold_standard_descriptors();
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
    return after_output(code);
}
