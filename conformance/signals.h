/* SPDX-License-Identifier: MIT */
/* signals.h - the signals that end a run: Ctrl-C, kill, and the terminal that goes, unless nohup
 * asked to stay. */
#pragma once

#include <event2/event.h>

enum { SIGNALS_WATCHED = 3 };

struct signals {
    struct event *events[SIGNALS_WATCHED];
};

/* Calls `ended` from the loop with the number of the signal, SIGINT, SIGTERM or SIGHUP, until
 * signals_ignore. */
struct signals signals_watch(struct event_base *base, event_callback_fn ended, void *owner);
void signals_ignore(struct signals *signals);
