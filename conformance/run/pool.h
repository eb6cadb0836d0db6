/* SPDX-License-Identifier: MIT */
/* pool.h - servers that mctap starts for the scenarios that cannot play on the one that most
 * share: since they need options, nobody beside them, or several servers.
 *
 * Such a scenario takes a team: one server, or the members of a cluster. A team that may be shared
 * is kept afterwards for the next scenario with the same options and as many members, so that not
 * each of them starts a server. No two scenarios play on a team at the same time. */
#pragma once

#include "play/target.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct pool;
struct server;
struct spawner;
struct team;

/* What a scenario needs. */
struct team_wish {
    const char *options; /* of memcached, or ""; borrowed until the end of the pool */
    size_t count;        /* of servers */
    bool shared;         /* it may play where others have played before it */
};

/* Called once for a team that was neither ready nor missing when it was taken, and now is one of
 * these. Not called from inside pool_take, nor after pool_leave. */
typedef void team_callback(void *owner);

struct team {
    struct target *targets;
    size_t count;
    unsigned plays;      /* that have taken it, with the one that has it now */
    bool ready;          /* every server accepts connections */
    const char *missing; /* why a server of it did not start, as server_obituary; else NULL */
    bool refused;        /* missing, since the program does not know the options */

    /* For pool.c alone. */
    struct arena *arena;
    struct team *next; /* kept by the pool; a team that is not to be shared is not in the list */
    const char *options;
    bool shared;
    size_t ready_count;
    team_callback *callback;
    void *owner;
};

/* The spawner starts the servers, the arena holds the teams; both are borrowed. */
struct pool *pool_new(struct arena *arena, struct spawner *spawner);

/* The team that others have left, if it may be shared and lives; else a new one. Its targets are
 * as `like`, whom probing has looked at, but for the way to them. Never NULL. */
struct team *pool_take(struct pool *pool, const struct team_wish *wish, const struct target *like,
                       team_callback *callback, void *owner);

/* The play is over. A good team that may be shared is kept, any other is asked to stop. Of one that
 * is missing the others are told the same, so that nobody waits for it again. */
void pool_leave(struct pool *pool, struct team *team, bool good);

/* From now on the target is this server. */
void target_take_server(struct target *target, struct server *server);
