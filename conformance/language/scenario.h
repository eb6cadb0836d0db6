/* SPDX-License-Identifier: MIT */
/* scenario.h - one claim about a server, as it was written.
 *
 * scenario_load.c makes these from JSON; nothing changes them afterwards. Every pointer belongs
 * to the arena of the catalogue (catalog.h). The language is documented in scenarios/README.md,
 * section by section in the order of these structs. */
#pragma once

#include "language/text.h"
#include "reports/verdict.h"

#include <stdbool.h>
#include <stddef.h>

/* One testable sentence of the protocol. */
struct rule {
    const char *id; /* storage.add.exists */
    enum verdict_level level;
    const char *text;          /* the sentence */
    const char *section;       /* heading in the document */
    const char *document;      /* "protocol.txt", "protocol-binary.txt" */
    const char *since, *until; /* versions of memcached, or NULL */
    const char *untestable;    /* why no test over the wire can show it, or NULL */
    const char *file;
    int line;
};

/* What must come back: one of the alternatives. A plain pattern has one, without a name. */
struct pattern {
    struct alternative {
        const char *name; /* in any_of; else NULL */
        struct text text; /* no atoms: silence */
    } * alternatives;
    size_t count;
};

/* { "STORED\r\n": 1, "EXISTS\r\n": "rest" } */
struct tally_row {
    struct text reply;
    const char *shown;  /* the reply as it was written, for messages */
    const char *wanted; /* "once", "8 times", "the rest" */
    unsigned count;
    bool rest; /* as many as are left */
};

/* One side of a check: a capture, a count or a number, plus an offset. */
struct operand {
    const char *session, *name; /* name NULL: the number alone */
    bool counts; /* name is an alternative of any_of: how often it came, not what was captured */
    uint64_t number;
    int64_t offset;
};

enum relation_kind {
    RELATION_EQUAL,
    RELATION_NOT_EQUAL,
    RELATION_LESS,
    RELATION_LESS_EQUAL,
    RELATION_GREATER,
    RELATION_GREATER_EQUAL,
};

struct relation {
    struct operand left, right;
    enum relation_kind kind;
    const char *shown; /* as it was written */
};

/* The verbs: STEP rows of steps.def. */
enum step_verb {
#define STEP(verb, word, operand, fields, function) STEP_##verb,
#include "language/steps.def"
#undef STEP
    STEP_VERB_COUNT
};

/* An actor of an `interleave`: a session, and the steps it plays in this order. */
struct role {
    const char *name;
    const char *written; /* the key it stands under: also "buyer1..2", for all of the crowd */
    const struct step *steps;
    size_t step_count;
};

/* What may come of an order: "oversells" when "sold > 1", in "4 of 6" orders. */
struct outcome {
    const char *name;
    struct relation when;
    uint64_t orders, of;
    int line;
};

/* So many repeats may stand inside each other. */
enum { REPEATS_DEEP_MAX = 7 };

/* How a request to a member of a cluster must fail. */
enum step_failure {
    STEP_ANSWERED,   /* it must not */
    STEP_REFUSED,    /* nobody listens */
    STEP_UNPLACED,   /* the placement finds no member that is up, so nothing is sent */
    STEP_UNANSWERED, /* no byte comes within the deadline, and the client gives up */
};

/* How a session reaches the server. */
enum transport {
    TRANSPORT_DEFAULT, /* as the target's address says */
    TRANSPORT_TCP,
    TRANSPORT_UDP,
    TRANSPORT_TLS,
    TRANSPORT_UNIX,
    TRANSPORT_COUNT
};

/* "udp" */
const char *transport_word(enum transport transport);

/* A play may be held up by less than this at any place, and a scenario that says something about
 * time must still hold: what it expects leaves a margin. A play that was held up longer, and
 * failed, says nothing about the server (run/late.c). */
enum { TIME_MARGIN_MS = 600 };

struct step {
    enum step_verb verb;
    int line;
    unsigned number; /* 1-based in its list, for "step 2 of 3" */

    const char *as; /* session; "client" if not written; for a crowd the stem "buyer" */
    unsigned crowd_first, crowd_last; /* "buyer1..64"; both 0: not a crowd */
    const char *on;                   /* cluster member by name, or NULL */
    enum transport over;              /* of the session */
    const struct text *via; /* cluster: the key whose placement picks the member, or NULL */
    const char *by;         /* the placement of this step, if it is not the cluster's; or NULL */

    const struct text *send;      /* NULL: nothing is sent */
    const struct pattern *expect; /* NULL: nothing is judged */
    const struct tally_row *tally;
    size_t tally_count;
    const struct relation *conditions; /* if: the step is played only when all hold */
    size_t condition_count;
    const struct rule *rule; /* what a failure of this step breaks; never NULL */
    enum step_failure fails;
    bool closes, half_close;
    bool unread; /* the session reads nothing until its next step */
    bool cut_bytes;
    const size_t *cuts; /* ascending offsets inside the sent bytes */
    size_t cut_count;
    unsigned pause_ms, within_ms, eventually_ms; /* 0: not written */
    const char *note;

    unsigned amount;          /* wait_ms: milliseconds; repeat: times */
    const struct step *steps; /* together, repeat */
    size_t step_count;
    const struct role *roles; /* interleave */
    size_t role_count;
    const struct relation *check; /* check */
    const char *name;             /* open, close: session; stop, start: member; where: "is" */
    const struct text *where;     /* where: the key */
};

struct member {
    const char *name;
    unsigned weight;
    const char *server; /* what clients call it; for placements that count names */
};

/* What is left open is filled in by the command line (run/membership.h). */
struct cluster_shape {
    const char *placement; /* a name placement_find() knows; NULL: left open */
    const struct member *members;
    size_t count; /* 0: not a cluster scenario */
    bool open;    /* any number of members; the two here stand for the first of them */
};

struct scenario {
    const char *id, *name, *why, *section, *file;
    int line;
    const struct rule *const *rules; /* the first is the claim */
    size_t rule_count;
    const char *const *tags;
    size_t tag_count;
    const char *const *needs; /* names of capabilities.def */
    size_t need_count;
    const char *since, *until;
    bool alone, destructive;
    bool ends;                  /* the server has to end by it */
    const char *options;        /* of memcached, with which the server must be started; or NULL */
    enum transport over;        /* of sessions whose steps say nothing else */
    bool uses[TRANSPORT_COUNT]; /* which transports its sessions use */
    struct cluster_shape cluster;
    const struct step *interleave;  /* the one of the steps that is; or NULL */
    const struct outcome *outcomes; /* of its orders */
    size_t outcome_count;
    const struct step *steps;
    size_t step_count;
};
