/* SPDX-License-Identifier: MIT */
/* target.h - a server under test, and what was found out about it before the first scenario. */
#pragma once

#include "language/scenario.h"
#include "play/address.h"

#include <stdbool.h>
#include <stddef.h>

struct credentials;
struct keys;
struct server;

/* Capabilities a target may lack as a whole: rows of capabilities.def. */
enum capability {
#define CAPABILITY(name, request, since, meaning) CAPABILITY_##name,
#include "language/capabilities.def"
#undef CAPABILITY
#undef CORE
    CAPABILITY_COUNT
};

struct target {
    const struct address *address;
    const struct address *over[TRANSPORT_COUNT]; /* the other ways to it; NULL: there is none */
    struct server *server;                       /* if mctap started it; else NULL */
    bool down;                                   /* a cluster member that a step stopped */
    bool hung;    /* one that a step has hung: it accepts and does not answer */
    bool shunned; /* one that clients go round since a request to it failed */

    /* Found by probe.c. */
    const char *version; /* what it answers to `version`, or NULL */
    const char
        *barrier_request; /* a command with a known reply, to prove that nothing else comes */
    const char *barrier_reply;
    bool binary_only;   /* it answers packets and no text */
    const char *banner; /* what it says before it is asked, or "" */
    bool offers[CAPABILITY_COUNT];
    const char *items; /* how many items it says that it holds, in digits; or NULL */

    const struct credentials *credentials; /* it asks for a password; else NULL */
    struct keys *keys; /* what was sent there under names of our own, to be deleted at the end of
                          the run; NULL: nothing is noted, the server goes away with its items */
};
