/* SPDX-License-Identifier: MIT */
/* pool.c - see pool.h. */
#include "run/pool.h"

#include "arena.h"
#include "play/spawn.h"

#include <string.h>

struct pool {
    struct arena *arena;
    struct spawner *spawner;
    struct team *teams; /* that may be shared */
};

struct pool *pool_new(struct arena *arena, struct spawner *spawner) {
    struct pool *pool = arena_alloc(arena, sizeof *pool);
    pool->arena = arena;
    pool->spawner = spawner;
    return pool;
}

void target_take_server(struct target *target, struct server *server) {
    target->server = server;
    target->address = server_way(server, TRANSPORT_DEFAULT);
    for (int i = TRANSPORT_TCP; i < TRANSPORT_COUNT; i++)
        target->over[i] = server_way(server, (enum transport)i);
}

static struct team *find(const struct pool *pool, const struct team_wish *wish) {
    for (struct team *team = pool->teams; team && wish->shared; team = team->next)
        if (team->count == wish->count && strcmp(team->options, wish->options) == 0)
            return team;
    return NULL;
}

static bool is_alive(const struct team *team) {
    for (size_t i = 0; i < team->count; i++)
        if (!server_alive(team->targets[i].server))
            return false;
    return true;
}

/* What a play may have noted about its targets is not true for the next one. */
static void make_targets(struct team *team, const struct target *like) {
    for (size_t i = 0; i < team->count; i++) {
        struct server *server = team->targets[i].server;
        team->targets[i] = *like;
        team->targets[i].server = server;
        if (team->ready)
            target_take_server(&team->targets[i], server);
    }
}

static void on_server(struct server *server, bool ready, void *owner) {
    struct team *team = owner;
    if (!team->callback)
        return;
    for (size_t i = 0; ready && i < team->count; i++)
        if (team->targets[i].server == server)
            target_take_server(&team->targets[i], server);
    if (ready && ++team->ready_count < team->count)
        return;
    team->ready = ready;
    team->missing = ready ? NULL : server_obituary(server, team->arena);
    team->refused = !ready && server_refused_options(server);
    team_callback *callback = team->callback;
    team->callback = NULL;
    callback(team->owner);
}

static struct team *start(struct pool *pool, const struct team_wish *wish,
                          const struct target *like) {
    struct team *team = arena_alloc(pool->arena, sizeof *team);
    team->arena = pool->arena;
    team->options = wish->options;
    team->count = wish->count;
    team->shared = wish->shared;
    team->targets = arena_alloc(pool->arena, team->count * sizeof *team->targets);
    make_targets(team, like);
    for (size_t i = 0; i < team->count; i++)
        team->targets[i].server = server_start(pool->spawner, team->options, on_server, team);
    if (team->shared) {
        team->next = pool->teams;
        pool->teams = team;
    }
    return team;
}

static void forget(struct pool *pool, const struct team *team) {
    struct team **at = &pool->teams;
    while (*at && *at != team)
        at = &(*at)->next;
    if (*at)
        *at = team->next;
}

static void stop(struct team *team) {
    for (size_t i = 0; i < team->count; i++)
        server_release(team->targets[i].server);
}

struct team *pool_take(struct pool *pool, const struct team_wish *wish, const struct target *like,
                       team_callback *callback, void *owner) {
    struct team *team = find(pool, wish);
    if (team && !team->missing && !is_alive(team)) {
        forget(pool, team);
        stop(team);
        team = NULL;
    }
    if (team)
        make_targets(team, like);
    else
        team = start(pool, wish, like);
    team->plays++;
    team->callback = team->ready || team->missing ? NULL : callback;
    team->owner = owner;
    return team;
}

void pool_leave(struct pool *pool, struct team *team, bool good) {
    team->callback = NULL;
    if (good && team->shared)
        return;
    if (!team->missing)
        forget(pool, team);
    stop(team);
}
