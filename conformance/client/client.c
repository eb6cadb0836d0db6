/* SPDX-License-Identifier: MIT */
/* client.c - see client.h. The adapter lives as long as it answers; each check begins with a line
 * `servers`, upon which it makes a new client. */
#include "client/client.h"

#include "arena.h"
#include "client/landing.h"
#include "run/runner.h"

#include <event2/event.h>

/* A new client of the same adapter; a new adapter, if the last check was its end. */
static bool prepare(struct trial *trial) {
    const char *line = "servers";
    if (trial->adapter && !adapter_is_well(trial->adapter)) {
        adapter_stop(trial->adapter);
        trial->adapter = NULL;
    }
    if (!trial->adapter)
        trial->adapter = adapter_start(trial->base, trial->settings->command);
    for (unsigned i = 0; i < trial->settings->servers; i++)
        line = arena_format(trial->arena, "%s 127.0.0.1:%u:%u", line,
                            backends_port(trial->backends, i), trial->settings->weights[i]);
    return ask_ok(trial, "%s", line);
}

static void interrupt(struct trial *trial) {
    adapter_give_up(trial->adapter);
}

static bool begin(struct trial *trial) {
    struct landing *landings = arena_alloc(trial->arena, LANDING_KEYS * sizeof *landings);
    trial->landings = landings;
    trial->landing_count = LANDING_KEYS;
    return landing_survey(trial, landings, LANDING_KEYS);
}

int client_run(const struct client_settings *settings, struct check_run *run) {
    const char *problem = NULL;
    struct event_base *base = event_base_new();
    struct trial trial = {.arena = arena_new(),
                          .base = base,
                          .backends = backends_new(base, settings->servers, NULL, &problem),
                          .settings = settings};
    int code = EXIT_TARGET_LOST;
    run->checks = checks_all(&run->count);
    run->kind = "clients";
    run->prepare = prepare;
    run->begin = begin;
    run->interrupt = interrupt;
    if (trial.backends)
        code = check_run(&trial, run);
    else
        fprintf(run->err, "mctap: no port for a backend: %s\n", problem);
    adapter_stop(trial.adapter);
    backends_free(trial.backends);
    event_base_free(base);
    arena_free(trial.arena);
    return code;
}
