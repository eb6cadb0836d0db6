/* SPDX-License-Identifier: MIT */
/* history.c - how long the judge of histories takes for a million operations, and how much memory.
 * Prints a line for each shape; ends with 1 if a history that is right is not found so. */
#include "history/search.h"
#include "tests/simulation.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

/* Of this process alone, so that others on the machine do not count. */
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool measure(unsigned sessions, unsigned keys, size_t operations) {
    struct history *history = simulated_history(1, sessions, keys, operations, 0);
    double begin = seconds();
    struct search_verdict verdict = search_history(history, SEARCH_CONFIGS_MAX);
    double took = seconds() - begin;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%4u sessions %4u keys %8zu operations: %5.2f s, widest %5zu, %4ld MB so far, %s\n",
           sessions, keys, operations, took, verdict.widest, usage.ru_maxrss / 1024,
           verdict.result == SEARCH_RIGHT ? "right" : "NOT FOUND RIGHT");
    history_free(history);
    return verdict.result == SEARCH_RIGHT;
}

int main(void) {
    bool right = measure(1, 1, 1000000);
    right = measure(4, 8, 1000000) && right;
    right = measure(8, 8, 1000000) && right;
    right = measure(16, 16, 1000000) && right;
    right = measure(8, 2, 100000) && right;
    right = measure(8, 1, 100000) && right;
    right = measure(16, 1, 20000) && right;
    right = measure(30, 1, 20000) && right;
    return right ? 0 : 1;
}
