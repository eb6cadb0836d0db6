/* SPDX-License-Identifier: MIT */
/* signals.c - see signals.h. */
#include "signals.h"

#include "must.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static const int numbers[SIGNALS_WATCHED] = {SIGINT, SIGTERM, SIGHUP};

/* As nohup does: the terminal may go. */
static bool is_ignored(int number) {
    struct sigaction action;
    return number == SIGHUP && sigaction(number, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

struct signals signals_watch(struct event_base *base, event_callback_fn ended, void *owner) {
    struct signals signals = {{NULL}};
    for (int i = 0; i < SIGNALS_WATCHED; i++) {
        if (is_ignored(numbers[i]))
            continue;
        signals.events[i] = must(evsignal_new(base, numbers[i], ended, owner), "an event");
        evsignal_add(signals.events[i], NULL);
    }
    return signals;
}

void signals_ignore(struct signals *signals) {
    for (int i = 0; i < SIGNALS_WATCHED; i++)
        if (signals->events[i])
            event_free(signals->events[i]);
}
