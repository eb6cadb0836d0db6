/* SPDX-License-Identifier: MIT */
/* verdict.h - what the judge says about one scenario; the one struct between conformance/ and
 * reports/. The judge fills it and owns every pointer in it; a report reads it and keeps nothing.
 * Bytes are raw here, as they travelled: making them safe to print is the report's work. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A run of bytes that belongs to somebody else. `length` bytes at `data`; may hold any byte. */
struct verdict_bytes {
    const char *data;
    size_t length;
};

enum verdict_outcome {
    VERDICT_PASS,
    VERDICT_FAIL,  /* the target did not do what a rule says */
    VERDICT_SKIP,  /* not played; `reason` says why (a capability the target lacks, a version) */
    VERDICT_ERROR, /* could not be judged: the target died, was unreachable, the machine failed */
};

/* How binding a rule is. Only MUST gates by default. */
enum verdict_level {
    VERDICT_MUST,     /* written in the protocol document */
    VERDICT_OBSERVED, /* what memcached does though the document is silent or says otherwise */
    VERDICT_OPTIONAL, /* administration, implementation-specific */
};

/* The word for a level, as rules spell it: "must", "observed", "optional". Static storage. */
const char *verdict_level_name(enum verdict_level level);

/* Room for what the three functions below and writers put together from words of a verdict. */
enum { VERDICT_WORDS_SIZE = 1024 };

enum verdict_direction { VERDICT_SENT, VERDICT_RECEIVED, VERDICT_NOTE };

/* One line of the transcript. `bytes` may be only the beginning of what travelled: `total` is the
 * whole length. A note carries printable text (connected, closed by the target, waited). */
struct verdict_event {
    unsigned at_ms; /* since the scenario began */
    const char *session;
    enum verdict_direction direction;
    struct verdict_bytes bytes;
    size_t total;
    const char *words; /* the packets of a binary session, told; NULL: the bytes speak */
};

/* One of several replies that may come: which, and its bytes in the notation of scenarios. */
struct verdict_choice {
    const char *name; /* "refused", or of a tally "once", "the rest" */
    struct verdict_bytes expected;
};

struct verdict {
    const char *id;     /* classic/storage/add-refuses-a-key-that-exists */
    const char *name;   /* the claim, a sentence */
    const char *file;   /* where the failing step (or the scenario) is written */
    int line;           /* 1-based; 0 when there is none */
    const char *target; /* the address played against; NULL when the run has only one target */
    enum verdict_outcome outcome;
    bool gates;           /* a FAIL of this verdict makes the run fail; an ERROR always does */
    const char *known;    /* why this FAIL is known and does not gate; else NULL */
    const char *todo;     /* why a FAIL that does not gate is none, where the words for its level do
                             not fit; else NULL */
    const char *baseline; /* why a line of the baseline does not excuse this FAIL; else NULL */
    unsigned duration_ms;

    /* Why a skip was skipped; what went wrong in one sentence for FAIL and ERROR; else NULL. */
    const char *reason;

    /* Lines that are told with the verdict, whatever it is: the table of orders. Or NULL. */
    const char *const *remarks;
    size_t remark_count;

    /* The rule that the failing step judges; NULL on a pass or skip. */
    const char *rule; /* storage.add.exists */
    enum verdict_level level;
    const char *sentence; /* the rule in one sentence */
    const char *section;  /* heading in the document */
    const char *document; /* which; NULL: protocol.txt */

    /* The failing step. `expected` is in the notation of scenarios (wildcards as {u64}); without
     * data: no reply was to be judged. */
    const char *step; /* "step 2 of 3, session A" */
    struct verdict_bytes request, expected, received;
    size_t differs_at;   /* offset in `received` of the first wrong byte; its length when what
                            came is right so far and the rest is missing (a timeout) */
    size_t expected_at;  /* offset in `expected` of what was wanted there; its length when
                            the received bytes from differs_at on are surplus */
    bool has_difference; /* false: nothing to point at (a failed connect, two captures that
                            should differ); the two offsets mean nothing then */
    /* A binary session: request, expected and received are packets told in words, and the offsets
     * above point into those. */
    const char *field;         /* the field that is wrong: "status"; else NULL */
    struct verdict_bytes wire; /* what came, as it travelled, from the wrong packet on */
    size_t wire_at;            /* of the first wrong byte in it; its length: the rest is missing */
    const struct verdict_choice *choices; /* where a reply may be one of several: all of them;
                                             `expected` is the nearest. Else NULL */
    size_t choice_count;
    const char *connection; /* "open, 5 unread bytes" / "closed by the target"; or NULL */
    const char *hint;       /* a known mistake, recognised; or NULL */
    const char *note;       /* something worth knowing, also of a pass; or NULL */

    const struct verdict_event *events;
    size_t event_count;
    const char *const *reproduce; /* lines a person can type */
    size_t reproduce_count;
};

/* Why a FAIL that does not gate is none: what the baseline says, or the words for its level. */
const char *verdict_excuse(const struct verdict *verdict);

/* "protocol.txt: Storage commands", and "scenarios/classic/storage.json:12", in `words`; NULL where
 * there is none. */
const char *verdict_section(const struct verdict *verdict, char words[VERDICT_WORDS_SIZE]);
const char *verdict_place(const struct verdict *verdict, char words[VERDICT_WORDS_SIZE]);

/* Counts of a finished run. */
struct verdict_summary {
    unsigned planned, passed, failed, skipped, errors;
    unsigned not_gating; /* failures among `failed` that do not gate: by level, or known */
    unsigned known;      /* those of not_gating that a baseline lists */
    unsigned foreign;    /* those of skipped that are about a version, of targets that tell none */
    unsigned duration_ms;
    const char *const *basics; /* ids of failed scenarios from which other failures may follow */
    size_t basic_count;
    const char *const *remarks; /* sentences about the run as a whole */
    size_t remark_count;
    const char *bail_out; /* reason the run ended early; NULL when every scenario was played */
};
