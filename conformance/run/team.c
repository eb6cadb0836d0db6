/* SPDX-License-Identifier: MIT */
/* team.c - the servers of a play that is not on the one that most share. See stage.h and pool.h. */
#include "run/stage.h"

#include "arena.h"
#include "play/start_line.h"
#include "run/pool.h"

#include <event2/event.h>

static bool *row_taken(const struct slot *slot) {
    return &slot->runner->rows_taken[slot->entry->row];
}

void slot_leave_team(struct slot *slot, bool good) {
    if (!slot->team)
        return;
    if (slot->entry->mode == PLAN_IN_TURN)
        *row_taken(slot) = false;
    pool_leave(slot->runner->pool, slot->team, good);
    slot->team = NULL;
}

static struct team_wish wish_of(const struct slot *slot) {
    const struct scenario *scenario = slot->entry->scenario;
    return (struct team_wish){.options = plan_options(scenario),
                              .count = plan_servers(scenario),
                              .shared = slot->entry->mode == PLAN_IN_TURN};
}

bool slot_may_start(const struct slot *slot) {
    return slot->entry->mode != PLAN_IN_TURN || slot->entry->skip || !*row_taken(slot);
}

/* Options that the program does not have are nothing that it does wrong. */
static void settle_missing(struct slot *slot) {
    struct runner *runner = slot->runner;
    const char *options = slot->entry->scenario->options, *missing = slot->team->missing;
    bool refused = options && slot->team->refused;
    runner->target_lost = runner->target_lost || !refused;
    slot_settle_unplayed(
        slot, refused ? VERDICT_SKIP : VERDICT_ERROR,
        refused ? arena_format(runner->arena, "the server does not know the options %s: %s",
                               options, missing)
                : arena_format(runner->arena, "its own server did not start: %s", missing));
}

static void on_team(void *owner) {
    struct slot *slot = owner;
    struct runner *runner = slot->runner;
    if (slot->settled)
        return;
    if (!slot->team->missing) {
        slot_play(slot);
        return;
    }
    slot_leave(slot);
    settle_missing(slot);
    slot_leave_team(slot, false);
    runner_continue(runner);
}

/* A scenario with options says itself how to get in; but a command that always wants a password
 * wants it also with options about something else. */
static bool brings_own_way_in(const struct slot *slot) {
    const char *options = slot->entry->scenario->options;
    return options &&
           (start_wants_password(options) || !start_wants_password(slot->runner->settings->spawn));
}

static void on_missing(evutil_socket_t socket, short what, void *owner) {
    (void)socket;
    (void)what;
    on_team(owner);
}

void slot_join_team(struct slot *slot) {
    struct runner *runner = slot->runner;
    struct target like = runner->targets[0]; /* the same program: what probing found holds */
    struct timeval now = {0, 0};
    struct team_wish wish = wish_of(slot);
    if (brings_own_way_in(slot))
        like.credentials = NULL;
    if (slot->entry->mode == PLAN_IN_TURN)
        *row_taken(slot) = true;
    slot->team = pool_take(runner->pool, &wish, &like, on_team, slot);
    for (size_t i = 0; i < slot->target_count; i++)
        slot->targets[i] = &slot->team->targets[i];
    if (slot->team->ready)
        slot_play(slot);
    else if (slot->team->missing)
        event_base_once(runner->base, -1, EV_TIMEOUT, on_missing, slot, &now);
}
