/* SPDX-License-Identifier: MIT */
/* race.c - `mctap race`: its options, and their defaults; race/race.h does it. */
#include "race/race.h"

#include "arena.h"
#include "commands/commands.h"
#include "commands/option_takers.h"
#include "run/runner.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum { CLIENTS = 8, KEYS = 4, OPERATIONS = 20000, OPERATIONS_MAX = 1000000000 };

bool take_clients(struct options *options, const char *value) {
    return options_take_number(options, "clients", value, 1, RACE_CLIENTS_MAX,
                               &options->race.clients);
}

bool take_keys(struct options *options, const char *value) {
    return options_take_number(options, "keys", value, 1, RACE_KEYS_MAX, &options->race.keys);
}

bool take_ops(struct options *options, const char *value) {
    return options_take_number(options, "ops", value, 1, OPERATIONS_MAX, &options->race.operations);
}

bool take_mix(struct options *options, const char *value) {
    struct workload_mix mix;
    const char *problem;
    options->race.mix = value;
    return workload_mix_parse(options->arena, value, &mix, &problem) ||
           options_wrong(options, problem);
}

bool take_save(struct options *options, const char *value) {
    options->race.save = value;
    return true;
}

/* The file that --save means; NULL: none. */
static const char *save_as(struct arena *arena, const char *given, uint64_t seed) {
    struct stat status;
    if (strcmp(given, "none") == 0)
        return NULL;
    if (stat(given, &status) != 0 || !S_ISDIR(status.st_mode))
        return given;
    const char *name = arena_format(arena, "race-%" PRIu64 ".json", seed);
    return strcmp(given, ".") == 0 ? name : arena_format(arena, "%s/%s", given, name);
}

static struct race_wishes wishes_of(const struct options *options) {
    const struct options_race *given = &options->race;
    const char *problem;
    struct race_wishes wishes = {.clients = given->clients ? given->clients : CLIENTS,
                                 .keys = given->keys ? given->keys : KEYS,
                                 .operations = given->operations ? given->operations : OPERATIONS,
                                 .mix = workload_mix_default(),
                                 .seed = options->settings.has_seed ? options->settings.seed
                                                                    : dice_seed()};
    if (given->mix)
        workload_mix_parse(options->arena, given->mix, &wishes.mix, &problem);
    wishes.save = save_as(options->arena, given->save ? given->save : ".", wishes.seed);
    return wishes;
}

/* Plays the saved scenario on the same target, quietly: does it show the mistake, too? */
static void try_again(struct invocation *invocation, const char *path) {
    struct settings *settings = &invocation->options->settings;
    FILE *nowhere = fopen("/dev/null", "w");
    settings->files = &path;
    settings->file_count = 1;
    struct catalog *catalog = invocation_catalog(invocation);
    if (catalog && nowhere) {
        bool again = runner_run(settings, catalog, nowhere, nowhere) != EXIT_AS_EXPECTED;
        fprintf(invocation->out, "# %s: %s\n", path,
                again ? "the scenario fails on this target, too"
                      : "the scenario passes: its few operations do not show the mistake by "
                        "themselves; race again with this seed");
    }
    if (catalog)
        catalog_free(catalog);
    if (nowhere)
        fclose(nowhere);
}

int command_race(struct invocation *invocation) {
    if (!invocation_default_target(invocation))
        return EXIT_BAD_USAGE;
    bool saved = false;
    struct race_wishes wishes = wishes_of(invocation->options);
    wishes.program = invocation->program;
    int code =
        race_run(&invocation->options->settings, &wishes, invocation->out, invocation->err, &saved);
    if (saved)
        try_again(invocation, wishes.save);
    return code;
}
