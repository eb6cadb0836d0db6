/* SPDX-License-Identifier: MIT */
/* launch.c - see launch.h.
 *
 * Some hundred servers are started in a run, so each start takes the shortest way: no copy of the
 * runner, no shell that nobody needs, no call for each descriptor. */
#include "play/launch.h"

#include "arena.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

static const char EXEC[] = "exec ";

static bool has_exec(const char *command) {
    return strncmp(command, EXEC, strlen(EXEC)) == 0;
}

/* One program with its arguments; anything else needs the shell to stay. */
static bool is_one_program(const char *command) {
    const char *space = strchr(command, ' '), *equals = strchr(command, '=');
    bool assigns = equals && (!space || equals < space);
    return !assigns && !strpbrk(command, ";&|()<>`$\n");
}

/* With exec before a program and its arguments the shell becomes it, so that it is the process that
 * is watched and whose signal is seen. */
static const char *with_exec(struct arena *arena, const char *command) {
    return is_one_program(command) && !has_exec(command)
               ? arena_format(arena, "%s%s", EXEC, command)
               : command;
}

/* The words of a command that begins with exec and has nothing else for a shell to do; NULL: it
 * has. */
static char **plain_words(struct arena *arena, const char *command) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";
    char **words = NULL;
    size_t count = 0;
    if (!has_exec(command))
        return NULL;
    for (const char *at = command + strlen(EXEC); *at; at += strspn(at, " ")) {
        size_t length = strspn(at, plain);
        if (at[length] != ' ' && at[length] != '\0')
            return NULL;
        if (length == 0)
            continue;
        words = arena_grow(arena, (void *)words, count, sizeof *words);
        words[count++] = arena_copy(arena, at, length);
        at += length;
    }
    return words ? arena_grow(arena, (void *)words, count, sizeof *words) : NULL;
}

/* One call where there is one: thousands of calls for each server are felt. */
static void close_others(void) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0)
        return;
#endif
    for (int fd = STDERR_FILENO + 1; fd < 4096; fd++)
        close(fd);
}

/* In the child: nothing of the runner's but these descriptors, and no life without the runner. It
 * may share the runner's memory until it has become another program, so it changes none of it. */
static void child_begin(int in, int out, int errors) {
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    close_others();
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
}

static void child_run(char *const *words, const char *command, int log) {
    child_begin(open("/dev/null", O_RDONLY), log, log);
    if (words) /* a shell for each server is felt; it has the better words for what fails */
        execvp(words[0], words);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* A copy of the runner would be thrown away at once, and costs more than many a server. */
static pid_t child_start(char *const *words, const char *command, int log) {
#ifdef __linux__
    pid_t pid = vfork(); // NOLINT(clang-analyzer-security.insecureAPI.vfork)
#else
    pid_t pid = fork();
#endif
    if (pid == 0)
        child_run(words, command, log); // NOLINT(clang-analyzer-unix.Vfork)
    return pid;
}

pid_t launch(struct arena *arena, const char *command, int log) {
    const char *line = with_exec(arena, command);
    return child_start(plain_words(arena, line), line, log);
}

pid_t launch_program(const char *const *argv, int in, int out, int errors) {
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    child_begin(in, out, errors);
    execvp(argv[0], (char *const *)argv);
    perror(argv[0]);
    _exit(127);
}
