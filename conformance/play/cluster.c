/* SPDX-License-Identifier: MIT */
/* cluster.c - the verbs and choices of scenarios with several servers.
 *
 * Members know nothing of each other; which one a step goes to is chosen here as a client would
 * choose it (placement/). Only members that mctap started can be stopped and started. */
#include "arena.h"
#include "placement/placement.h"
#include "play/actor.h"
#include "play/exchange.h"
#include "play/exchanges.h"
#include "play/explain.h"
#include "play/flow.h"
#include "play/inside.h"
#include "play/perform.h"
#include "play/spawn.h"

#include <string.h>

static int member_called(const struct play *play, const char *name) {
    const struct cluster_shape *cluster = &play->setup.scenario->cluster;
    for (size_t i = 0; i < cluster->count; i++)
        if (strcmp(cluster->members[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* A placement with its ring. */
struct cluster_placing {
    const char *name;
    struct placing *placing;
};

/* Clients know the members by the names that the scenario says, not by the ports that they happen
 * to have today. */
static void members_make(struct play *play) {
    const struct cluster_shape *cluster = &play->setup.scenario->cluster;
    play->members = arena_alloc(play->arena, cluster->count * sizeof *play->members);
    for (size_t i = 0; i < cluster->count; i++) {
        play->members[i].name = cluster->members[i].server;
        play->members[i].weight = cluster->members[i].weight;
    }
}

/* Made once a play. */
static const struct placing *placing_called(struct play *play, const char *name) {
    const struct cluster_shape *cluster = &play->setup.scenario->cluster;
    for (size_t i = 0; i < play->placing_count; i++)
        if (strcmp(play->placings[i].name, name) == 0)
            return play->placings[i].placing;
    if (!play->members)
        members_make(play);
    play->placings =
        arena_grow(play->arena, play->placings, play->placing_count, sizeof *play->placings);
    struct placing *placing =
        placing_new(play->arena, placement_find(name), play->members, cluster->count);
    play->placings[play->placing_count++] = (struct cluster_placing){name, placing};
    return placing;
}

enum { MEMBER_NONE = -1, MEMBER_UNKNOWN = -2 };

static const char *placement_of(const struct play *play, const struct step *step) {
    return step->by ? step->by : play->setup.scenario->cluster.placement;
}

/* The member that holds the key in `text`, or MEMBER_NONE, or MEMBER_UNKNOWN after play_error. */
static int member_placed(struct play *play, const struct step *step, const struct text *text,
                         const char *as, struct bytes *key) {
    const struct cluster_shape *cluster = &play->setup.scenario->cluster;
    const struct placing *placing = placing_called(play, placement_of(play, step));
    struct scope scope = play_scope(play, as);
    const char *problem;
    for (size_t i = 0; i < cluster->count; i++)
        play->members[i].down = play->setup.targets[i]->down || play->setup.targets[i]->shunned;
    if (vars_render(&scope, text, key, &problem))
        return placing_pick(placing, key->data, key->length);
    play_error(play, step, problem);
    return MEMBER_UNKNOWN;
}

/* The same, and it must be found. */
static int member_found(struct play *play, const struct step *step, const struct text *text,
                        const char *as) {
    struct bytes key = {0};
    int member = member_placed(play, step, text, as, &key);
    if (member == MEMBER_NONE)
        play_error(play, step,
                   arena_format(play->arena,
                                "%s gives up on the key %s: every try hit a member that is down",
                                placement_of(play, step), key.data));
    bytes_free(&key);
    return member;
}

enum step_progress play_unplaced(struct play *play, const struct step *step) {
    struct bytes key = {0};
    int member = member_placed(play, step, step->via, step->as, &key);
    const char *said = arena_format(play->arena, "%s finds no member for the key %s",
                                    placement_of(play, step), key.data ? key.data : "");
    if (member == MEMBER_NONE)
        transcript_note(play->transcript, step->as, said);
    else if (member >= 0)
        explain_step(play, step,
                     arena_format(play->arena, "%s finds %s for the key %s, and had to find none",
                                  placement_of(play, step),
                                  play->setup.scenario->cluster.members[member].name, key.data));
    bytes_free(&key);
    return play->finished ? PROGRESS_WAITS : PROGRESS_NEXT;
}

int play_member(struct play *play, const struct step *step, const char *as) {
    if (step->via)
        return member_found(play, step, step->via, as);
    if (step->on)
        return member_called(play, step->on);
    return 0;
}

/* Index of the member that must hold the key of a `where`; -1: none, or after play_error. */
static int member_holding(struct play *play, const struct step *step) {
    if (strcmp(step->name, "placed") == 0)
        return member_found(play, step, step->where, "client");
    return member_called(play, step->name);
}

/* Asks every member that can answer: the one named must have the key, the others must miss it. */
enum step_progress perform_where(struct play *play, const struct step *step) {
    const struct cluster_shape *cluster = &play->setup.scenario->cluster;
    struct scope scope = play_scope(play, "client");
    struct bytes key = {0};
    const char *problem;
    if (!vars_render(&scope, step->where, &key, &problem)) {
        play_error(play, step, problem);
        return PROGRESS_WAITS;
    }
    int holder = member_holding(play, step);
    struct atom found_atoms[] = {
        {.kind = ATOM_LITERAL, .bytes = "VALUE ", .length = 6},
        {.kind = ATOM_LITERAL, .bytes = key.data, .length = key.length},
        {.kind = ATOM_LITERAL, .bytes = " ", .length = 1},
        {.kind = ATOM_LINES},
        {.kind = ATOM_LITERAL, .bytes = "END\r\n", .length = 5},
    };
    struct alternative found = {NULL, {found_atoms, 5}};
    struct pattern pattern = {&found, 1};
    for (size_t i = 0; i < cluster->count && !play->finished; i++) {
        if (play->setup.targets[i]->down || play->setup.targets[i]->hung)
            continue;
        struct expectation *expectation =
            (int)i == holder ? expectation_new(play->arena, &pattern, &scope, &problem)
                             : expectation_of_bytes(play->arena, "END\r\n", 5);
        const char *name = arena_format(play->arena, "where-on-%s", cluster->members[i].name);
        struct bytes request = {0};
        bytes_append(&request, "get ", 4);
        bytes_append(&request, key.data, key.length);
        bytes_append(&request, "\r\n", 2);
        exchange_add_ready(play, play_actor(play, name, i), step, request, expectation);
    }
    bytes_free(&key);
    if (!play->finished)
        exchanges_begin(play);
    return PROGRESS_WAITS;
}

/* Whoever talked to the member has lost the connection. */
static void drop_sessions(struct play *play, size_t member) {
    for (size_t i = 0; i < play->actor_count; i++)
        if (play->actors[i]->member == member)
            actor_close(play->actors[i]);
}

enum step_progress perform_stop(struct play *play, const struct step *step) {
    size_t member = (size_t)member_called(play, step->name);
    struct target *target = play->setup.targets[member];
    server_kill(target->server);
    target->down = true;
    target->hung = false;
    drop_sessions(play, member);
    transcript_note(play->transcript, step->name, "the member is stopped");
    return PROGRESS_NEXT;
}

static void on_started(struct server *server, bool ready, void *owner) {
    struct play *play = owner;
    if (play->finished)
        return;
    if (ready)
        play_resume(play);
    else
        play_error(play, play->step,
                   arena_format(play->arena, "the member %s did not start again: %s",
                                play->step->name, server_obituary(server, play->arena)));
}

enum step_progress perform_start(struct play *play, const struct step *step) {
    struct target *target = play->setup.targets[member_called(play, step->name)];
    target->down = target->shunned = false;
    transcript_note(play->transcript, step->name, "the member is started again");
    server_restart(target->server, on_started, play);
    return PROGRESS_WAITS;
}

enum step_progress perform_hang(struct play *play, const struct step *step) {
    struct target *target = play->setup.targets[member_called(play, step->name)];
    server_hang(target->server);
    target->hung = true;
    play->paused = true; /* no pipe into one connection can repeat that */
    transcript_note(play->transcript, step->name, "the member hangs");
    return PROGRESS_NEXT;
}

/* Also the end of the time for which clients go round it. */
enum step_progress perform_resume(struct play *play, const struct step *step) {
    struct target *target = play->setup.targets[member_called(play, step->name)];
    server_resume(target->server);
    target->hung = target->shunned = false;
    transcript_note(play->transcript, step->name, "the member goes on");
    return PROGRESS_NEXT;
}
