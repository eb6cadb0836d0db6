/* SPDX-License-Identifier: MIT */
/* stage.h - a run under way: its servers and its plays. Shared by runner.c (the order of plays, the
 * report), stage.c (targets, the servers of a play, recovery after a death), team.c, doubt.c,
 * late.c, crowd.c, leave.c and basics.c. */
#pragma once

#include "play/play.h"
#include "play/session.h"
#include "play/spawn.h"
#include "reports/progress.h"
#include "run/afterword.h"
#include "run/plan.h"
#include "run/runner.h"

#include <stdbool.h>
#include <time.h>

struct baseline;
struct report;

/* So long a server has that a scenario makes end. */
enum { ENDING_MS = 5000 };

/* One entry of the plan, from its start to its line in the report. */
struct slot {
    struct runner *runner;
    const struct plan_entry *entry;
    unsigned serial;
    bool settled;
    size_t cut_at;            /* --cut=each: the offset of the play under way */
    bool suspect;             /* it was under way when the shared server died */
    unsigned replays;         /* because the machine was too slow */
    unsigned late_ms;         /* the most that a play was held up which is played again */
    unsigned crowded_replays; /* because the target did not take connections fast enough */
    unsigned crowded_before;  /* sessions of the run for which that holds, before the play */
    int doubted_ms;           /* so long it has been looked whether its server ends */
    struct event *look;       /* the next time */
    struct session *question; /* to a server that may have ended; or NULL */
    bool asked;
    struct play *play;
    struct verdict verdict;
    struct team *team;            /* FRESH and IN_TURN, while it plays: the servers it has taken */
    struct server *earlier_death; /* of a server that others had used before it */
    struct target **targets;
    size_t target_count;
};

struct runner {
    const struct settings *settings;
    const struct catalog *catalog;
    FILE *out, *err;
    struct progress progress;
    struct arena *arena;
    struct event_base *base;
    struct hub *hub;
    struct spawner *spawner; /* NULL: the user gave the targets */
    struct pool *pool;       /* beside the server that most share */
    const struct report *report;
    struct baseline *baseline;     /* the known failures; NULL: none */
    struct baseline *new_baseline; /* what --write-baseline writes; NULL: nothing */
    struct timespec begin;
    char today[11]; /* YYYY-MM-DD, UTC */

    struct target *targets;
    struct probe **probes; /* one a target; under way before the first play */
    const char *probe_problem;
    size_t target_count, probed_count;

    struct plan plan;
    struct slot *slots;
    struct slot **pending; /* those that have not started, in the order in which they may */
    size_t pending_count;
    bool *rows_taken;                   /* somebody plays on the servers of this row */
    unsigned in_flight, long_in_flight; /* plays that are busy, and how many of them take long */
    unsigned resting;                   /* plays that wait, and ask nothing meanwhile */
    unsigned settled;
    unsigned timed_out;  /* failed, since a reply was not whole in time */
    unsigned crowded;    /* played again, since the target did not take its connections */
    unsigned crowd_vain; /* how many of these plays on end were as crowded */
    size_t emitted;
    struct verdict_summary summary;
    const char *remarks[AFTERWORD_MAX]; /* of the summary */

    bool began;           /* the report's first lines are written */
    bool stopping;        /* stop_reason says why the run ends early */
    bool connection_lost; /* by a play on a given target: does it still live? */
    bool target_lost;     /* unreachable, or died */
    bool main_died;       /* the shared server is dead; suspects are to be played again */
    unsigned deaths;      /* of the shared server */
    const char *last_death;
    bool culprit_found; /* since the last death that nobody was alone with */
    bool unexplained;   /* a death that no scenario causes alone */
    enum exit_code stop_code;
    const char *stop_reason;
};

/* runner.c */
void runner_play(struct runner *runner);
void runner_continue(struct runner *runner);
void runner_stop(struct runner *runner, enum exit_code code, const char *reason);
void slot_put_back(struct slot *slot); /* it starts again when there is room */
void slot_settle(struct slot *slot, const struct verdict *verdict);
void slot_settle_unplayed(struct slot *slot, enum verdict_outcome outcome, const char *reason);

/* stage.c */
void stage_open(struct runner *runner);  /* starts or finds the targets, probes them */
void stage_close(struct runner *runner); /* stops every server */
void slot_start(struct slot *slot);
void slot_play(struct slot *slot);     /* its servers are ready */
void slot_conclude(struct slot *slot); /* the play is over, and whether its servers live is known */
void slot_leave(struct slot *slot);    /* it is not under way any more */
void runner_recover(struct runner *runner);

/* team.c: of plays in turn, or on servers of their own */
bool slot_may_start(const struct slot *slot); /* false: another plays on the servers it needs */
void slot_join_team(struct slot *slot);       /* starts them, or takes them over; then slot_play */
void slot_leave_team(struct slot *slot, bool good);

/* doubt.c */
void doubt_begin(struct slot *slot); /* has the play killed its server? then slot_conclude */
void doubt_end(struct slot *slot);   /* the run ends before that is known */
struct server *slot_dead_server(const struct slot *slot); /* that no step has stopped; or NULL */

/* late.c */
bool late_plays_again(struct slot *slot);       /* was its play held up, and failed by it? */
const char *late_note(const struct slot *slot); /* that it was; or NULL */

/* crowd.c */
void crowd_begin(struct slot *slot);              /* its play begins */
bool crowd_plays_again(struct slot *slot);        /* were connections not taken while it failed? */
unsigned crowd_jobs(const struct runner *runner); /* how many may play at once, after that */
const char *crowd_note(const struct slot *slot);  /* that it was played again; or NULL */

/* leave.c */
void stage_note_keys(struct runner *runner);  /* from now on, on the given targets */
void stage_clean(struct runner *runner);      /* takes the noted keys away again; runs the loop */
void runner_ask_again(struct runner *runner); /* do the given targets still answer? */
