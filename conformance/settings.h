/* SPDX-License-Identifier: MIT */
/* settings.h - what the command line asked for; read-only after options.c has filled it. */
#pragma once

#include "play/address.h"
#include "play/cut.h"
#include "play/login.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which scenarios: those that match one of `only` and one of `tags` (none given: all), and none
 * of `except`. A pattern is an id, the beginning of one up to a slash, or a shell glob. */
struct selection {
    const char **only, **except, **tags;
    size_t only_count, except_count, tag_count;
    const char **within, **without; /* the same of a profile: both must hold */
    size_t within_count, without_count;
    unsigned levels; /* so many, from must on, of a scenario's first rule; 0: all */
};

struct settings {
    const char *root;   /* the scenarios folder; NULL: the one that comes with mctap */
    const char **files; /* --file: these instead of all below root */
    size_t file_count;
    struct selection selection;
    const char **targets; /* addresses as given */
    size_t target_count;
    const char **words; /* of commands that read them themselves */
    size_t word_count;
    const char *placement;   /* of clusters that leave it open; NULL: python-memcached */
    const unsigned *weights; /* --weights */
    size_t weight_count;
    const char *servers; /* --servers as given; what it means is the command's; NULL: not given */
    const char *repeat;  /* "mctap run --timeout 100": the part of the command line that a line to
                            repeat one scenario begins with, quoted for a shell */
    const char *spawn;   /* command line of the server to start; NULL: targets are given */
    struct cut cut;      /* replays: --cut */
    const char *profile; /* a name below scenarios/profiles; NULL: none */
    const char **lacks;  /* capabilities that count as not offered */
    size_t lack_count;
    const char *as;     /* the version of memcached to play targets as; NULL: as they tell */
    const char *report; /* name of the writer */
    const char *baseline, *write_baseline; /* files of known failures; NULL: none */
    int tap_version;
    unsigned timeout_ms, run_timeout_ms, jobs;
    unsigned start_timeout_ms; /* within which a server that mctap starts must listen */
    unsigned orders;           /* of an interleave: more are sampled; 0: the command decides */
    uint64_t seed;
    bool has_seed; /* given, not the default */
    bool strict, allow_destructive;
    bool fresh;       /* a server of its own for every scenario; only with spawn */
    bool knows_users; /* `spawn` is mcref, which reads the users of SASL from a file of ours */
    struct credentials credentials; /* of targets that ask for a password; user NULL: none */
    struct tls_files tls;           /* of targets that begin with tls: */
    bool show_orders;               /* every order is told, not only the counts */
};
