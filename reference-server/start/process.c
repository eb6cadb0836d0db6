/* SPDX-License-Identifier: MIT */
/* process.c - what mcref does to its own process: daemon, user, open files, pid file.
 *
 * See start/process.h. The daemon keeps its working directory, so that relative paths of -P and -s
 * mean what the caller wrote. */
#include "start/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "start/exit_codes.h"

/* The parent's last act: wait until the child listens or is gone. */
_Noreturn static void process_wait_for_child(pid_t child, int from_child) {
    char ready;
    int status = 0;
    ssize_t got;
    do
        got = read(from_child, &ready, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1)
        _exit(MCREF_EXIT_OK);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : MCREF_EXIT_SYSTEM);
}

int process_daemonize(void) {
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return -1;
    }
    if (child > 0) {
        close(ends[1]);
        process_wait_for_child(child, ends[0]);
    }
    close(ends[0]);
    setsid();
    signal(SIGHUP, SIG_IGN);
    return ends[1];
}

void process_ready(int parent) {
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        if (nothing > STDERR_FILENO)
            close(nothing);
    }
    ssize_t told = write(parent, "r", 1);
    (void)told; /* the parent may be gone; the daemon does not mind */
    close(parent);
}

bool process_become(const char *user, char error[PROCESS_ERROR_BYTES]) {
    if (geteuid() != 0)
        return true;
    const struct passwd *entry = getpwnam(user);
    if (entry == NULL) {
        snprintf(error, PROCESS_ERROR_BYTES,
                 "option -u, --user: expected the name of a user, got '%.100s'", user);
        return false;
    }
    if (entry->pw_uid == 0)
        return true;
    if (setgroups(0, NULL) != 0 || setgid(entry->pw_gid) != 0 || setuid(entry->pw_uid) != 0) {
        snprintf(error, PROCESS_ERROR_BYTES, "option -u, --user: cannot become '%.100s': %s", user,
                 strerror(errno));
        return false;
    }
    return true;
}

bool process_allow_files(unsigned connections, char error[PROCESS_ERROR_BYTES]) {
    const rlim_t needed = (rlim_t)connections + 64; /* listeners, epoll, pipes, stdio */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= needed)
        return true;
    limit.rlim_cur = needed;
    if (limit.rlim_max < needed)
        limit.rlim_max = needed;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return true;
    snprintf(error, PROCESS_ERROR_BYTES,
             "option -c, --conn-limit: the system refuses %u open files (%s): start as root or "
             "ask for fewer connections",
             (unsigned)needed, strerror(errno));
    return false;
}

bool process_write_pid(const char *path, char error[PROCESS_ERROR_BYTES]) {
    char temporary[4096];
    int length = snprintf(temporary, sizeof(temporary), "%s.tmp", path);
    bool written = false;

    errno = ENAMETOOLONG;
    FILE *file = length < (int)sizeof(temporary) ? fopen(temporary, "w") : NULL;
    if (file != NULL) {
        written = fprintf(file, "%ld\n", (long)getpid()) > 0;
        written = fclose(file) == 0 && written;
        written = written && rename(temporary, path) == 0;
        int reason = errno;
        if (!written)
            unlink(temporary);
        errno = reason;
    }
    if (!written)
        snprintf(error, PROCESS_ERROR_BYTES, "option -P, --pidfile: cannot write '%.200s': %s",
                 path, strerror(errno));
    return written;
}
