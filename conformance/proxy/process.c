/* SPDX-License-Identifier: MIT */
/* process.c - see process.h. */
#include "proxy/process.h"

#include "arena.h"
#include "must.h"
#include "play/launch.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STOP_MS = 500, STEP_MS = 5, LAST_WORDS = 400 };

struct process {
    pid_t pid; /* 0: ended */
    int status;
    FILE *log;
};

struct process *process_start(const char *const *argv) {
    struct process *process = must(calloc(1, sizeof *process), "a process");
    process->log = tmpfile();
    int log = process->log ? fileno(process->log) : STDERR_FILENO;
    int nothing = open("/dev/null", O_RDONLY);
    process->pid = launch_program(argv, nothing, log, log);
    close(nothing);
    return process;
}

bool process_alive(struct process *process) {
    if (process->pid > 0 && waitpid(process->pid, &process->status, WNOHANG) == process->pid) {
        kill(-process->pid, SIGKILL); /* what it started itself */
        process->pid = 0;
    }
    return process->pid > 0;
}

void process_stop(struct process *process) {
    struct timespec step = {0, STEP_MS * 1000000};
    if (!process)
        return;
    if (process_alive(process) && kill(-process->pid, SIGTERM) != 0)
        kill(process->pid, SIGTERM);
    for (int waited = 0; waited < STOP_MS && process_alive(process); waited += STEP_MS)
        nanosleep(&step, NULL);
    if (process_alive(process)) {
        kill(-process->pid, SIGKILL);
        kill(process->pid, SIGKILL);
        waitpid(process->pid, &process->status, 0);
    }
    if (process->log)
        fclose(process->log);
    free(process);
}

const char *process_obituary(struct process *process, struct arena *arena) {
    char words[LAST_WORDS + 1] = "";
    size_t length = 0;
    if (process->log && fseek(process->log, 0, SEEK_END) == 0) {
        long end = ftell(process->log);
        fseek(process->log, end > LAST_WORDS ? end - LAST_WORDS : 0, SEEK_SET);
        length = fread(words, 1, LAST_WORDS, process->log);
    }
    while (length > 0 && isspace((unsigned char)words[length - 1]))
        length--;
    words[length] = '\0';
    for (size_t i = 0; i < length; i++)
        if (words[i] == '\n')
            words[i] = '|';
    const char *said = words[0] ? "; its last words: " : "; it printed nothing";
    if (process_alive(process))
        return arena_format(arena, "it runs but does not accept connections%s%s", said, words);
    if (WIFSIGNALED(process->status))
        return arena_format(arena, "it was killed by signal %d (%s)%s%s", WTERMSIG(process->status),
                            strsignal(WTERMSIG(process->status)), said, words);
    return arena_format(arena, "it ended with exit status %d%s%s", WEXITSTATUS(process->status),
                        said, words);
}
