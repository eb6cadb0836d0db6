/* SPDX-License-Identifier: MIT */
/* main.c - mcref: the way from a command line to a running server and out again.
 *
 * The only file that prints errors about the start and chooses exit codes. The order matters:
 * fork before anything is opened, take on the user before files are made, listen, write the pid
 * file, and only then tell the caller that all is well. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bugs/bugs.h"
#include "server/server.h"
#include "start/exit_codes.h"
#include "start/options.h"
#include "start/process.h"
#include "version.h"

static int fail(int code, const char *error) {
    fprintf(stderr, "mcref: %s\n", error);
    return code;
}

static void announce(const struct listeners *listeners) {
    for (unsigned i = 0; i < listeners->count; i++)
        printf("mcref: listening on %s\n", listeners->list[i].name);
    fflush(stdout);
}

/* A server that is made and listens: says so, and serves until it is told to stop. */
static int serve(struct server *server, const struct options *options, int parent) {
    char error[PROCESS_ERROR_BYTES];
    if (options->pid_path != NULL && !process_write_pid(options->pid_path, error))
        return fail(MCREF_EXIT_CANNOT_CREATE, error);
    if (options->daemon)
        process_ready(parent);
    else
        announce(&server->listeners);
    server_run(server);
    if (options->pid_path != NULL)
        unlink(options->pid_path);
    return MCREF_EXIT_OK;
}

static int start(const struct options *options, const struct bug *bug) {
    static struct server server; /* large; everybody else gets a pointer to it */
    char error[TLS_ERROR_BYTES]; /* the longest of those that may come */
    int parent = -1;

    signal(SIGPIPE, SIG_IGN);
    if (!process_allow_files(options->connections_max, error))
        return fail(MCREF_EXIT_SYSTEM, error);
    if (options->daemon && (parent = process_daemonize()) < 0)
        return fail(MCREF_EXIT_SYSTEM, "cannot start a daemon: the system refuses a process");
    if (options->user != NULL && !process_become(options->user, error))
        return fail(MCREF_EXIT_NO_USER, error);
    if (!server_init(&server, options) || (bug != NULL && !bugs_put(&server, bug)))
        return fail(MCREF_EXIT_SYSTEM, "cannot start: the system refuses memory or an event loop");
    int code;
    if (!server_read_files(&server, error))
        code = fail(MCREF_EXIT_NO_INPUT, error);
    else if (!server_listen(&server, error))
        code = fail(MCREF_EXIT_UNAVAILABLE, error);
    else
        code = serve(&server, options, parent);
    bugs_let_go(&server);
    server_free(&server);
    bugs_free(&server);
    return code;
}

int main(int argc, char **argv) {
    struct options options;
    char error[OPTIONS_ERROR_BYTES];

    if (!options_parse(&options, argc, argv, error))
        return fail(MCREF_EXIT_USAGE, error);
    if (options.help_wanted) {
        options_print_help(stdout);
        return MCREF_EXIT_OK;
    }
    if (options.version_wanted) {
        printf("mcref %s\n", MCREF_VERSION);
        return MCREF_EXIT_OK;
    }
    if (options.license_wanted) {
        puts("mcref is free software under the MIT License: https://spdx.org/licenses/MIT.html");
        return MCREF_EXIT_OK;
    }
    if (options.bug_list_wanted) {
        bugs_list(stdout);
        return MCREF_EXIT_OK;
    }
    const struct bug *bug = NULL;
    if (options.bug != NULL && (bug = bugs_find(options.bug, error)) == NULL)
        return fail(MCREF_EXIT_USAGE, error);
    fputs(options.notes, stderr);
    return start(&options, bug);
}
